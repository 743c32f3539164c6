/** The demo day is reproducible, well formed where it means to be, and has in it what the demo shows. */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { CAMPAIGNS, SPIKE } from '../../src/cli/demo/campaign-profile.ts';
import type { DemoEvent } from '../../src/cli/demo/demo-event.ts';
import { ODD } from '../../src/cli/demo/imperfections.ts';
import { EXAMPLE_LEAD } from '../../src/cli/demo/lead-profile.ts';
import { demoDay } from '../../src/cli/demo-day.ts';
import { liveTraffic } from '../../src/cli/live-traffic.ts';
import { DAY } from '../../src/core/units.ts';
import { builtInEvents } from '../../src/rules/events/catalogue.ts';

const END = Date.UTC(2026, 10, 20, 15, 30);
const events = demoDay(1, END);

/** First appearances of the events that mean to be right. */
function proper(all: readonly DemoEvent[]): DemoEvent[] {
  const seen = new Set<string>();
  return all.filter(({ id }) => !id.includes(ODD) && !seen.has(id) && seen.add(id));
}

/** What is wrong with an event, as a reader of its type's definition sees it. */
function problem({ id, source, type, time, data }: DemoEvent): string | undefined {
  const known = builtInEvents.get(type);
  if (known === undefined) return `${id}: unknown type ${type}`;
  if (id.length > 200 || source === '' || !Number.isInteger(time)) return `${id}: bad envelope`;
  const unknown = Object.keys(data).filter((field) => !known.fields.includes(field));
  if (unknown.length > 0) return `${id}: ${type} has no ${unknown}`;
  if (!known.route.some((field) => field in data)) return `${id}: ${type} goes nowhere`;
  for (const field of known.money) {
    const text = String(data[field] ?? 0);
    if (!/^\d+(?:\.\d{1,4})?$/.test(text)) return `${id}: ${field} is ${text}`;
  }
  const asRead = { ...data };
  for (const field of known.ids) if (field in data) asRead[field] = String(data[field]);
  const bad = known.check(asRead);
  return bad && `${id}: ${type} ${bad.field} ${bad.problem}`;
}

describe('demoDay', () => {
  test('the same seed and end give the same bytes, another seed another day', () => {
    fc.assert(
      fc.property(fc.nat(1000), fc.integer({ min: 1.7e12, max: 2e12 }), (seed, end) => {
        const day = JSON.stringify(demoDay(seed, end));
        assert.equal(JSON.stringify(demoDay(seed, end)), day);
        assert.notEqual(JSON.stringify(demoDay(seed + 1, end)), day);
      }),
      { numRuns: 3 },
    );
  });

  test('every event but the planted ones is known, complete and in order', () => {
    const right = proper(events);
    assert.ok(right.length >= 20_000 && right.length <= 40_000, `${right.length} events`);
    assert.deepEqual(right.map(problem).filter(Boolean), []);
    right.forEach((event, i) => {
      assert.ok(i === 0 || event.time >= (right[i - 1] as DemoEvent).time, event.id);
      assert.ok(event.time <= END && event.time >= END - 60 * DAY);
    });
    assert.equal(new Set(right.map(({ id }) => id)).size, right.length);
  });

  test('the planted ones are there: retries, a latecomer, a misspelt type, bad money', () => {
    const odd = events.filter(({ id }) => id.includes(ODD));
    assert.equal(odd.length, 3);
    assert.equal(odd.map(problem).filter(Boolean).length, 2);
    assert.ok(
      odd.some((event) => event.time < (events[events.indexOf(event) - 1] as DemoEvent).time - 3 * 3_600_000),
    );
    const retries = events.length - odd.length - proper(events).length;
    assert.ok(retries >= 3, `${retries} retries`);
  });

  test('no id is shared with another end: a second demo on the same data is not a conflict', () => {
    const ids = new Set(events.map(({ id }) => id));
    assert.ok(demoDay(1, END + 60_000).every(({ id }) => !ids.has(id)));
  });

  test('leads are of all statuses and many sources, and the documented one is among them', () => {
    const values = (field: string) =>
      new Set(events.filter(({ type }) => type.startsWith('lead.')).map(({ data }) => data[field]));
    for (const status of ['new', 'nurturing', 'engaged', 'converted', 'lost'])
      assert.ok(values('status').has(status), status);
    for (const source of ['linkedin', 'facebook', 'organic', 'email', 'referral'])
      assert.ok(values('source').has(source), source);
    assert.equal(values('lead_id').size, 250);
    const completed = events.filter(
      ({ type, data }) => type === 'content.completed' && data.lead_id === EXAMPLE_LEAD,
    );
    assert.ok(completed.length >= 5);
  });

  test('one channel, and no other, costs over four times as much per application as before', () => {
    for (const [seed, end] of [
      [1, END],
      [2, END + DAY / 2],
    ] as const) {
      const cost = costPerApplication(demoDay(seed, end), end);
      const spiking = [...cost].filter(([, { today, before }]) => today > 4 * before).map(([name]) => name);
      assert.deepEqual(spiking, [`${SPIKE.campaign}/${SPIKE.channel}`]);
    }
  });

  test('moving budget pays: applications of a campaign cost clearly more on its worst channel than on its best', () => {
    const cost = costPerApplication(events, END);
    for (const { id, channels } of CAMPAIGNS) {
      const costs = channels.map(({ channel }) => cost.get(`${id}/${channel}`)?.before as number);
      assert.ok(Math.max(...costs) > 1.6 * Math.min(...costs), `${id}: ${costs}`);
    }
    const first =
      CAMPAIGNS[0]?.channels.map(({ channel }) => cost.get(`c1/${channel}`)?.before as number) ?? [];
    assert.ok(Math.max(...first) > 5 * Math.min(...first));
  });
});

/** Cost per application of the last day and of the 28 days before, by campaign and channel. */
function costPerApplication(all: readonly DemoEvent[], end: number) {
  const sums = new Map<string, { spend: [number, number]; applications: [number, number] }>();
  for (const { type, time, data } of proper(all)) {
    const name = `${data.campaign_id}/${data.channel}`;
    const part = time > end - DAY ? 0 : 1;
    const sum = sums.get(name) ?? { spend: [0, 0], applications: [0, 0] };
    if (type === 'campaign.click') sum.spend[part] += data.cost as number;
    else if (type === 'campaign.application') sum.applications[part] += 1;
    else continue;
    sums.set(name, sum);
  }
  return new Map(
    [...sums].map(([name, { spend, applications }]) => {
      const [today, before] = [0, 1].map(
        (part) => (spend[part] as number) / Math.max(1, applications[part] as number),
      );
      return [name, { today: today as number, before: before as number }];
    }),
  );
}

describe('liveTraffic', () => {
  const first = (count: number, seed = 1) => {
    const traffic = liveTraffic(seed, END);
    return Array.from({ length: count }, () => traffic.next().value);
  };

  test('goes on in order with known events, 20 to 50 a second', () => {
    const live = first(6_000);
    assert.deepEqual(live.map(problem).filter(Boolean), []);
    assert.ok(live.every((event, i) => event.time >= (live[i - 1]?.time ?? END)));
    const perSecond = (live.length / ((live.at(-1) as DemoEvent).time - END)) * 1000;
    assert.ok(perSecond > 20 && perSecond < 50, `${perSecond} a second`);
    const day = new Set(events.map(({ id }) => id));
    assert.equal(new Set(live.map(({ id }) => id)).size, live.length);
    assert.ok(live.every(({ id }) => !day.has(id)));
  });

  test('half a minute has something of everything that moves a score or a budget', () => {
    const types = new Set(first(1_000).map(({ type }) => type));
    for (const type of ['content.opened', 'content.completed', 'campaign.click', 'campaign.application'])
      assert.ok(types.has(type), type);
  });

  test('the same seed gives the same traffic', () => {
    assert.deepEqual(first(500), first(500));
    assert.notDeepEqual(first(500, 2), first(500));
  });
});
