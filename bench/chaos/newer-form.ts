/** Loaded into an instance beforehand: it is of a next version then, which writes records of another form and reads both. */

import { registerHooks } from 'node:module';
import { changed } from '../../test/simulation/mutants/plant.ts';

const FILE = 'src/step/record.ts';
const CHANGES = [
  { from: 'export const RECORD_SCHEMA = 2;', to: 'export const RECORD_SCHEMA = 3;' },
  {
    from: 'if (schema !== RECORD_SCHEMA)',
    to: 'if (schema !== RECORD_SCHEMA && schema !== RECORD_SCHEMA - 1)',
  },
];

registerHooks({
  load(url, context, nextLoad) {
    const loaded = nextLoad(url, context);
    if (!url.endsWith(FILE)) return loaded;
    const { source: given } = loaded;
    const text = typeof given === 'string' ? given : new TextDecoder().decode(given as Uint8Array);
    return {
      ...loaded,
      source: CHANGES.reduce((so, change) => changed(so, { file: FILE, ...change }), text),
    };
  },
});
