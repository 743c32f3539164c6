/** Planted bugs of what leads to a commit: the step, the worker, the scripts, and changes of rules. */

import type { Change, Mutant } from './mutant.ts';

const WORKER = 'src/processor/partition-worker.ts';
const SESSION = 'src/processor/session.ts';
const PRELOAD = 'src/processor/preload.ts';
const STATE = 'src/step/partition-state.ts';
/** weir's scripts as the simulated Redis runs them; the contract suite holds them against Lua. */
const SCRIPTS = 'test/simulation/redis/scripts.ts';

const noFence: Change = {
  file: SCRIPTS,
  from: "if (!isMine(store, owner, epoch, nonce)) return 'FENCED';\n    const stored",
  to: 'const stored',
};
const noCompareAndSet: Change = {
  file: SCRIPTS,
  from: "if (!stored || (at ?? '0-0') !== fromEntry || (number ?? '0') !== fromCommit) return 'STALE';",
  to: '',
};
const sessionNotBound: Change = {
  file: 'src/processor/redis-state.ts',
  from: 'this.#keys.owner, send, token.session)',
  to: 'this.#keys.owner, send)',
};

export const INWARD: readonly Mutant[] = [
  {
    name: 'no_dedup',
    layer: 'step',
    what: 'copies of an event count again',
    changes: [
      {
        file: 'src/step/dedup.ts',
        from: "if (slot < 0 || this.#table.bucketAt(slot) < this.#oldest) return 'new';",
        to: "if (slot > -2) return 'new';",
      },
    ],
  },
  {
    name: 'dedup_forgotten',
    layer: 'worker',
    what: 'a new owner does not know what came before',
    changes: [
      {
        file: 'src/processor/start-state.ts',
        from: 'const dedup = head ? await restoreDedup(head, state) : new Dedup();',
        to: 'const dedup = new Dedup();',
      },
    ],
  },
  {
    name: 'ids_outside_commit',
    layer: 'worker',
    what: 'ids of events are not kept with the position',
    changes: [{ file: SESSION, from: 'ids: ids.appended,', to: 'ids: [],' }],
  },
  {
    name: 'state_kept_over_reconnect',
    layer: 'worker',
    what: 'memory of an ownership that ended is used by the next one',
    changes: [
      {
        file: WORKER,
        from: 'const started = await this.start(lease.token, position);',
        to: 'const kept = this as unknown as { old?: PartitionState };\n    const started = (kept.old ??= await this.start(lease.token, position));',
      },
    ],
  },
  {
    name: 'unknown_taken_for_done',
    layer: 'worker',
    what: 'a commit without an answer is taken for done (compare-and-set and the bond to the connection are off too)',
    changes: [
      {
        file: SESSION,
        from: 'const answer = await state.commit(lease.token, commit, ttl);',
        to: 'const answer = await state.commit(lease.token, commit, ttl).catch(() => ({ ok: true }) as const);',
      },
      noCompareAndSet,
      sessionNotBound,
    ],
  },
  {
    name: 'unknown_begun_anew',
    layer: 'worker',
    what: 'a commit without an answer is made once more as a new one, by whoever owns the partition by then',
    changes: [
      {
        file: SESSION,
        from: 'const answer = await state.commit(lease.token, commit, ttl);',
        to: 'const answer = await state.commit(lease.token, commit, ttl).catch(() => state.commit(lease.token, commit, ttl));',
      },
      sessionNotBound,
      noFence,
      noCompareAndSet,
      { file: SCRIPTS, from: "if (stored && number === commit && at === entry) return 'OK';", to: '' },
    ],
  },
  {
    name: 'no_fence',
    layer: 'script',
    what: 'whoever lost the partition still commits (the compare-and-set that masks it is off too)',
    changes: [noFence, noCompareAndSet],
  },
  {
    name: 'split_ownership',
    layer: 'script',
    what: 'a lease is given while another one runs (fence and compare-and-set are off too)',
    changes: [
      {
        file: SCRIPTS,
        from: "owner.get('instance') !== instance && held > time)",
        to: "owner.get('instance') !== instance && held > time + 1e12)",
      },
      noFence,
      noCompareAndSet,
    ],
  },
  {
    name: 'incarnation_stands',
    layer: 'script',
    what: 'after a lost tail ids and numbers are given a second time',
    changes: [
      { file: SCRIPTS, from: 'if (lost) incarnation = Math.max(incarnation, seenIncarnation) + 1;', to: '' },
    ],
  },
  {
    name: 'lost_tail_unseen',
    layer: 'worker',
    what: 'who comes back does not say how far it had been',
    changes: [
      {
        file: WORKER,
        from: 'state.acquire(instance, newNonce(), ttl, this.seen)',
        to: 'state.acquire(instance, newNonce(), ttl)',
      },
    ],
  },
  {
    name: 'ends_unknown',
    rare: true,
    layer: 'worker',
    what: 'after a lost tail nobody tells the history where its streams end',
    changes: [
      {
        file: WORKER,
        from: 'if (resendDue) await history?.tailLost(partition, position.entry);',
        to: '',
      },
    ],
  },
  {
    name: 'position_before_state',
    layer: 'worker',
    what: 'the position is stored in a commit of its own, before what it says is applied',
    changes: [
      {
        file: SESSION,
        from: 'const answer = await state.commit(lease.token, commit, ttl);',
        to: 'const { from, to } = commit;\n    const between = { ...from, entry: to.entry, entries: to.entries, commit: to.commit };\n    const none = { states: [], timers: [], out: [], undecided: [], mail: [], changed: [], dead: [], late: [], ids: [], dropIds: [] };\n    const moved = await state.commit(lease.token, { ...none, from, to: between }, ttl);\n    if (!moved.ok) throw refusedCommit(partition, moved.reason);\n    commit = { ...commit, from: between, to: { ...to, commit: to.commit + 1 } };\n    (this as { reached: Position }).reached = { ...this.reached, commit: to.commit + 1 };\n    const answer = await state.commit(lease.token, commit, ttl);',
      },
    ],
  },
  {
    name: 'letters_apart',
    layer: 'worker',
    what: 'dead letters are not part of the commit',
    changes: [
      {
        file: SESSION,
        from: 'changed: this.options.tellsChanged ? changes.changed : [],',
        to: 'changed: this.options.tellsChanged ? changes.changed : [],\n      dead: this.committed.commit % 3 === 0 ? [] : changes.dead,',
      },
    ],
  },
  {
    name: 'timer_evicted',
    rare: true,
    layer: 'step',
    what: 'entities leave memory before their time comes',
    changes: [{ file: STATE, from: '        entity.due > this.horizon &&\n', to: '' }],
  },
  {
    name: 'timer_not_stored',
    layer: 'step',
    what: 'timers live in memory alone',
    changes: [
      {
        file: STATE,
        from: 'if (entity.due !== entity.storedDue) {',
        to: 'if (entity.due !== entity.storedDue && entity.due < 0) {',
      },
    ],
  },
  {
    name: 'timer_lost_by_rules',
    layer: 'rules',
    what: 'who is loaded under new rules forgets when it was to wake',
    changes: [
      { file: PRELOAD, from: 'for (const [key, at] of due) takeStoredTimer(state, key, at);', to: '' },
    ],
  },
  {
    name: 'timer_lost_by_layout',
    layer: 'rules',
    what: 'who follows new rules in memory forgets when it is to wake',
    changes: [
      {
        file: STATE,
        from: 'if (entity.due !== old.due && entity.due < Number.POSITIVE_INFINITY)',
        to: 'if (entity.due < 0)',
      },
    ],
  },
  {
    name: 'any_activation',
    layer: 'rules',
    what: 'rules come into force although others were in force than their activation says',
    changes: [
      { file: 'src/step/step.ts', from: 'if (previous !== state.rules || !plan) {', to: 'if (!plan) {' },
    ],
  },
  {
    name: 'numbers_repeated',
    layer: 'step',
    what: 'the number of the next decision is not kept',
    changes: [{ file: STATE, from: '      seq: this.seq,\n', to: '      seq: 0,\n' }],
  },
  {
    name: 'no_reasons',
    layer: 'step',
    what: 'decisions come without their explanation',
    changes: [
      {
        file: 'src/step/publication.ts',
        from: '${told},"reasons":${reasons}}`',
        to: '${told},"reasons":[]}`',
      },
    ],
  },
];
