/** Times as text and back: $fromMillis $toMillis. */

import type { Frame } from '../expression.ts';
import { Failure } from '../failure.ts';
import { readDate } from '../pictures/read-date.ts';
import { writeDate } from '../pictures/write-date.ts';
import { builtin } from './builtin.ts';
import { bounded } from './pictures.ts';

type Args<T extends unknown[]> = readonly [...{ [K in keyof T]: T[K] | undefined }];

const ISO = /^\d{4}(-[01]\d)?(-[0-3]\d)?(T[0-2]\d:[0-5]\d:[0-5]\d)?(\.\d+)?([+-][0-2]\d:?[0-5]\d|Z)?$/;

export const DATES = {
  fromMillis: builtin('<n-s?s?:s>', (run, [millis, picture, zone]: Args<[number, string, string]>) =>
    millis === undefined
      ? undefined
      : run.boundedText(writeDate(millis, picture === undefined ? picture : bounded(run, picture), zone)),
  ),
  toMillis: builtin('<s-s?:n>', (run, [text, picture]: Args<[string, string]>) => {
    if (text === undefined) return undefined;
    run.spend(1 + (text.length >> 3));
    if (picture !== undefined) return readDate(text, bounded(run, picture), (run.frame as Frame).time, run);
    const parts = ISO.exec(text);
    if (parts === null) throw new Failure('D3110', text);
    // Without an offset it is UTC, wherever weir runs.
    const local = parts[3] !== undefined && parts[5] === undefined;
    return Date.parse(local ? `${text}Z` : text);
  }),
};
