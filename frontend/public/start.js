// Loads the app that Trunk named in the page: the policy of the site forbids inline scripts.
const [script, wasm] = document.querySelector('meta[name=perennial-app]').content.split(' ');

try {
  const app = await import(script);
  await app.default({ module_or_path: wasm });
} catch (error) {
  window.perennialCrash(`The app did not start: ${error}`, error?.stack);
}
