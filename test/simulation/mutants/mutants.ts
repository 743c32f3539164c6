/** The planted bugs: each a few words of the source put otherwise, at one place or at several where one layer masks another. */

export interface Change {
  /** From the root of the repository. */
  readonly file: string;
  /** Stands there once. */
  readonly from: string;
  readonly to: string;
}

export interface Mutant {
  readonly name: string;
  /** Where the bug is. */
  readonly layer:
    | 'step'
    | 'worker'
    | 'script'
    | 'intake'
    | 'post'
    | 'history'
    | 'outside'
    | 'actions'
    | 'rules';
  /** What would be wrong. */
  readonly what: string;
  readonly changes: readonly Change[];
}

const WORKER = 'src/processor/partition-worker.ts';
const STATE = 'src/step/partition-state.ts';
/** weir's scripts as the simulated Redis runs them; the contract suite holds them against Lua. */
const SCRIPTS = 'test/simulation/redis/scripts.ts';
const COURIER = 'src/processor/courier.ts';
const PROCESSOR = 'src/processor/processor.ts';

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
  from: '(redis as unknown as Scripts)[script](call), session)',
  to: '(redis as unknown as Scripts)[script](call))',
};

export const MUTANTS: readonly Mutant[] = [
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
    changes: [{ file: WORKER, from: 'ids: ids.appended,', to: 'ids: [],' }],
  },
  {
    name: 'state_kept_over_reconnect',
    layer: 'worker',
    what: 'memory of an ownership that ended is used by the next one',
    changes: [
      {
        file: WORKER,
        from: 'const started = await this.start(answer.token, answer.position);',
        to: 'const kept = this as unknown as { old?: PartitionState };\n    const started = (kept.old ??= await this.start(answer.token, answer.position));',
      },
    ],
  },
  {
    name: 'unknown_taken_for_done',
    layer: 'worker',
    what: 'a commit without an answer is taken for done',
    changes: [
      {
        file: WORKER,
        from: 'const answer = await state.commit(this.token, commit, ttl);',
        to: 'const answer = await state.commit(this.token, commit, ttl).catch(() => ({ ok: true }) as const);',
      },
    ],
  },
  {
    name: 'unknown_begun_anew',
    layer: 'worker',
    what: 'a commit without an answer is made once more as a new one, by whoever owns the partition by then',
    changes: [
      {
        file: WORKER,
        from: 'const answer = await state.commit(this.token, commit, ttl);',
        to: 'const answer = await state.commit(this.token, commit, ttl).catch(() => state.commit(this.token, commit, ttl));',
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
        from: "owner.get('instance') !== instance && expires > time)",
        to: "owner.get('instance') !== instance && expires > time + 1e12)",
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
    name: 'resend_not_asked',
    layer: 'worker',
    what: 'after a lost tail nobody sends again what was lost of shared kinds',
    changes: [
      {
        file: WORKER,
        from: 'if (answer.resendDue) await',
        to: 'if (answer.resendDue && answer.position.commit < 0) await',
      },
    ],
  },
  {
    name: 'position_before_state',
    layer: 'worker',
    what: 'the position is stored in a commit of its own, before what it says is applied',
    changes: [
      {
        file: WORKER,
        from: 'const answer = await state.commit(this.token, commit, ttl);',
        to: 'const { from, to } = commit;\n    const between = { ...from, entry: to.entry, entries: to.entries, commit: to.commit };\n    const none = { states: [], timers: [], out: [], undecided: [], mail: [], changed: [], dead: [], late: [], ids: [], dropIds: [] };\n    const moved = await state.commit(this.token, { ...none, from, to: between }, ttl);\n    if (!moved.ok) throw refusedCommit(partition, moved.reason);\n    commit = { ...commit, from: between, to: { ...to, commit: to.commit + 1 } };\n    (this as { reached: Position }).reached = { ...this.reached, commit: to.commit + 1 };\n    const answer = await state.commit(this.token, commit, ttl);',
      },
    ],
  },
  {
    name: 'letters_apart',
    layer: 'worker',
    what: 'dead letters are not part of the commit',
    changes: [
      {
        file: WORKER,
        from: 'changed: this.options.tellsChanged ? changes.changed : [],',
        to: 'changed: this.options.tellsChanged ? changes.changed : [],\n      dead: this.committed.commit % 3 === 0 ? [] : changes.dead,',
      },
    ],
  },
  {
    name: 'dirty_evicted',
    layer: 'step',
    what: 'entities leave memory before their change is committed',
    changes: [
      {
        file: STATE,
        from: '!entity.dirty &&\n        !isResident(entity.kind) &&\n        entity.due > this.horizon &&\n        entity.touched < this.batch - 1',
        to: '!isResident(entity.kind) && entity.touched % 2 === 0',
      },
    ],
  },
  {
    name: 'timer_evicted',
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
    changes: [{ file: WORKER, from: 'for (const [key, at] of due) state.awaits(key, at);', to: '' }],
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
  {
    name: 'intake_moves_first',
    layer: 'intake',
    what: 'the intake notes what it has not routed yet',
    changes: [
      {
        file: 'src/processor/intake.ts',
        from: 'await Promise.all(packed.map(([partition, entry]) => (partitions[partition] as Log).append(entry)));',
        to: '',
      },
      {
        file: 'src/processor/intake.ts',
        from: "if (answer !== 'OK') return;",
        to: "if (answer !== 'OK') return;\n      await Promise.all(packed.map(([partition, entry]) => (partitions[partition] as Log).append(entry)));",
      },
    ],
  },
  {
    name: 'post_moves_first',
    layer: 'post',
    what: 'the post notes mail that it has not delivered yet',
    changes: [
      { file: 'src/processor/post.ts', from: 'await this.append(partition, page.mail);', to: '' },
      {
        file: 'src/processor/post.ts',
        from: 'place = { token, position: to };',
        to: 'place = { token, position: to };\n        await this.append(partition, page.mail);',
      },
    ],
  },
  {
    name: 'old_mail_counts',
    layer: 'post',
    what: 'mail that comes late or twice takes the place of newer mail',
    changes: [
      {
        file: 'src/step/receive-mail.ts',
        from: 'if (!isNewer(partial, merged.parts.get(partition))) continue;',
        to: '',
      },
    ],
  },
  {
    name: 'history_drops_first',
    layer: 'history',
    what: 'the first row after the position is taken for the row at the position',
    changes: [
      {
        file: 'src/processor/delivery.ts',
        from: 'const fresh = found ? entries.slice(1) : entries;',
        to: 'const fresh = entries.slice(1);',
      },
    ],
  },
  {
    name: 'history_ahead',
    layer: 'history',
    what: 'nobody looks whether Redis still has what the history has',
    changes: [
      {
        file: 'src/processor/delivery.ts',
        from: 'if (anchored && !found) {',
        to: 'if (anchored && !found && this.place.partition < 0) {',
      },
    ],
  },
  {
    name: 'history_not_asked',
    layer: 'history',
    what: 'a transaction without an answer is taken for not done',
    changes: [
      {
        file: 'src/processor/deliver.ts',
        from: 'for (const delivery of this.deliveries) delivery.forget();',
        to: '',
      },
    ],
  },
  {
    name: 'mirror_forgets_first',
    layer: 'history',
    what: 'changed entities are forgotten before they are written',
    changes: [
      {
        file: 'src/processor/mirror.ts',
        from: 'if (wanted.length > 0) {',
        to: 'if (keys.length > 0) await changed.done(commit);\n    if (wanted.length > 0) {',
      },
    ],
  },
  {
    name: 'trim_untaken',
    layer: 'history',
    what: 'streams are trimmed beyond what the history has',
    changes: [{ file: PROCESSOR, from: 'if (!this.deliver) return until;', to: 'if (until) return until;' }],
  },
  {
    name: 'trim_unread',
    layer: 'worker',
    what: 'logs are trimmed beyond the position',
    changes: [
      {
        file: PROCESSOR,
        from: 'compareEntryIds(position.entry, oldest) < 0 ? position.entry : oldest;',
        to: 'oldest;',
      },
      { file: PROCESSOR, from: 'this.pressure.isTight || ', to: '' },
      { file: PROCESSOR, from: 'if (!this.deliver) return until;', to: 'if (until) return until;' },
    ],
  },
  {
    name: 'told_place_first',
    layer: 'outside',
    what: 'a subscription moves on before it has told',
    changes: [
      {
        file: COURIER,
        from: 'if (!(await this.tell(portion, signal))) return false;\n      this.reached = portion.to;',
        to: 'this.reached = portion.to;\n      if (!(await this.move())) return false;\n      if (!(await this.tell(portion, signal))) return false;',
      },
    ],
  },
  {
    name: 'told_before_durable',
    layer: 'outside',
    what: 'money moves before the commit that says so is safe',
    changes: [
      {
        file: COURIER,
        from: 'if (durable === undefined || !decisions',
        to: 'if (durable !== undefined || !decisions',
      },
    ],
  },
  {
    name: 'action_twice',
    layer: 'outside',
    what: 'an action that is told again has a second entry',
    changes: [
      {
        file: SCRIPTS,
        from: "if (store.find(given as string, 'zset')?.scores.has(id as string)) return 0;",
        to: '',
      },
    ],
  },
  {
    name: 'approval_unjudged',
    layer: 'actions',
    what: 'an approval counts whatever was shown and whatever became of the action',
    changes: [
      {
        file: 'src/step/actions/judge.ts',
        from: 'const closed = closedTo(action, hash);',
        to: 'const closed = closedTo(action, action.hash);',
      },
    ],
  },
  {
    name: 'own_approval',
    layer: 'actions',
    what: 'whoever asked for an action lets it go',
    changes: [
      {
        file: 'src/step/actions/judge.ts',
        from: 'if (action.notByRequester && by === action.requestedBy)',
        to: "if (action.notByRequester && by === '')",
      },
    ],
  },
  {
    name: 'two_under_way',
    layer: 'actions',
    what: 'an action goes out while another one that moves the same money is not reported',
    changes: [
      {
        file: 'src/step/actions/judge.ts',
        from: "if (isUnderWay(home, action)) return { refused: 'another_under_way' };",
        to: '',
      },
    ],
  },
];
