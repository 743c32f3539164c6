/** Numbers by pictures: $formatNumber $formatInteger $parseInteger. */

import { Failure } from '../failure.ts';
import { readIntegerPicture, writeInteger } from '../pictures/integer-picture.ts';
import { SIGNS, type Signs } from '../pictures/number-picture.ts';
import { readInteger } from '../pictures/read-integer.ts';
import { writeNumber } from '../pictures/write-number.ts';
import type { Run } from '../run.ts';
import { builtin } from './builtin.ts';

type Args<T extends unknown[]> = readonly [...{ [K in keyof T]: T[K] | undefined }];

/** Longer pictures are no pictures. */
const LONGEST_PICTURE = 1000;

export const PICTURES = {
  formatNumber: builtin('<n-so?:s>', (run, [n, picture, options]: Args<[number, string, object]>) =>
    n === undefined ? undefined : run.boundedText(writeNumber(n, bounded(run, picture), signsOf(options))),
  ),
  formatInteger: builtin('<n-s:s>', (run, [n, picture]: Args<[number, string]>) =>
    n === undefined
      ? undefined
      : run.boundedText(writeInteger(Math.floor(n), readIntegerPicture(bounded(run, picture)))),
  ),
  parseInteger: builtin('<s-s:n>', (run, [text, picture]: Args<[string, string]>) => {
    if (text === undefined) return undefined;
    run.spend(1 + (text.length >> 3));
    return readInteger(text, readIntegerPicture(bounded(run, picture)));
  }),
};

/** Pays for reading a picture. */
export function bounded(run: Run, picture: string | undefined): string {
  if (picture === undefined) throw new Failure('T0410', picture, -1, '', 2);
  if (picture.length > LONGEST_PICTURE)
    throw new Failure('over_budget', `a picture longer than ${LONGEST_PICTURE}`);
  run.spend(1 + (picture.length >> 1));
  return picture;
}

function signsOf(options: object | undefined): Signs {
  const signs: Record<string, string> = { ...SIGNS };
  for (const [name, sign] of Object.entries(options ?? {})) {
    if (!Object.hasOwn(SIGNS, name)) continue;
    if (typeof sign !== 'string' || sign === '') throw new Failure('T0410', sign, -1, '', 3);
    signs[name] = sign;
  }
  return signs as Signs;
}
