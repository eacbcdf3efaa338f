// Holds docs/requirements against the tests: each number has its row, in the order of the numbers, and
// each test that a row names exists and bears the number.
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const read = (file) => readFileSync(join(root, file), 'utf8');
const files = (folder, ending) =>
  existsSync(join(root, folder))
    ? readdirSync(join(root, folder), { recursive: true })
        .filter((file) => file.endsWith(ending))
        .map((file) => join(folder, file))
    : [];

/** How many numbers each part has. */
const counts = { S0: 44, S1: 14, S2: 27, S3: 39 };
const wanted = Object.entries(counts).flatMap(([part, count]) =>
  Array.from({ length: count }, (_, n) => `${part}-${n + 1}`),
);

const crates = ['backend', 'shared', 'frontend'];
const sources = crates.flatMap((crate) => [`${crate}/src`, `${crate}/tests`]);
const rust = sources.flatMap((folder) => files(folder, '.rs')).flatMap((file) =>
  [...read(file).matchAll(/\bfn (s\d+_\w+)/g)].map(([, name]) => name),
);
const screens = files('e2e/tests', '.spec.ts').flatMap((file) =>
  [...read(file).matchAll(/^\s*test\(\s*(['"`])(.+?)\1,/gm)].map(([, , title]) => title),
);
const tests = new Set([...rust, ...screens]);

/** The numbers that a test bears: `s0_02_s3_9_…` is of S0-2 and S3-9. */
const borne = (name) => [...name.matchAll(/s(\d)_0*(\d+)(?=[_ ]|$)/g)].map(([, part, of]) => `S${part}-${of}`);

const index = read('docs/requirements.md');
const linked = [...index.matchAll(/\]\((requirements\/[\w-]+\.md)\)/g)].map(([, file]) => `docs/${file}`);
const rows = linked.flatMap((file) =>
  [...read(file).matchAll(/^\| (S\d-\d+) \|(.*)\|$/gm)].map(([, number, rest]) => {
    const named = [...rest.split(' | ').at(-1).matchAll(/`([^`]+)`/g)].map(([, name]) => name);
    return { number, named };
  }),
);

const faults = [];
for (const number of wanted) {
  const found = rows.filter((row) => row.number === number).length;
  if (found !== 1) faults.push(`${number} has ${found} rows, and should have one`);
}
for (const part of Object.keys(counts)) {
  const found = rows.map(({ number }) => number).filter((number) => number.startsWith(`${part}-`));
  const place = (number) => Number(number.slice(part.length + 1));
  const late = found.find((number, n) => n > 0 && place(number) < place(found[n - 1]));
  if (late) faults.push(`${late} stands after a higher number`);
}
for (const { number, named } of rows) {
  if (named.length === 0) faults.push(`${number} names no test`);
  for (const name of named) {
    if (!tests.has(name)) faults.push(`${number}: there is no test "${name}"`);
    else if (!borne(name).includes(number)) faults.push(`${number}: "${name}" does not bear the number`);
  }
}
if (linked.length === 0) faults.push('docs/requirements.md links no table');
for (const fault of faults) console.error(fault);
console.log(`${rows.length} requirements, ${faults.length} faults`);
process.exit(faults.length === 0 ? 0 : 1);
