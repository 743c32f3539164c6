/** The time of the question: $now $millis, for reports only, since a rule must give the same in a replay. */

import type { Frame } from '../expression.ts';
import { writeDate } from '../pictures/write-date.ts';
import type { Run } from '../run.ts';
import { builtin } from './builtin.ts';
import { bounded } from './pictures.ts';

type Args<T extends unknown[]> = readonly [...{ [K in keyof T]: T[K] | undefined }];

export const CLOCK = {
  now: builtin('<s?s?:s>', (run, [picture, zone]: Args<[string, string]>) =>
    run.boundedText(writeDate(timeOf(run), picture === undefined ? picture : bounded(run, picture), zone)),
  ),
  millis: builtin('<:n>', timeOf),
};

function timeOf(run: Run): number {
  return (run.frame as Frame).time;
}
