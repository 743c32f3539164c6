/** Mutes: what is muted is decided and kept as before, and only says that nobody is to be told; until its time is over. */

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { Decision } from '../../src/core/decision.ts';
import { DAY, HOUR, type Millis } from '../../src/core/units.ts';
import { decode } from '../../src/step/decode.ts';
import { PartitionState } from '../../src/step/partition-state.ts';
import { decodeEntity, encodeEntity } from '../../src/step/record.ts';
import type { Result } from '../../src/step/result.ts';
import { step } from '../../src/step/step.ts';
import { touchedKeys } from '../../src/step/touched-keys.ts';
import { planOf } from './engine-run.ts';

const START = Date.UTC(2026, 0, 5);
const plan = planOf([
  {
    path: 'weir.yaml',
    text: `timezone: UTC
entities:
  lead: { key: lead_id }
---
features:
  lead:
    heat: { last: base_score, on: lead.updated }
---
rule: alarm
description: d
owner: o@example.com
version: 1
mode: live
for: lead
pick:
  - { name: warm, when: heat >= 1, severity: medium }
  - { name: hot, when: heat >= 2, severity: high }
`,
  },
]);

class Fold {
  state = new PartitionState(0, plan, { incarnation: 1 });
  private entries = 0;

  apply(at: Millis, type: string, data: object): Decision[] {
    this.entries += 1;
    const event = { id: `e${this.entries}`, type, time: new Date(START + at).toISOString(), data };
    const entry = { id: `${this.entries}-0`, d: JSON.stringify(event) };
    const items = decode(entry, plan.events, { clock: 'log' });
    for (const item of items) {
      // as the caller does: what is not named is not in memory
      const keys = new Set<string>();
      touchedKeys(plan, item, keys);
      if (`${JSON.stringify(data)}`.includes('lead:7')) assert.ok(keys.has('lead:7'), 'it is loaded before');
      step(this.state, entry, item);
    }
    const { out, dead, late } = this.state.collect();
    assert.deepEqual([dead, late], [[], []]);
    return out.map(([text]) => JSON.parse(text) as Decision);
  }

  heat(at: Millis, level: number): Decision[] {
    return this.apply(at, 'lead.updated', { lead_id: '7', base_score: level });
  }

  mute(at: Millis, name: string, until?: Millis, rule = 'alarm'): void {
    const more = until === undefined ? {} : { until: START + until };
    const data = { rule, name, entity: 'lead:7', by: 'ana', comment: 'known', ...more };
    assert.deepEqual(this.apply(at, 'anomaly.muted', data), []);
  }

  /** The entity written and read again. */
  reload(): void {
    const entity = this.state.entities.get('lead:7');
    assert.ok(entity);
    const layouts = new Map(plan.kinds.map((kind) => [kind.layout.id, kind.layout]));
    const read = decodeEntity(plan, 'lead:7', encodeEntity(entity), layouts, this.state.streamTime);
    this.state.entities.set('lead:7', read);
  }
}

const mutedOf = (decisions: readonly Decision[]) => decisions.map(({ muted }) => muted ?? false);

describe('mutes', () => {
  it('a decision is muted when every name that came or went is, until the time is over', () => {
    const fold = new Fold();
    assert.deepEqual(mutedOf(fold.heat(0, 1)), [false]);
    fold.mute(HOUR, 'warm', 5 * HOUR);
    assert.deepEqual(mutedOf(fold.heat(2 * HOUR, 0)), [true]);
    const [both] = fold.heat(3 * HOUR, 2);
    assert.deepEqual([both?.entered, both?.muted], [['warm', 'hot'], undefined]);
    assert.deepEqual(mutedOf(fold.heat(3 * HOUR + 1, 1)), [false], 'hot went, and is not muted');
    fold.reload();
    assert.deepEqual(mutedOf(fold.heat(4 * HOUR, 0)), [true]);
    assert.deepEqual(mutedOf(fold.heat(5 * HOUR, 1)), [false]);
    const result = fold.state.entities.get('lead:7')?.states.find((one) => (one as Result)?.count > 0);
    assert.equal((result as Result).mutes, undefined, 'nothing is kept of what is over');
  });

  it('values, and which decisions there are, do not depend on mutes', () => {
    const deed = fc.oneof(
      fc.record({ level: fc.nat(2) }),
      fc.record({ name: fc.constantFrom('warm', 'hot', 'none'), hours: fc.integer({ min: -2, max: 30 }) }),
    );
    fc.assert(
      fc.property(fc.array(deed, { maxLength: 20 }), (deeds) => {
        const [quiet, loud] = [new Fold(), new Fold()];
        deeds.forEach((one, i) => {
          const at = i * HOUR;
          if ('name' in one) {
            if (quiet.state.has('lead:7')) quiet.mute(at, one.name, at + one.hours * HOUR);
            return;
          }
          const told = ({ rule, time, value, entered, left }: Decision) => ({
            rule,
            time,
            value,
            entered,
            left,
          });
          assert.deepEqual(quiet.heat(at, one.level).map(told), loud.heat(at, one.level).map(told));
        });
      }),
      { numRuns: 200 },
    );
  });

  it('without a time it lasts a day, and never more than thirty', () => {
    const fold = new Fold();
    fold.heat(0, 1);
    fold.mute(0, 'warm');
    assert.deepEqual(mutedOf(fold.heat(DAY - 1, 0)), [true]);
    assert.deepEqual(mutedOf(fold.heat(DAY, 1)), [false]);
    fold.mute(DAY, 'warm', 400 * DAY);
    assert.deepEqual(mutedOf(fold.heat(31 * DAY - 1, 0)), [true]);
    assert.deepEqual(mutedOf(fold.heat(31 * DAY, 1)), [false]);
  });

  it('of a rule, a name or an entity that is not there it changes nothing', () => {
    const fold = new Fold();
    assert.deepEqual(
      fold.apply(0, 'anomaly.muted', { rule: 'alarm', name: 'warm', entity: 'lead:7', by: 'ana' }),
      [],
    );
    assert.equal(fold.state.has('lead:7'), false, 'nobody is made by a mute');
    fold.heat(0, 1);
    fold.mute(0, 'warm', DAY, 'another');
    fold.mute(0, '__proto__', DAY);
    for (const entity of ['nobody:7', 'lead', 'lead.part:7', 'lead:8'])
      fold.apply(0, 'anomaly.muted', { rule: 'alarm', name: 'warm', entity, by: 'ana' });
    assert.deepEqual(mutedOf(fold.heat(HOUR, 0)), [false]);
  });

  it('a record from before there were mutes is read', () => {
    const fold = new Fold();
    fold.heat(0, 1);
    fold.reload();
    assert.deepEqual(mutedOf(fold.heat(HOUR, 0)), [false]);
  });
});
