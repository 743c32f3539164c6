/** A backtest that is done, in which every text is the one given. */

import type { BacktestStanding } from '../../../src/core/backtest.ts';
import type { Decision } from '../../../src/core/decision.ts';
import { HOUR, type Millis } from '../../../src/core/units.ts';

export function madeBacktest(evil: string, decision: Decision, now: Millis): BacktestStanding {
  const rule = {
    published: [9, 12],
    changes: { added: 3, removed: 0, changed: 1, reasons: 0 },
    ...{ differing: 2, up: 1, down: 1 },
    ends: [{ id: evil, old: 2, new: { value: 3, class: evil } }],
    money: [{ currency: 'EUR', actions: [1, 2], amounts: [10, 20.5] }],
    examples: [
      { type: 'added', old: null, new: decision },
      { type: 'changed', old: decision, new: decision },
    ],
  } as const;
  return {
    state: 'done',
    outcome: {
      ...{ events: 1234, from: now - 24 * HOUR, to: now, took: 2500 },
      definitions: [{ type: 'changed', sort: 'rule', name: 'conversion' }],
      cold: [{ feature: 'lead.opens_7d', warmFrom: now }],
      rules: ['conversion', 'segments'].map((name) => ({ ...rule, rule: name, kind: 'lead' })),
    },
  };
}
