/** A start that reads its state in several steps, while another instance takes the partition over in between. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Position, State } from '../../src/core/ports.ts';
import { PartitionWorker } from '../../src/processor/partition-worker.ts';
import { Turns } from '../../src/processor/turns.ts';
import { PartitionState } from '../../src/step/partition-state.ts';

import { SimulatedClock } from './simulated-clock.ts';
import { simulatedPlan } from './simulated-rules.ts';

const plan = simulatedPlan();

/** A position that tells of no dedup ids, over a store that has one already. */
function runOver(stillMine: boolean): { running: Promise<void>; noticed: Promise<unknown> } {
  const memory = new PartitionState(0, plan, { incarnation: 1 });
  memory.rules = plan.hash;
  memory.dedup.add('e1', '', 1, 0);
  const position: Position = { entry: '1-0', commit: 1, entries: 1, incarnation: 1, head: memory.head() };
  const state = {
    acquire: async () => ({
      ok: true,
      token: { epoch: 1, nonce: 'n' },
      position,
      time: 0,
      tailLost: false,
      resendDue: false,
    }),
    loadIds: async () => new Uint8Array(24),
    loadKinds: async () => [],
    renew: async () => stillMine,
  } as unknown as State;
  const stop = new AbortController();
  let running: Promise<void> = Promise.resolve();
  const noticed = new Promise<unknown>((resolve) => {
    const worker = new PartitionWorker({
      partition: 0,
      instance: 'a',
      log: { read: async () => [], append: async () => '0-1', trim: async () => undefined },
      state,
      rules: { wanted: plan, load: async () => plan, layouts: async () => new Map() },
      clock: new SimulatedClock(0),
      meter: { count: () => undefined, observe: () => undefined, gauge: () => undefined },
      turns: new Turns(),
      newNonce: () => 'n',
      clockMode: () => 'log',
      ttl: 2_000,
      cacheLimit: 5,
      logs: () => [],
      onMail: () => undefined,
      tellsChanged: false,
      missingAfter: async () => 0,
      onNotice: (_, { code }) => {
        stop.abort();
        resolve(code);
      },
    });
    running = worker.run(stop.signal);
  });
  return { running, noticed };
}

test('what another instance committed in between is a lost lease, not the end of the process', async () => {
  const { running, noticed } = runOver(false);
  assert.equal(await noticed, 'fenced');
  await running;
});

test('state that does not fit its position while the lease holds ends the process loudly', async () => {
  await assert.rejects(runOver(true).running, RangeError);
});
