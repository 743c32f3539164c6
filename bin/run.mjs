/** `node bin/run.mjs FILE args…`: runs a TypeScript file of this repository in the pinned Node. */

import { resolve } from 'node:path';
import { start } from './pinned.mjs';

const [file, ...args] = process.argv.slice(2);
if (file === undefined) {
  process.stderr.write('usage: node bin/run.mjs FILE [arguments]\n');
  process.exit(2);
}
await start(resolve(file), args);
