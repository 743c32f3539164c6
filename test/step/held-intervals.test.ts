/** Rules that hold and rest at once: what is held is told when it may be, and neither earlier nor never. */

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { DRAWN_SEED } from '../drawn-seed.ts';
import { differences } from '../oracle/agree.ts';
import { Oracle } from '../oracle/oracle.ts';
import { Random } from '../oracle/random.ts';
import { planOf, runEngine } from './engine-run.ts';

const MINUTE = 60_000;
const START = Date.UTC(2026, 0, 5);

const files = [
  {
    path: 'config/weir.yaml',
    text: 'timezone: UTC\nentities: { lead: { key: lead_id } }\n',
  },
  {
    path: 'config/rules.yaml',
    text: `
features:
  lead:
    opens: { count: content.opened, window: 2h }
---
rule: warmth
description: d
owner: o
version: 1
for: lead
every: 10m
hold: 1h
pick:
  - { name: warm, when: opens > 2, until: opens < 2, opens: '{{opens}}' }
  - { name: some, when: opens > 0 }
---
rule: level
description: d
owner: o
version: 1
for: lead
every: 10m
hold: 1h
value: $floor(opens / 3)
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
const logOf = (events: readonly object[]) =>
  events.map((event, i) => ({ id: `${i}-0`, d: JSON.stringify(event) }));

describe('a rule with `hold` and `every`', () => {
  it('tells what was held at the end of the interval in which the hold ended', () => {
    const events = [opened(START), opened(START + 55 * MINUTE), { type: 'tick', time: START + 90 * MINUTE }];
    const { decisions } = runEngine(plan, logOf(events));
    const told = decisions.map(({ rule, time, value }) => [rule, (time - START) / MINUTE, value]);
    assert.deepEqual(
      told.filter(([rule]) => rule === 'warmth'),
      [['warmth', 65, [{ name: 'some' }]]],
    );
  });

  for (const seed of [1, 2, DRAWN_SEED])
    it(`decides what the oracle decides (seed ${seed})`, async () => {
      const random = new Random(seed);
      let time = START;
      const events = Array.from({ length: 150 }, () => {
        time += random.whole(1, random.pick([10, 30, 90]) * MINUTE);
        return random.chance(0.2) ? { type: 'tick', time } : opened(time);
      });
      const log = logOf([...events, { type: 'tick', time: time + 300 * MINUTE }]);
      const expected = await (await Oracle.load(files)).run(log, 0);
      assert.deepEqual(differences(expected, runEngine(plan, log)), []);
      assert.ok(expected.decisions.length > 10, 'something is decided');
    });
});
