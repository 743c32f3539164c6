/** The events of the demo as its producers send them, and how they are put in order and numbered. */

import type { Millis } from '../../core/units.ts';

/** The structured form of an event; time in epoch milliseconds. */
export interface DemoEvent {
  readonly id: string;
  readonly source: string;
  readonly type: string;
  readonly time: Millis;
  readonly data: Readonly<Record<string, unknown>>;
}

export type Draft = Omit<DemoEvent, 'id'>;
export type Emit = (source: string, type: string, time: Millis, data: Record<string, unknown>) => void;

/** Drafts up to `end`, by time (ties in the order of writing), with ids `<prefix>-<n>`. */
export function numbered(drafts: readonly Draft[], prefix: string, end: Millis): DemoEvent[] {
  return drafts
    .filter(({ time }) => time <= end)
    .sort((a, b) => a.time - b.time)
    .map((draft, index) => ({ id: `${prefix}-${index + 1}`, ...draft }));
}

/** Part of an id that holds a run's own events apart from those of another seed or time: never the same id twice. */
export function runPrefix(name: string, seed: number, time: Millis): string {
  return `${name}-${seed}-${time.toString(36)}`;
}
