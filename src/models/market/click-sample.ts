/** A sample of clicks, chosen by the hash of their ids, that tells how long applications take to come. */

import { Buffer } from 'node:buffer';
import { HOUR, type Millis, SECOND } from '../../core/units.ts';
import { LONGEST_DELAY } from './delay.ts';
import { textHash } from './text-hash.ts';

/** Clicks kept at most. */
const KEEP = 64;
/** With fewer than this, more of the coming ones are taken. */
const FEW = 16;
const BYTES = 8;
/** A click of this age in hours is kept half as often as a fresh one: most delays are short. */
const HALVED_AT = 4;

/** Clicks by hash with their time in seconds; a fresh click is kept when its hash is below `threshold`. */
export interface ClickSample {
  threshold: number;
  readonly clicks: Map<number, number>;
}

export interface SeenDelay {
  readonly hours: number;
  /** One over how often a delay of this length is seen, relative to a short one (Horvitz & Thompson 1952). */
  readonly weight: number;
}

/**
 * A click of age ℓ hours is kept while hash/2^32 < threshold · 4/(4+ℓ): which ones does not depend on what becomes of
 * them. Memory: 64 clicks, 11 bytes each as text. Cost: O(1) a click, O(64) when full.
 */
export function newClickSample(): ClickSample {
  return { threshold: 1, clicks: new Map() };
}

export function noteClick(sample: ClickSample, id: string, time: Millis): void {
  const hash = textHash(id);
  if (!kept(sample, hash, 0) || sample.clicks.has(hash)) return;
  sample.clicks.set(hash, Math.floor(time / SECOND));
  while (sample.clicks.size > KEEP) {
    sample.threshold *= 0.8;
    thin(sample, time);
  }
}

/** The delay of an application whose click is in the sample; a click answers once. */
export function matchClick(sample: ClickSample, id: string, time: Millis): SeenDelay | undefined {
  const hash = textHash(id);
  const clicked = sample.clicks.get(hash);
  if (clicked === undefined) return undefined;
  sample.clicks.delete(hash);
  const hours = Math.max(0, (time - clicked * SECOND) / HOUR);
  return kept(sample, hash, hours) ? { hours, weight: 1 + hours / HALVED_AT } : undefined;
}

/** Once an hour: lets old clicks go, and takes more of the coming ones when few are left. */
export function thin(sample: ClickSample, now: Millis): void {
  for (const [hash, seconds] of sample.clicks) {
    if (!kept(sample, hash, Math.max(0, (now - seconds * SECOND) / HOUR))) sample.clicks.delete(hash);
  }
  if (sample.clicks.size < FEW) sample.threshold = Math.min(1, sample.threshold * 1.1);
}

export function clickSampleText({ clicks }: ClickSample): string {
  const bytes = Buffer.alloc(clicks.size * BYTES);
  let at = 0;
  for (const [hash, seconds] of clicks) {
    bytes.writeUInt32LE(hash, at);
    bytes.writeUInt32LE(seconds % 2 ** 32, at + 4);
    at += BYTES;
  }
  return bytes.toString('base64');
}

export function clickSampleOf(threshold: number, text: string): ClickSample {
  const bytes = Buffer.from(text, 'base64');
  const sample: ClickSample = { threshold, clicks: new Map() };
  for (let at = 0; at + BYTES <= bytes.length; at += BYTES)
    sample.clicks.set(bytes.readUInt32LE(at), bytes.readUInt32LE(at + 4));
  return sample;
}

function kept(sample: ClickSample, hash: number, hours: number): boolean {
  return hours <= LONGEST_DELAY && hash / 2 ** 32 < (sample.threshold * HALVED_AT) / (HALVED_AT + hours);
}
