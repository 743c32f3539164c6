/** Rules that run once in each hour or day of the clock: in the zone of their entity, and as the oracle says. */

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { DRAWN_SEED } from '../drawn-seed.ts';
import { differences } from '../oracle/agree.ts';
import { Oracle } from '../oracle/oracle.ts';
import { Random } from '../oracle/random.ts';
import { planOf, runEngine } from './engine-run.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

const files = [
  { path: 'config/weir.yaml', text: 'timezone: UTC\nentities: { lead: { key: lead_id } }\n' },
  {
    path: 'config/rules.yaml',
    text: `
features:
  lead:
    timezone: { last: timezone, on: [lead.created, lead.updated] }
    opens: { count: content.opened }
---
rule: hourly
description: d
owner: o
version: 1
for: lead
every: hour
when: opens > 0
value: opens
---
rule: daily
description: d
owner: o
version: 1
for: lead
every: day
when: opens > 0
value: opens
---
rule: held
description: d
owner: o
version: 1
for: lead
every: hour
hold: 90m
value: $floor(opens / 4)
`,
  },
];
const plan = planOf(files);
const opened = (at: number) => ({
  id: `e${at}`,
  type: 'content.opened',
  time: at,
  lead_id: '1',
  content_id: 'a',
});
const created = (at: number, timezone: string) => ({
  id: `c${at}`,
  type: 'lead.updated',
  time: at,
  lead_id: '1',
  timezone,
});
const logOf = (events: readonly object[]) =>
  events.map((event, i) => ({ id: `${i}-0`, d: JSON.stringify(event) }));

function told(rule: string, events: readonly object[]): string[] {
  const { decisions } = runEngine(plan, logOf(events));
  return decisions
    .filter((decision) => decision.rule === rule)
    .map(({ time, value }) => `${new Date(time).toISOString().slice(5, 19)} ${value}`);
}

describe('a rule with `every: hour` or `every: day`', () => {
  it('runs at once the first time, then one second into the hour of its zone', () => {
    const start = Date.UTC(2026, 0, 5, 10, 10);
    const clicks = [start, start + 5 * MINUTE, start + 40 * MINUTE].map(opened);
    const end = { type: 'tick', time: start + 3 * HOUR };
    assert.deepEqual(told('hourly', [created(start - 1, 'UTC'), ...clicks, end]), [
      '01-05T10:10:00 1',
      '01-05T11:00:01 3',
    ]);
    assert.deepEqual(told('hourly', [created(start - 1, 'Asia/Kolkata'), ...clicks, end]), [
      '01-05T10:10:00 1',
      '01-05T10:30:01 2',
      '01-05T11:30:01 3',
    ]);
  });

  it('runs once on a day of 25 hours and once on one of 23', () => {
    for (const [day, end] of [
      [Date.UTC(2026, 9, 24, 22), '10-25T23:00:01'],
      [Date.UTC(2026, 2, 28, 23), '03-29T22:00:01'],
    ] as const) {
      const events = [0, 1, 5, 20].map((hour) => opened(day + hour * HOUR + 30 * MINUTE));
      const log = [created(day, 'Europe/Madrid'), ...events, { type: 'tick', time: day + 40 * HOUR }];
      assert.equal(told('daily', log).at(-1), `${end} 4`);
      assert.equal(told('daily', log).length, 2);
    }
  });

  it('decides what the oracle decides, whatever the zone and wherever it moves', async () => {
    const random = new Random(DRAWN_SEED);
    const zones = ['UTC', 'Europe/Madrid', 'Australia/Lord_Howe', 'America/Havana'];
    for (let run = 0; run < 20; run++) {
      let time = Date.UTC(2026, run % 2 === 0 ? 2 : 9, run % 4 < 2 ? 28 : 3);
      const events: object[] = [];
      for (let i = 0; i < 60; i++) {
        time += random.whole(1, 90 * MINUTE);
        const zone = random.pick(zones);
        events.push(random.chance(0.1) ? created(time, zone) : opened(time));
      }
      events.push({ type: 'tick', time: time + 50 * HOUR });
      const log = logOf(events);
      const expected = await (await Oracle.load(files)).run(log, 0);
      assert.deepEqual(differences(expected, runEngine(plan, log)), []);
    }
  });
});
