/** What an entity shows is the same after it was written and read again, whatever zone and currency it moved through. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { HOUR } from '../../src/core/units.ts';
import { loadRuleSet } from '../../src/rules/load-rule-set.ts';
import { decode } from '../../src/step/decode.ts';
import { PartitionState } from '../../src/step/partition-state.ts';
import { decodeEntity, encodeEntity } from '../../src/step/record.ts';
import { step } from '../../src/step/step.ts';
import { planOf } from './engine-run.ts';

/** Names in an order that suits nobody: rules before the zone and the currency that they need. */
const TEXT = `timezone: Asia/Tokyo
currency: EUR
entities:
  campaign: { key: campaign_id }
---
features:
  campaign:
    place: { last: timezone, on: [campaign.created, campaign.updated] }
    coin: { last: currency, on: [campaign.created, campaign.updated] }
    timezone: { calc: place }
    currency: { calc: coin }
    spent: { last: spend, on: campaign.budget_reported, default: 0 }
    seen: { last: time, on: [campaign.budget_reported, campaign.updated], default: 0 }
    all_of_it: { calc: '$money(spent)' }
    bill: { calc: '$date(seen) & " " & $money(spent)' }
    clock: { calc: '$hour(seen)' }
    late: { calc: clock >= 12 }
---
rule: a_bill
description: d
owner: o
version: 1
for: campaign
value: $money(spent) & ' on ' & $date(seen)
---
rule: a_pick
description: d
owner: o
version: 1
for: campaign
pick:
  - { name: evening, when: $hour(seen) >= 18, message: 'it is {{$hour(seen)}} and {{$money(spent)}} are gone' }
  - { name: weekend, when: $weekday(seen) > 5 }
---
rule: a_score
description: d
owner: o
version: 1
for: campaign
when: $hour(seen) < 23
factors:
  hour: $hour(seen)
`;

const plan = planOf([{ path: 'a.yaml', text: TEXT }]);

const events = fc.array(
  fc.record({
    after: fc.nat(30),
    timezone: fc.constantFrom(undefined, 'Europe/Madrid', 'America/New_York', 'UTC', 'Asia/Kolkata'),
    currency: fc.constantFrom(undefined, 'EUR', 'JPY', 'USD'),
    spend: fc.constantFrom(undefined, 5, 1234.5),
  }),
  { minLength: 1, maxLength: 12 },
);

test('values of calcs and rules that ask clocks or currencies', () => {
  fc.assert(
    fc.property(events, (told) => {
      const state = new PartitionState(0, plan);
      let time = Date.UTC(2026, 0, 5);
      told.forEach(({ after, timezone, currency, spend }, n) => {
        time += after * HOUR;
        const type = spend === undefined ? 'campaign.updated' : 'campaign.budget_reported';
        const own = spend === undefined ? { timezone, currency } : { channel: 'a', spend };
        const entry = {
          id: `${n + 1}-0`,
          d: JSON.stringify({ id: `e${n}`, type, time, campaign_id: 'c', ...own }),
        };
        for (const item of decode(entry, plan.events, { clock: 'log' })) step(state, entry, item);
        const entity = state.entity('campaign', 'c');
        const again = decodeEntity(plan, entity.key, encodeEntity(entity), new Map(), state.streamTime);
        const shown = (slots: readonly unknown[]) =>
          Object.fromEntries(plan.kindOf.get('campaign')?.slots.map((name, i) => [name, slots[i]]) ?? []);
        assert.deepEqual(shown(again.slots), shown(entity.slots));
      });
    }),
    { numRuns: 300 },
  );
});

test('a zone that asks a clock, and a currency that shows money, depend on themselves', () => {
  for (const [name, calc] of [
    ['timezone', '$hour(seen) > 5 ? place : "UTC"'],
    ['currency', '$money(spent)'],
  ] as const) {
    const text = TEXT.replace(new RegExp(`    ${name}: .*`), `    ${name}: { calc: '${calc}' }`);
    const loaded = loadRuleSet([{ path: 'a.yaml', text }]);
    assert.ok(!loaded.ok);
    assert.match(loaded.problems[0]?.message ?? '', new RegExp(`depend on each other: campaign\\.${name}`));
  }
});
