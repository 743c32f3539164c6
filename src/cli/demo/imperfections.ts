/** What real producers do to a day: retries, a latecomer, a misspelt type, money with too many decimals. */

import { HOUR, MINUTE, SECOND } from '../../core/units.ts';
import type { DemoEvent } from './demo-event.ts';
import type { Draw } from './draw.ts';

/** In the id of every event that is odd on purpose; a retry has the id of what it repeats. */
export const ODD = '-odd-';
const RETRIES = 6;

/** The same events with a few odd ones among those of the day, each where it arrives. */
export function withImperfections(events: readonly DemoEvent[], prefix: string, draw: Draw): DemoEvent[] {
  const end = events.at(-1)?.time ?? 0;
  const today = events.findIndex(({ time }) => time > end - 20 * HOUR);
  const place = () => draw.whole(today, events.length - 2);
  const inserts = new Map<number, DemoEvent>();
  for (let i = 0; i < RETRIES; i++) {
    const index = place();
    const repeated = events[index] as DemoEvent;
    // A producer that saw no answer sends again some seconds later.
    let later = index;
    while (later < events.length - 1 && (events[later] as DemoEvent).time < repeated.time + 5 * SECOND)
      later += 1;
    inserts.set(later, repeated);
  }
  const odd = (name: string, event: (at: DemoEvent) => Omit<DemoEvent, 'id'>) => {
    let index = place();
    while (inserts.has(index)) index = place();
    inserts.set(index, { id: `${prefix}${ODD}${name}`, ...event(events[index] as DemoEvent) });
  };
  odd('late', ({ time }) => ({
    source: 'site',
    type: 'content.opened',
    time: time - 3 * HOUR - 7 * MINUTE,
    data: { lead_id: 7, content_id: 'blog-night-shifts', content_type: 'blog' },
  }));
  odd('type', ({ time }) => ({
    source: 'site',
    type: 'content.complete',
    time,
    data: { lead_id: 8, content_id: 'blog-first-interview' },
  }));
  odd('money', ({ time }) => ({
    source: 'ads',
    type: 'campaign.click',
    time,
    data: { campaign_id: 'c1', channel: 'facebook', cost: 0.3141593 },
  }));
  return events.flatMap((event, index) => {
    const insert = inserts.get(index);
    return insert === undefined ? [event] : [event, insert];
  });
}
