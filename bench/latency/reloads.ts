/** Rules reloaded under load, back and forth between two sets, and how long decisions paused meanwhile. */

import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { SECOND } from '../../src/core/units.ts';
import type { HouseProcess } from '../house-process.ts';
import type { OutboxObserver } from './outbox-observer.ts';

/** What conversion gives an answer within a day, in either set; no test asks for it. */
const TEXTS = ['response_hours < 24 ? 12 : 0', 'response_hours < 24 ? 10 : 0'];
/** Partitions come to the change after the reload has answered; so long is looked at in any case. */
const AFTERWARDS = 2 * SECOND;

export interface Reloads {
  /** The longest time without any decision, around each reload; milliseconds. */
  readonly pauses: readonly number[];
  /** The same around moments at which nothing was reloaded. */
  readonly usual: readonly number[];
  /** From asking for it to its being written into every log; milliseconds. */
  readonly took: readonly number[];
}

/** How long they take at most, seconds, also on a crowded machine; events have to come for so long. */
export function secondsFor(reloads: number): number {
  return reloads * 40;
}

/** @param config a folder that may be edited */
export async function reloadUnderLoad(
  house: HouseProcess,
  observer: OutboxObserver,
  config: string,
  reloads: number,
): Promise<Reloads> {
  const file = join(config, 'rules', 'conversion.yaml');
  const found: Record<'pauses' | 'usual' | 'took', number[]> = { pauses: [], usual: [], took: [] };
  for (let n = 0; n < reloads; n++) {
    const quiet = performance.now();
    await sleep(AFTERWARDS);
    found.usual.push(observer.longestGap(quiet, performance.now()));
    const text = await readFile(file, 'utf8');
    await writeFile(file, text.replace(TEXTS[(n + 1) % 2] as string, TEXTS[n % 2] as string));
    const begun = performance.now();
    const { ok, message } = await house.reload();
    if (!ok) throw new Error(`the reload was refused: ${message}`);
    found.took.push(performance.now() - begun);
    await sleep(AFTERWARDS);
    found.pauses.push(observer.longestGap(begun, performance.now()));
  }
  return found;
}
