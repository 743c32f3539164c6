/** $clone: a deep copy by way of JSON text, as the reference makes it. */

import { Failure } from '../failure.ts';
import type { Run } from '../run.ts';
import { toText } from '../text.ts';
import { builtin } from './builtin.ts';

/** Numbers come back with at most 15 digits, functions as empty texts. */
export function cloned(run: Run, value: unknown): unknown {
  try {
    return JSON.parse(toText(run, value));
  } catch (error) {
    if (error instanceof SyntaxError) throw new Failure('T0410', value);
    throw error;
  }
}

export const CLONE = {
  clone: builtin('<(oa)-:o>', (run, [value]: readonly unknown[]) =>
    value === undefined ? undefined : cloned(run, value),
  ),
};
