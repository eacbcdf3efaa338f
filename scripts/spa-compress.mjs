// Minifies the scripts, and stores each file beside its .br and .gz, which the server sends as
// they are.
import { execFileSync } from 'node:child_process';
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

const packed = /\.(js|css|wasm|svg|json|txt|bin|webmanifest|html)$/;
const esbuild = join(import.meta.dirname, '..', 'frontend', 'node_modules', '.bin', 'esbuild');

const filesOf = (folder, pattern) =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && pattern.test(entry.name))
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name));

export function minify(folder) {
  for (const file of filesOf(folder, /\.js$/)) {
    const options = ['--minify', '--target=es2022', '--log-level=error', '--allow-overwrite'];
    execFileSync(esbuild, [file, ...options, `--outfile=${file}`], { stdio: ['ignore', 'ignore', 'inherit'] });
  }
}

export function compress(folder) {
  for (const file of filesOf(folder, packed)) {
    const text = readFileSync(file);
    const params = {
      [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
      [constants.BROTLI_PARAM_LGWIN]: constants.BROTLI_MAX_WINDOW_BITS,
      [constants.BROTLI_PARAM_SIZE_HINT]: text.length,
    };
    writeFileSync(`${file}.br`, brotliCompressSync(text, { params }));
    writeFileSync(`${file}.gz`, gzipSync(text, { level: constants.Z_BEST_COMPRESSION }));
  }
}
