/** An event as one line for people. */

import type { Millis } from '../core/units.ts';
import { clockText } from './decision-line.ts';

/** As `GET /v1/stream` tells it. */
export interface ToldEvent {
  readonly type: string;
  readonly time: string;
  readonly kind: string | null;
  readonly entity: string | null;
  readonly data: Readonly<Record<string, unknown>>;
}

/** `09:14:03 event    content.completed lead:123 content_id=guide-1`; another day than `today` is named. */
export function eventLine({ type, time, kind, entity, data }: ToldEvent, today: Millis): string {
  const about = kind === null ? (entity ?? '') : `${kind}:${entity}`;
  const fields = Object.entries(data)
    .filter(([name, value]) => name !== `${kind}_id` && value !== null)
    .map(([name, value]) => `${name}=${typeof value === 'string' ? plain(value) : JSON.stringify(value)}`);
  const parts = [clockText(Date.parse(time), today), 'event   ', type, about, ...fields];
  return parts
    .filter((part) => part !== '')
    .join(' ')
    .trimEnd();
}

/** As it is where it is one word. */
function plain(value: string): string {
  return /^[^\s"\p{Cc}]+$/u.test(value) ? value : JSON.stringify(value);
}
