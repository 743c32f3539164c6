/** The last clicks by their id, so that one that turns out not to count can be taken back. */

import { Buffer } from 'node:buffer';
import { type Micros, type Millis, SECOND } from '../core/units.ts';

/** Clicks kept at most: the last to come stay. */
const MOST_KEPT = 256;
/** Instead of its cost: the click does not count, or not any more. */
const COUNTS_NOT = -1;
const WIDTH = 3;
const BYTES = 16;

/** [hash of the id, time in seconds, cost in micros, …] */
export type KeptClicks = number[];

export interface KeptClick {
  /** To the second. */
  readonly time: Millis;
  readonly cost: Micros;
}

/** @param cost undefined: the click does not count as it is */
export function keepClick(kept: KeptClicks, hash: number, time: Millis, cost: Micros | undefined): void {
  kept.push(hash, Math.floor(time / SECOND), cost ?? COUNTS_NOT);
  if (kept.length > WIDTH * MOST_KEPT) kept.splice(0, WIDTH);
}

/** Those of this id that counted until now; undefined for an id that is not among the kept. O(256). */
export function takeClicks(kept: KeptClicks, hash: number): KeptClick[] | undefined {
  let found: KeptClick[] | undefined;
  for (let at = 0; at < kept.length; at += WIDTH) {
    if (kept[at] !== hash) continue;
    found ??= [];
    const cost = kept[at + 2] as Micros;
    if (cost === COUNTS_NOT) continue;
    found.push({ time: (kept[at + 1] as number) * SECOND, cost });
    kept[at + 2] = COUNTS_NOT;
  }
  return found;
}

/** 22 characters a click. */
export function keptClicksText(kept: KeptClicks): string {
  const bytes = Buffer.alloc((kept.length / WIDTH) * BYTES);
  for (let i = 0, at = 0; i < kept.length; i += WIDTH, at += BYTES) {
    bytes.writeInt32LE(kept[i] as number, at);
    bytes.writeUInt32LE((kept[i + 1] as number) % 2 ** 32, at + 4);
    bytes.writeDoubleLE(kept[i + 2] as number, at + 8);
  }
  return bytes.toString('base64');
}

export function keptClicksOf(text: string): KeptClicks {
  const bytes = Buffer.from(text, 'base64');
  const kept: KeptClicks = [];
  for (let at = 0; at + BYTES <= bytes.length; at += BYTES)
    kept.push(bytes.readInt32LE(at), bytes.readUInt32LE(at + 4), bytes.readDoubleLE(at + 8));
  return kept;
}
