/** Splits an amount into parts that add up to it exactly, in micros. */

const SCALE = 6;

/**
 * The amount, a decimal text of any length, is rounded to micros (half up) and divided among `count` parts that
 * differ by at most one micro, the larger ones first. Parts are numbers of units with at most 6 decimals.
 */
export function spreadMicros(total: string | number, count: string | number): number[] {
  const parts = count === '' ? Number.NaN : Number(count);
  if (!Number.isInteger(parts) || parts < 0)
    throw new RangeError(`$spread_micros: ${count} is no number of parts`);
  const micros = toExactMicros(String(total));
  if (parts === 0) {
    if (micros === 0n) return [];
    throw new RangeError(`$spread_micros: nothing to spread ${total} over`);
  }
  const share = micros / BigInt(parts);
  const larger = Number(micros % BigInt(parts));
  return Array.from({ length: parts }, (_, i) => Number(share + (i < larger ? 1n : 0n)) / 10 ** SCALE);
}

function toExactMicros(text: string): bigint {
  const match = /^(\d{1,15})(?:\.(\d*))?$/.exec(text.trim());
  if (!match) throw new RangeError(`$spread_micros: "${text}" is not an amount such as 12.34`);
  const decimals = (match[2] ?? '').padEnd(SCALE + 1, '0');
  const rounded = (decimals[SCALE] as string) >= '5' ? 1n : 0n;
  return BigInt(`${match[1]}${decimals.slice(0, SCALE)}`) + rounded;
}
