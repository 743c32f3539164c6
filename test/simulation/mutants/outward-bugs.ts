/** Planted bugs of what reads the outbox and moves money: intake, post, history, subscriptions and actions. */

import type { Mutant } from './mutant.ts';

/** weir's scripts as the simulated Redis runs them; the contract suite holds them against Lua. */
const SCRIPTS = 'test/simulation/redis/scripts.ts';
const COURIER = 'src/processor/courier.ts';
const TRIM = 'src/processor/trim-streams.ts';

export const OUTWARD: readonly Mutant[] = [
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
    name: 'scan_unmarked',
    layer: 'history',
    what: 'nobody notes that entities are being read under other rules',
    changes: [
      {
        file: 'src/processor/mirror.ts',
        from: 'await this.begin(partition, tenure);\n        await sink',
        to: 'await sink',
      },
    ],
  },
  {
    name: 'trim_untaken',
    layer: 'history',
    what: 'streams are trimmed beyond what the history has',
    changes: [
      {
        file: TRIM,
        from: "delivered ? earlier(delivered(stream) ?? '0-0', until[stream]) : until[stream];",
        to: 'until[stream];',
      },
    ],
  },
  {
    name: 'trim_unread',
    layer: 'worker',
    what: 'logs are trimmed beyond the position',
    changes: [
      {
        file: TRIM,
        // biome-ignore lint/suspicious/noTemplateCurlyInString: the text of a program
        from: 'in: earlier(committed.entry, isTight ? `${now - FRESH}-0` : oldest),',
        to: 'in: oldest,',
      },
      {
        file: TRIM,
        from: "delivered ? earlier(delivered(stream) ?? '0-0', until[stream]) : until[stream];",
        to: 'until[stream];',
      },
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
    rare: true,
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
