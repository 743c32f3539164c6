/** Durations as operators write them: `90s`, `30m`, `6h`, `7d`, `4w` in milliseconds. */

const LENGTHS: Record<string, number> = { s: 1e3, m: 6e4, h: 3.6e6, d: 8.64e7, w: 6.048e8 };
const UNITS: Record<string, number> = { minute: 6e4, hour: 3.6e6, day: 8.64e7 };

export function duration(text: unknown): number {
  const parts = /^([0-9]+)([smhdw])$/.exec(String(text));
  if (!parts) throw new Error(`not a duration: ${text}`);
  return Number(parts[1]) * (LENGTHS[String(parts[2])] ?? Number.NaN);
}

/** `hours`, `hour` … in milliseconds. */
export function unitLength(word: unknown): number {
  const length = UNITS[String(word).replace(/s$/, '')];
  if (length === undefined) throw new Error(`not a unit of time: ${word}`);
  return length;
}
