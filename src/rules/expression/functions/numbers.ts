/** Functions of numbers. */

import { Failure } from '../failure.ts';
import { builtin, ofNumber } from './builtin.ts';
import { roundHalfEven } from './round.ts';

type Args<T extends unknown[]> = readonly [...{ [K in keyof T]: T[K] | undefined }];

export const NUMBERS = {
  abs: builtin('<n-:n>', (_run, [n]: Args<[number]>) => (n === undefined ? undefined : Math.abs(n)), {
    inline: ofNumber(Math.abs),
  }),
  floor: builtin('<n-:n>', (_run, [n]: Args<[number]>) => (n === undefined ? undefined : Math.floor(n)), {
    inline: ofNumber(Math.floor),
  }),
  ceil: builtin('<n-:n>', (_run, [n]: Args<[number]>) => (n === undefined ? undefined : Math.ceil(n)), {
    inline: ofNumber(Math.ceil),
  }),
  round: builtin('<n-n?:n>', (_run, [n, digits]: Args<[number, number]>) =>
    n === undefined ? undefined : roundHalfEven(n, digits),
  ),
  power: builtin('<n-n:n>', (_run, [base, exponent]: Args<[number, number]>) => {
    if (base === undefined) return undefined;
    const result = base ** (exponent as number);
    if (!Number.isFinite(result)) throw new Failure('D3061', base);
    return result;
  }),
  sqrt: builtin('<n-:n>', (_run, [n]: Args<[number]>) => {
    if (n === undefined) return undefined;
    if (n < 0) throw new Failure('D3060', n);
    return Math.sqrt(n);
  }),
  number: builtin('<(nsb)-:n>', (_run, [value]: Args<[number | string | boolean]>) => toNumber(value)),
  formatBase: builtin('<n-n?:s>', (_run, [n, base]: Args<[number, number]>) => {
    if (n === undefined) return undefined;
    const radix = base === undefined ? 10 : roundHalfEven(base);
    if (radix < 2 || radix > 36) throw new Failure('D3100', radix);
    return roundHalfEven(n).toString(radix);
  }),
  fixed: builtin('<nn:s>', (_run, [n, digits]: Args<[number, number]>) =>
    n === undefined || digits === undefined ? undefined : fixed(n, digits),
  ),
};

const DECIMAL = /^-?[0-9]+(\.[0-9]+)?([Ee][-+]?[0-9]+)?$/;
/** As lenient as the reference: an octal or binary number may have something around it and then is no number. */
const PREFIXED = /^(0[xX][0-9A-Fa-f]+)|(0[oO][0-7]+)|(0[bB][0-1]+)$/;

function toNumber(value: unknown): number | undefined {
  if (value === undefined || typeof value === 'number') return value;
  if (typeof value === 'boolean') return value ? 1 : 0;
  if (typeof value !== 'string') throw new Failure('D3030', value);
  const text = value;
  if (DECIMAL.test(text) && Number.isFinite(Number(text))) return Number.parseFloat(text);
  if (PREFIXED.test(text)) return Number(text);
  throw new Failure('D3030', value);
}

const MOST_DIGITS = 15;

/** Decimal text with that many digits behind the point; half is rounded away from zero, as people do. */
export function fixed(n: number, digits: number): string {
  if (!Number.isFinite(n)) throw new Failure('D3001', n);
  if (!Number.isInteger(digits) || digits < 0 || digits > MOST_DIGITS) {
    throw new Failure('out_of_range', digits, -1, '$fixed', 2);
  }
  const size = Math.abs(n);
  const [mantissa, exponent = '0'] = String(size).split('e') as [string, string?];
  const shifted = Math.round(Number(`${mantissa}e${Number(exponent) + digits}`));
  const [whole, back = '0'] = String(shifted).split('e') as [string, string?];
  const text = Number(`${whole}e${Number(back) - digits}`).toFixed(digits);
  return n < 0 && Number(text) !== 0 ? `-${text}` : text;
}
