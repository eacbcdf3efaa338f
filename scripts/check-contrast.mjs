// Computes the contrasts of frontend/styles/tokens.css and holds them against WCAG 2.2:
// text 4.5 : 1 or better, what bounds or marks 3 : 1 or better, in both themes.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const file = join(import.meta.dirname, '..', 'frontend', 'styles', 'tokens.css');
const pattern = /--([\w-]+):\s*light-dark\((#[0-9a-f]{6}),\s*(#[0-9a-f]{6})\)/gi;
const tokens = Object.fromEntries(
  [...readFileSync(file, 'utf8').matchAll(pattern)].map(([, name, light, dark]) => [name, { light, dark }]),
);

const channel = (value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);
const luminance = (hex) => {
  const [red, green, blue] = [1, 3, 5].map((at) => channel(parseInt(hex.slice(at, at + 2), 16) / 255));
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
};
const contrast = (one, other) => {
  const [high, low] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (high + 0.05) / (low + 0.05);
};

const text = 4.5;
const mark = 3;
const everywhere = ['canvas', 'surface', 'sunken', 'hover'];
const charts = [1, 2, 3, 4, 5, 6].map((number) => `chart-${number}`);

// What stands on what, and the least it must reach. A list of numbers pins the brief's figures.
const rules = [
  ...['text', 'text-soft', 'text-muted', 'accent'].flatMap((name) => everywhere.map((on) => [name, on, text])),
  ...['ok', 'warn', 'bad', 'rollover'].flatMap((name) => [[name, `${name}-tint`, text], [name, 'surface', text]]),
  ['on-accent', 'accent', text],
  ['control', 'surface', mark],
  ['control', 'canvas', mark],
  ...everywhere.map((on) => ['focus', on, mark]),
  ...charts.map((name) => [name, 'surface', mark]),
  ...['accent', 'rollover', 'meter-over'].map((name) => [name, 'meter-track', mark]),
  ['text', 'meter-track', mark],
];

const promised = [
  ['control', 'surface', 3.9, 3.8],
  ['text', 'surface', 16.4, 15.3],
  ['text-soft', 'surface', 8.4, 9.4],
  ['text-muted', 'surface', 6.0, 6.8],
  ['text-muted', 'hover', 5.4, 6.1],
  ['accent', 'surface', 7.1, 8.3],
  ['on-accent', 'accent', 7.1, 8.5],
  ['ok', 'ok-tint', 5.9, 7.3],
  ['warn', 'warn-tint', 6.1, 7.5],
  ['bad', 'bad-tint', 5.9, 5.8],
  ['rollover', 'rollover-tint', 5.5, 6.4],
  ['focus', 'surface', 4.8, 8.3],
  ['accent', 'meter-track', 5.8, 6.4],
  ['rollover', 'meter-track', 5.3, 6.4],
  ['meter-over', 'meter-track', 4.2, 4.4],
];

const faults = [];
const measure = (name, on, theme) => {
  const [one, other] = [tokens[name]?.[theme], tokens[on]?.[theme]];
  if (one && other) return contrast(one, other);
  faults.push(`${tokens[name] ? on : name} is not in tokens.css`);
  return Number.NaN;
};

for (const [name, on, least] of rules) {
  for (const theme of ['light', 'dark']) {
    const found = measure(name, on, theme);
    if (found < least) faults.push(`${name} on ${on}, ${theme}: ${found.toFixed(2)}, must reach ${least}`);
  }
}

for (const [name, on, light, dark] of promised) {
  for (const [theme, figure] of [['light', light], ['dark', dark]]) {
    const found = measure(name, on, theme);
    const differs = Math.abs(found - figure) > 0.1;
    if (differs) faults.push(`${name} on ${on}, ${theme}: ${found.toFixed(2)}, the brief says ${figure}`);
  }
}

// A board column is always darker than the cards on it.
for (const theme of ['light', 'dark']) {
  const sunken = luminance(tokens.sunken[theme]) < luminance(tokens.surface[theme]);
  if (!sunken) faults.push(`sunken is lighter than surface, ${theme}`);
}

for (const fault of faults) console.error(fault);
console.log(`${rules.length * 2} contrasts checked, ${faults.length} too low or not as promised`);
process.exit(faults.length === 0 ? 0 : 1);
