/** What a comparison prints for people. */

import { splitEntityKey } from '../../core/entity-key.ts';
import { DAY, formatDuration } from '../../core/units.ts';
import type { DefinitionChange } from '../../rules/compare-rule-sets.ts';
import { changeText } from '../decision-line.ts';
import type { BacktestResult } from './backtest.ts';
import type { DecisionChange } from './decision-changes.ts';
import { type EndResults, shownResult } from './end-results.ts';
import type { Money } from './money.ts';
import { differs, type RuleComparison } from './rule-comparison.ts';
import type { ColdFeature, Warmth } from './warmth.ts';

const MOST_NAMES = 8;

export function definitionLines(changes: readonly DefinitionChange[]): string[] {
  const shown = changes.slice(0, 3 * MOST_NAMES).map(({ sort, name, type }) => `  ${type} ${sort} ${name}`);
  const more = changes.length - shown.length;
  return more > 0 ? [...shown, `  and ${more} more`] : shown;
}

/** By how far the features look back, with some names each. */
export function warmthLines({ cold, endless }: Warmth): string[] {
  const groups = Map.groupBy(cold, ({ warmFrom }) => warmFrom);
  const lines = [...groups].map(
    ([warmFrom, features]) => `  until ${timeText(warmFrom)}: ${namesText(features)}`,
  );
  if (lines.length > 0) lines.unshift('not warm yet, since the history begins too late for their windows:');
  if (endless > 0)
    lines.push(`${endless} features without a window know nothing from before the history begins`);
  return lines;
}

function namesText(features: readonly ColdFeature[]): string {
  const names = features.slice(0, MOST_NAMES).map(({ feature }) => feature);
  const more = features.length - names.length;
  return `${names.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

export function ruleLines(comparison: RuleComparison, ends: EndResults): string[] {
  const { rule, kind, published, changes, modes, examples } = comparison;
  const mode = modes[0] === modes[1] ? '' : ` (${modes[0] ?? 'not there'} -> ${modes[1] ?? 'not there'})`;
  const others = changes.reasons === 0 ? '' : `, ${changes.reasons} with other reasons only`;
  return [
    `${rule}${mode}`,
    `  decisions published   ${published[0]} -> ${published[1]}   (${changes.added} added, ${changes.removed} removed, ${changes.changed} changed${others})`,
    `  of ${kind} with another result at the end: ${ends.differing} (${ends.up} up, ${ends.down} down)`,
    ...ends.examples.map(({ key, old, new: is }) => {
      const { id } = splitEntityKey(key);
      return `    ${kind} ${id}: ${shownResult(old)} -> ${shownResult(is)}`;
    }),
    ...moneyLines(comparison.money),
    ...examples.flatMap((change) => exampleLines(change)),
    '',
  ];
}

/** Nothing where nothing differs. */
export function isQuiet(comparison: RuleComparison, ends: EndResults): boolean {
  return !differs(comparison) && ends.differing === 0;
}

function moneyLines([old, next]: readonly [Money, Money]): string[] {
  const currencies = new Set([...old.byCurrency.keys(), ...next.byCurrency.keys()]);
  return [...currencies].sort().map((currency) => {
    const [was, is] = [old, next].map(
      ({ byCurrency }) => byCurrency.get(currency) ?? { actions: 0, micros: 0 },
    ) as [{ actions: number; micros: number }, { actions: number; micros: number }];
    return `  money it would move   ${amount(was.micros)} -> ${amount(is.micros)} ${currency} in ${was.actions} -> ${is.actions} actions`;
  });
}

function amount(micros: number): string {
  return (micros / 1e6).toFixed(2);
}

/** Both decisions with their reasons, where both are there. */
function exampleLines({ type, old, new: is }: DecisionChange): string[] {
  const decision = is ?? (old as NonNullable<typeof old>);
  const place = `${timeText(decision.time)} ${decision.kind} ${decision.entity}`;
  if (type === 'added') return [`  + ${place}: ${changeText(decision)}`];
  if (type === 'removed') return [`  - ${place}: ${changeText(decision)}`];
  return [
    `  ~ ${place}`,
    `      old: ${changeText(old as NonNullable<typeof old>)}`,
    `      new: ${changeText(decision)}`,
  ];
}

export function spanLine({ events, from, to }: BacktestResult, seconds: number): string {
  const rate = Math.round(events / Math.max(seconds, 0.001));
  const days =
    to - from >= DAY
      ? `${Math.round((to - from) / DAY)} days`
      : formatDuration(Math.max(0, to - from)) || '0s';
  return `${events.toLocaleString('en')} events of ${days}, ${timeText(from)} to ${timeText(to)}, in ${seconds.toFixed(1)} s (${rate.toLocaleString('en')}/s)`;
}

export function timeText(time: number): string {
  return Number.isFinite(time) ? new Date(time).toISOString().slice(0, 16) : '–';
}
