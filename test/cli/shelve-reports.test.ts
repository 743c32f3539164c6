/** Reports on the shelf: once an hour, by whoever should, again when the history was away, each without the others. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { shelveReports } from '../../src/cli/shelve-reports.ts';
import { WeirError } from '../../src/core/errors.ts';
import { HOUR, MINUTE } from '../../src/core/units.ts';
import { loadRuleSet } from '../../src/rules/load-rule-set.ts';
import type { KindPlan } from '../../src/rules/plan.ts';
import { Entity } from '../../src/step/entity.ts';
import { fakeHistory } from '../http/fake-history.ts';

const RULES = `timezone: UTC
entities: { lead: { key: lead_id }, all: { shared: true } }
---
features: { all: { leads: { count: lead } } }
---
report: broken
value: '{ "n": $number("x" & leads) }'
---
report: sound
value: '{ "n": leads }'
`;
const loaded = loadRuleSet([{ path: 'a.yaml', text: RULES }]);
assert.ok(loaded.ok, JSON.stringify(loaded));
const { plan } = loaded;

async function shelved({
  hours = 3,
  mine = (): boolean => true,
  fails = (_: number): boolean => false,
} = {}) {
  const begun = Date.UTC(2026, 0, 5, 10, 30);
  let now = begun;
  let tries = 0;
  const stop = new AbortController();
  const whole = new Entity(plan, plan.kindOf.get('all') as KindPlan, 'all');
  whole.slots[whole.kind.slotOf.get('leads') as number] = 7;
  const put: [name: string, hour: number, document: unknown][] = [];
  const notices: string[] = [];
  await shelveReports(
    {
      plan: () => plan,
      readEntity: async () => ({
        entity: whole,
        partition: 0,
        position: '1-0',
        streamTime: now,
        decided: new Map(),
      }),
      history: fakeHistory({}),
      put: async ({ name, at, document }) => {
        if (fails(tries++)) throw new WeirError('history_away', 'keeping a report: it is away');
        put.push([name, (at - Date.UTC(2026, 0, 5)) / HOUR, document]);
      },
      mine,
      clock: {
        now: () => now,
        sleep: async (duration) => {
          assert.equal(duration, MINUTE);
          now += duration;
          if (now >= begun + hours * HOUR) stop.abort();
        },
      },
      onNotice: (notice) => notices.push(notice),
    },
    stop.signal,
  );
  return { put, notices };
}

test('each hour once, and a report that fails keeps no other from the shelf', async () => {
  const { put, notices } = await shelved();
  assert.deepEqual(
    put,
    [10, 11, 12, 13].map((hour) => ['sound', hour, { n: 7 }]),
  );
  assert.equal(notices.filter((notice) => notice.includes('the report broken')).length, 4);
});

test('only by the instance whose turn it is', async () => {
  assert.deepEqual((await shelved({ mine: () => false })).put, []);
});

test('while the history is away they wait, and the hour is not lost', async () => {
  const { put, notices } = await shelved({ hours: 1, fails: (tried) => tried < 5 });
  assert.deepEqual(
    put.map(([, hour]) => hour),
    [10, 11],
  );
  assert.equal(notices.filter((notice) => notice.includes('wait')).length, 5);
});
