/** The screen of clicks by definition, from the list of every click that an entity has had, in the order of the log. */

import type { Screen } from './definition.ts';
import type { Happening } from './received.ts';

interface Judged {
  readonly time: number;
  readonly click: unknown;
  readonly visitor: string | undefined;
  readonly network: string | undefined;
}

const HOUR = 3_600_000;
/** So many click ids, and so many visitors, are remembered at most: those that came last. */
const REMEMBERED = 128;

export class Screens {
  readonly #clicks = new Map<string, Judged[]>();

  /** Why a click does not count; undefined when it does. */
  judge(
    { name, duplicate, burst, within }: Screen,
    entity: string,
    { time, data }: Happening,
  ): string | undefined {
    const list = this.#clicks.get(`${entity} ${name}`) ?? [];
    this.#clicks.set(`${entity} ${name}`, list);
    const now: Judged = {
      time,
      click: data.click_id,
      visitor: visitorOf(data),
      network: typeof data.ip_address === 'string' ? networkOf(data.ip_address) : undefined,
    };
    const repeated = now.click !== undefined && seen(list, now, 'click', HOUR);
    const returned = now.visitor !== undefined && seen(list, now, 'visitor', duplicate);
    const newest = Math.max(time, ...list.map((other) => other.time));
    const interval = Math.floor(time / within);
    const many =
      now.network !== undefined && interval === Math.floor(newest / within)
        ? 1 + list.filter((o) => o.network === now.network && Math.floor(o.time / within) === interval).length
        : 0;
    list.push(now);
    if (/bot/i.test(String(data.user_agent ?? ''))) return 'bot';
    if (repeated || returned) return 'duplicate';
    return many > burst ? 'burst' : undefined;
  }
}

/** The newest click that has this in common, so far, lies within the span, and is not forgotten. */
function seen(list: readonly Judged[], now: Judged, by: 'click' | 'visitor', span: number): boolean {
  const known = new Map<unknown, number>();
  const isSeen = (one: Judged) => Math.abs(one.time - (known.get(one[by]) ?? Number.NaN)) <= span;
  for (const one of list.filter((other) => other[by] !== undefined)) {
    const newest = Math.max(one.time, known.get(one[by]) ?? one.time);
    // in the order in which they came last
    known.delete(one[by]);
    known.set(one[by], newest);
    for (const [other, time] of known)
      if (other !== one[by] && one.time - time > span + HOUR) known.delete(other);
    for (const other of [...known.keys()].slice(0, -REMEMBERED)) known.delete(other);
  }
  return isSeen(now);
}

function visitorOf({ session_id, ip_address, user_agent }: Happening['data']): string | undefined {
  if (session_id !== undefined) return `session ${session_id}`;
  return ip_address === undefined ? undefined : `${ip_address} ${user_agent ?? ''}`;
}

function networkOf(address: string): string {
  return address.split('.').slice(0, 3).join('.');
}
