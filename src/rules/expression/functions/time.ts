/** weir's own: $hour $weekday $date in the entity's time zone, $money in its currency. */

import { DAY, HOUR } from '../../../core/units.ts';
import { isoDate, localDay, zoneOffset } from '../../../core/zone.ts';
import type { Frame } from '../expression.ts';
import { Failure } from '../failure.ts';
import type { Run } from '../run.ts';
import type { Term } from '../term.ts';
import { builtin } from './builtin.ts';
import { fixed } from './numbers.ts';

type Instant = readonly [time: number | undefined];

/** The range of JavaScript's own dates. */
const LAST_TIME = 8.64e15;

/** 1970-01-01 was a Thursday: the fourth day of a week that begins on Monday. */
const WEEKDAY_OF_DAY_ZERO = 3;

export const TIME = {
  hour: ofTime((zone, time) => Math.floor(modulo(time + zoneOffset(zone, time), DAY) / HOUR)),
  weekday: ofTime((zone, time) => modulo(localDay(zone, time) + WEEKDAY_OF_DAY_ZERO, 7) + 1),
  date: ofTime((zone, time) => isoDate(localDay(zone, time))),
  money: builtin('<n:s>', (run: Run, [amount]: readonly [number | undefined]) =>
    amount === undefined ? undefined : money(amount, (run.frame as Frame).currency),
  ),
};

/** A function of one time; rules call them for every event. */
function ofTime(read: (zone: string, time: number) => unknown) {
  const at = (run: Run, time: number) => {
    if (!(Math.abs(time) <= LAST_TIME)) throw new Failure('out_of_range', time);
    return read((run.frame as Frame).zone, Math.floor(time));
  };
  return builtin('<n:n>', (run, [time]: Instant) => (time === undefined ? undefined : at(run, time)), {
    inline: ([only], applied) => {
      const { code } = only as Term;
      return (run, item, slots) => {
        const time = code(run, item, slots);
        return typeof time === 'number' && Math.abs(time) <= LAST_TIME
          ? at(run, time)
          : applied(run, item, [time]);
      };
    },
  });
}

function modulo(n: number, size: number): number {
  return ((n % size) + size) % size;
}

/** Currencies whose smallest coin is no hundredth (ISO 4217). */
const DIGITS: Readonly<Record<string, number>> = {
  BHD: 3,
  CLP: 0,
  ISK: 0,
  JOD: 3,
  JPY: 0,
  KRW: 0,
  KWD: 3,
  OMR: 3,
  PYG: 0,
  TND: 3,
  UGX: 0,
  VND: 0,
  XAF: 0,
  XOF: 0,
};

/** `1234.50 EUR`: the same on every machine, whatever its language. */
export function money(amount: number, currency: string): string {
  return `${fixed(amount, DIGITS[currency] ?? 2)} ${currency}`;
}
