/** Decoding one text in tests: the event or the letter that comes of it. */

import assert from 'node:assert/strict';
import type { DeadLetter } from '../../src/core/decision.ts';
import type { Entry } from '../../src/core/entry.ts';
import type { WeirEvent } from '../../src/core/event.ts';
import { builtInEvents } from '../../src/rules/events/catalogue.ts';
import { decode, type Item } from '../../src/step/decode.ts';

export const ENTERED = Date.UTC(2026, 0, 5);
export const ENTRY_ID = `${ENTERED}-3`;

export function decodeText(text: string, more: Partial<Entry> = {}, clock: 'live' | 'log' = 'live'): Item[] {
  return decode({ id: ENTRY_ID, d: text, ...more }, builtInEvents, { clock });
}

export function decodeFlatTexts(fields: Record<string, string>, more: Partial<Entry> = {}): Item[] {
  return decode({ id: ENTRY_ID, f: JSON.stringify(fields), ...more }, builtInEvents, { clock: 'live' });
}

export function onlyItem(items: readonly Item[]): Item {
  assert.equal(items.length, 1);
  return items[0] as Item;
}

export function eventOf(items: readonly Item[]): WeirEvent {
  const item = onlyItem(items);
  assert.equal(item.kind, 'event', item.kind === 'dead' ? item.letter.problem : item.kind);
  return (item as Item & { kind: 'event' }).event;
}

export function payloadOf(items: readonly Item[]): number {
  const item = onlyItem(items);
  assert.equal(item.kind, 'event');
  return (item as Item & { kind: 'event' }).payload;
}

export function letterOf(items: readonly Item[]): DeadLetter {
  const item = onlyItem(items);
  assert.equal(item.kind, 'dead');
  return (item as Item & { kind: 'dead' }).letter;
}
