// Makes WebAssembly files small within a few threads: starting wasm-opt once for each of a thousand
// files took ten times as long as what it does there.
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Worker, isMainThread, parentPort, workerData } from 'node:worker_threads';

const frontend = join(import.meta.dirname, '..', 'frontend');

/** What the flags of wasm-opt are called in its library; two of them imply another. */
const features = {
  '--enable-bulk-memory': ['BulkMemory', 'BulkMemoryOpt'],
  '--enable-nontrapping-float-to-int': ['NontrappingFPToInt'],
  '--enable-sign-ext': ['SignExt'],
  '--enable-mutable-globals': ['MutableGlobals'],
  '--enable-reference-types': ['ReferenceTypes', 'CallIndirectOverlong'],
  '--enable-multivalue': ['Multivalue'],
};

/** The features that Trunk's page names for the first file, which it makes small as far as `z`. */
function named() {
  const page = readFileSync(join(frontend, 'index.html'), 'utf8');
  const [, level] = /data-wasm-opt="(\w+)"/.exec(page);
  if (level !== 'z') throw new Error(`the page asks for level ${level}, and the parts are made for z`);
  const [, flags] = /data-wasm-opt-params="([^"]*)"/.exec(page);
  return flags.split(' ').flatMap((flag) => {
    if (!features[flag]) throw new Error(`nothing is known of the flag ${flag}`);
    return features[flag];
  });
}

/** Each file becomes as small as the first. */
export async function shrink(files) {
  const waiting = [...files];
  const names = named();
  const thread = () =>
    new Promise((done, failed) => {
      const worker = new Worker(new URL(import.meta.url), { workerData: names });
      const next = () => {
        const file = waiting.pop();
        if (file) worker.postMessage(file);
        else worker.terminate().then(() => done());
      };
      worker.on('message', next);
      worker.on('error', failed);
    });
  await Promise.all(Array.from({ length: availableParallelism() }, thread));
}

if (!isMainThread && parentPort) {
  const library = createRequire(join(frontend, 'package.json')).resolve('binaryen');
  const { default: binaryen } = await import(pathToFileURL(library).href);
  const wanted = workerData.reduce((all, name) => all | binaryen.Features[name], 0);
  binaryen.setOptimizeLevel(2);
  binaryen.setShrinkLevel(2);
  parentPort.on('message', (file) => {
    const module = binaryen.readBinary(readFileSync(file));
    module.setFeatures(wanted);
    module.optimize();
    writeFileSync(file, module.emitBinary());
    module.dispose();
    parentPort.postMessage(file);
  });
  parentPort.postMessage(undefined);
}
