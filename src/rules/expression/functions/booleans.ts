/** $boolean $not $exists. */

import type { Term } from '../term.ts';
import { isTrue } from '../truth.ts';
import { builtin } from './builtin.ts';

type One = readonly [value: unknown];

export const BOOLEANS = {
  boolean: builtin('<x-:b>', (_run, [value]: One) => (value === undefined ? undefined : isTrue(value))),
  not: builtin('<x-:b>', (_run, [value]: One) => (value === undefined ? undefined : !isTrue(value)), {
    inline: ([only], applied) => {
      if (only === undefined) return undefined;
      const { code } = only;
      return (run, item, slots) => {
        const value = code(run, item, slots);
        if (typeof value === 'boolean') return !value;
        return value === undefined ? undefined : applied(run, item, [value]);
      };
    },
  }),
  exists: builtin('<x:b>', (_run, [value]: One) => value !== undefined, {
    inline: ([only]) => {
      const { code } = only as Term;
      return (run, item, slots) => code(run, item, slots) !== undefined;
    },
  }),
};
