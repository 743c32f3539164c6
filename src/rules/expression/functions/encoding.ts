/** Text in other clothes: $base64encode $base64decode, $encodeUrl and its kin. */

import { Buffer } from 'node:buffer';
import { Failure } from '../failure.ts';
import type { Run } from '../run.ts';
import { builtin } from './builtin.ts';

export const ENCODING = {
  base64encode: ofText((text) => Buffer.from(text, 'latin1').toString('base64')),
  base64decode: ofText((text) => Buffer.from(text, 'base64').toString('latin1')),
  encodeUrlComponent: ofUrl('encodeUrlComponent', encodeURIComponent),
  encodeUrl: ofUrl('encodeUrl', encodeURI),
  decodeUrlComponent: ofUrl('decodeUrlComponent', decodeURIComponent),
  decodeUrl: ofUrl('decodeUrl', decodeURI),
};

function ofText(change: (text: string) => string) {
  return builtin('<s-:s>', (run: Run, [text]: readonly [string | undefined]) => {
    if (text === undefined) return undefined;
    run.spend(1 + (text.length >> 3));
    return run.boundedText(change(text));
  });
}

function ofUrl(name: string, change: (text: string) => string) {
  return ofText((text) => {
    if (typeof text === 'object') throw new Failure('T0410', text);
    try {
      return change(text);
    } catch {
      throw new Failure('D3140', text, -1, `$${name}`);
    }
  });
}
