// Loads the app and the reader's words, which Trunk's hook named in the page: the policy of the
// site forbids inline scripts.
const named = (name) => document.querySelector(`meta[name=${name}]`).content.split(' ');

// Where the words of the first of the reader's languages that there is are; English otherwise.
const wordsFor = (files) => {
  let fixed = null;
  try {
    fixed = localStorage.getItem('perennial.language');
  } catch {
    // Storage may be forbidden; the browser's languages are a good answer.
  }
  const known = new Map(files.map((file) => file.split('=')));
  const wanted = [fixed, ...navigator.languages].map((tag) => tag?.split('-')[0].toLowerCase());
  return known.get(wanted.find((language) => known.has(language)) ?? 'en');
};

const text = async (url) => {
  const answer = await fetch(url);
  if (!answer.ok) throw new Error(`${url} answered ${answer.status}`);
  return answer.text();
};

try {
  const [script, wasm] = named('perennial-app');
  // None waits for another.
  const [app, code, words] = await Promise.all([import(script), fetch(wasm), text(wordsFor(named('perennial-words')))]);
  // `main` in Rust takes them from here.
  window.perennialWords = words;
  await app.default({ module_or_path: code });
  delete window.perennialWords;
} catch (error) {
  window.perennialCrash(`The app did not start: ${error}`, error?.stack);
}
