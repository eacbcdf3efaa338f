// Trunk's post_build hook: minifies the scripts and stores each file beside its .br and .gz,
// which the server sends as they are. Nothing to do in a debug build.
import { execFileSync } from 'node:child_process';
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

const staging = process.env.TRUNK_STAGING_DIR;
if (process.env.TRUNK_PROFILE === 'debug') process.exit(0);

const files = readdirSync(staging, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) => join(entry.parentPath ?? entry.path, entry.name));

const scripts = files.filter((file) => file.endsWith('.js'));
const esbuild = join(import.meta.dirname, '..', 'frontend', 'node_modules', '.bin', 'esbuild');
for (const file of scripts) {
  const options = ['--minify', '--target=es2022', '--log-level=error', '--allow-overwrite'];
  execFileSync(esbuild, [file, ...options, `--outfile=${file}`], { stdio: ['ignore', 'ignore', 'inherit'] });
}

for (const file of files.filter((name) => /\.(js|css|wasm|svg|json|webmanifest|html)$/.test(name))) {
  const text = readFileSync(file);
  const params = {
    [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
    [constants.BROTLI_PARAM_LGWIN]: constants.BROTLI_MAX_WINDOW_BITS,
    [constants.BROTLI_PARAM_SIZE_HINT]: text.length,
  };
  writeFileSync(`${file}.br`, brotliCompressSync(text, { params }));
  writeFileSync(`${file}.gz`, gzipSync(text, { level: constants.Z_BEST_COMPRESSION }));
}
