/** courier: a stream of few decisions is read only when there is one more, and none is ever passed over. */

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { compareEntryIds } from '../../src/core/entry.ts';
import type { Subscription } from '../../src/core/subscription.ts';
import { Courier } from '../../src/processor/courier.ts';
import type { SourceEntry } from '../../src/processor/source.ts';
import { loaded, ruleText, SETTINGS } from '../rules/rule-files.ts';

const PLAN = loaded([
  { path: 'weir.yaml', text: `subscriptions:\n  ads: { rules: [told], to: stream }\n${SETTINGS.text}` },
  { path: 'a.yaml', text: ruleText('told', 'mode: live\nvalue: 1') },
]).plan;
const TOKEN = { epoch: 1, nonce: 'a' };

/** A commit: whether it holds such a decision, and the turns until it is in the outbox, and until the owner knows. */
const commits = fc.array(
  fc.record({ acts: fc.boolean(), written: fc.nat(4), known: fc.nat(4), pause: fc.nat(6) }),
  { minLength: 1, maxLength: 25 },
);

describe('a courier that is told how many decisions there are', () => {
  it('tells each of them once, however long commits are under way', async () => {
    await fc.assert(
      fc.asyncProperty(commits, async (all) => {
        const entries: SourceEntry[] = [];
        const [wanted, told]: [string[], string[]] = [[], []];
        let [made, committed, commit, time, reads] = [0, 0, {}, 0, 0];
        const end = () => ({ entry: entries.at(-1)?.id ?? ('0-0' as const), count: entries.length });
        const courier = new Courier({
          subscription: PLAN.settings.subscriptions[0] as Subscription,
          partition: 0,
          receiver: {
            atOnce: 1,
            tell: async (decisions) => {
              told.push(...decisions.map(({ id }) => id));
              return 'done';
            },
          },
          place: {
            find: async () => ({ entry: '0-0', count: 0, missed: 0 }),
            move: async () => 'OK',
            end: async () => end(),
            added: async () => entries.length,
          },
          read: async (after) => {
            reads += 1;
            return { entries: entries.filter(({ id }) => compareEntryIds(id, after) > 0), full: false };
          },
          token: () => TOKEN,
          commit: () => commit,
          plan: () => PLAN,
          acts: () => (made === committed ? committed : undefined),
          gone: { at: false },
          // a second passes in every sleep, so that the place is moved all the time
          clock: {
            now: () => time,
            elapsed: () => time,
            sleep: async () => {
              time += 1_000;
              await turns(1);
            },
          },
          rng: () => 0.5,
          meter: { count: () => undefined, observe: () => undefined, gauge: () => undefined },
          onNotice: (notice) => assert.fail(notice),
        });
        const stopping = new AbortController();
        const running = courier.run(stopping.signal);
        for (const [seq, { acts, written, known, pause }] of all.entries()) {
          const id = `0-1-${seq}`;
          if (acts) made += 1;
          if (acts) wanted.push(id);
          await turns(written);
          const decision = {
            id,
            rule: acts ? 'told' : 'other',
            version: 1,
            mode: 'live',
            kind: 'lead',
            entity: '7',
          };
          const text = JSON.stringify({ ...decision, value: seq, old: null });
          entries.push({ id: `${seq + 1}-0`, row: { id: `${seq + 1}-0`, text } });
          await turns(known);
          if (acts) committed += 1;
          commit = {};
          await turns(pause);
        }
        await turns(20);
        const before = reads;
        await turns(20);
        stopping.abort();
        await running;
        assert.deepEqual(told, wanted);
        assert.equal(reads, before, 'it reads while nothing is made');
        assert.deepEqual(courier.positionUnder(TOKEN), end().entry);
      }),
      { numRuns: 200 },
    );
  });
});

async function turns(count: number): Promise<void> {
  for (let i = 0; i < count; i++) await new Promise((resolve) => setImmediate(resolve));
}
