/** A backtest of two rule sets as it is kept: what `weir diff` prints, for whoever asks over HTTP. */

import { type BacktestOutcome, decidesOtherwise, type RuleOutcome } from '../../core/backtest.ts';
import { splitEntityKey } from '../../core/entity-key.ts';
import type { KeptLog } from '../../core/history/kept-log.ts';
import { affectedRules, madeOf } from '../../rules/affected.ts';
import { compareRuleSets } from '../../rules/compare-rule-sets.ts';
import { backtest } from './backtest.ts';
import { only, type Side } from './compare-sides.ts';
import type { EndResults } from './end-results.ts';
import type { RuleComparison } from './rule-comparison.ts';
import { warmthAt } from './warmth.ts';

const EXAMPLES = 20;
const MOST_DEFINITIONS = 100;

/** @throws WeirError history_away when the log cannot be read to its end */
export async function backtestOutcome(
  old: Side,
  next: Side,
  log: KeptLog,
  onProgress: (share: number, events: number) => void,
): Promise<BacktestOutcome> {
  const begun = performance.now();
  const definitions = compareRuleSets(old.set, next.set)
    .slice(0, MOST_DEFINITIONS)
    .map(({ type, sort, name }) => ({ type, sort, name }));
  const affected = [...affectedRules(old.plan, next.plan)];
  if (affected.length === 0) {
    const { from = 0, ends = 0 } = log.span ?? {};
    const took = performance.now() - begun;
    return { events: 0, from, to: ends, took, definitions, cold: [], rules: [] };
  }
  const { events, from, to, comparisons, ends } = await backtest({
    old: only(old, affected),
    new: only(next, affected),
    log,
    rules: new Set(affected),
    examples: EXAMPLES,
    onChange: () => undefined,
    onProgress,
  });
  const made = madeOf(next.plan, affected);
  const rules = [...comparisons.byRule.values()].map((comparison) =>
    ruleOutcome(comparison, ends.get(comparison.rule) as EndResults),
  );
  return {
    events,
    from,
    to,
    took: performance.now() - begun,
    definitions,
    cold: warmthAt(next.set, from, from).cold.filter(({ feature }) => made.has(feature)),
    rules: rules.sort((a, b) => Number(decidesOtherwise(b)) - Number(decidesOtherwise(a))),
  };
}

function ruleOutcome(
  { rule, kind, published, changes, money: [old, next], examples }: RuleComparison,
  { differing, up, down, examples: ends }: EndResults,
): RuleOutcome {
  const nothing = { actions: 0, micros: 0 };
  const currencies = [...new Set([...old.byCurrency.keys(), ...next.byCurrency.keys()])].sort();
  return {
    rule,
    kind,
    published,
    changes,
    differing,
    up,
    down,
    ends: ends.map(({ key, old: was, new: is }) => ({ id: splitEntityKey(key).id, old: was, new: is })),
    money: currencies.map((currency) => {
      const [was, is] = [old.byCurrency.get(currency) ?? nothing, next.byCurrency.get(currency) ?? nothing];
      return {
        currency,
        actions: [was.actions, is.actions] as const,
        amounts: [was.micros / 1e6, is.micros / 1e6] as const,
      };
    }),
    examples,
  };
}
