// What is loaded when an area of the app is first opened: its own part and what it shares with
// others, by the script that loads them. Prints the bytes of each as they travel, the most first.
//   node scripts/spa-areas.mjs frontend/dist
import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

const folder = process.argv[2];
const travelling = (name) => {
  const file = join(folder, name);
  return statSync(existsSync(`${file}.br`) ? `${file}.br` : file).size;
};
const names = readdirSync(folder);
const parts = names.filter((name) => name.endsWith('.wasm') && !name.endsWith('_bg.wasm'));
const script = names.find((name) => /^app-.*\.js$/.test(name));
if (!script || parts.length === 0) throw new Error(`${folder} holds no release build of the app`);
const code = readFileSync(join(folder, script), 'utf8');

// `name = loader(() => fetch(file), [needed, …])`, as esbuild writes it.
const loader = /(\w+)=(?:\w+\()*\(\)=>\{const \w+=fetch\(new URL\("\.\/([\w-]+\.wasm)",import\.meta\.url\)\);.*?\},\[([^\]]*)\]\)/g;
const found = [...code.matchAll(loader)].map(([, name, file, needs]) => ({ name, file, needs: needs.split(',') }));
if (found.length !== parts.length) throw new Error(`${script} loads ${found.length} of ${parts.length} parts`);
const shared = new Map(found.filter(({ file }) => file.startsWith('shared-')).map(({ name, file }) => [name, file]));
// One file holds the many small pieces; whoever needs one of them loads all.
const small = names.filter((name) => /^shared-\w+\.bin$/.test(name));
const areas = found.filter(({ file }) => !file.startsWith('shared-'));
const weigh = ({ file, needs }) => {
  const files = [file, ...small, ...needs.filter((name) => shared.has(name)).map((name) => shared.get(name))];
  return { area: file.replace(/-\w+\.wasm$/, ''), bytes: files.reduce((sum, name) => sum + travelling(name), 0) };
};
for (const { area, bytes } of areas.map(weigh).sort((a, b) => b.bytes - a.bytes)) console.log(`${bytes} ${area}`);
