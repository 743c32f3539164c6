/** open-advice: what the rules advise about an entity at present: actions that wait, and lines that say what to do. */

import { rowOf } from '../core/action.ts';
import { entityKey } from '../core/entity-key.ts';
import { type Action, type ActionsState, isOpen } from './actions/action.ts';
import type { Entity } from './entity.ts';
import type { Result } from './result.ts';

/** One object each: which rule, what it is about, and its text; of an action its status and the amounts. */
export function openAdvice(entity: Entity): Record<string, unknown>[] {
  return entity.kind.nodes.flatMap((node) => {
    if (node.type === 'actions')
      return (entity.states[node.state] as ActionsState).actions
        .filter((action) => isOpen(action) && action.mode === 'live')
        .map((action) => actionAdvice(action, entity.currency()));
    if (node.type !== 'rule' || node.rule.mode !== 'live') return [];
    const { value, decision } = entity.states[node.state] as Result;
    const about = { entity: entityKey(entity.kind.name, entity.id), rule: node.rule.name };
    return (Array.isArray(value) ? (value as Line[]) : []).flatMap((line) => {
      const text = line.recommendation;
      if (typeof text !== 'string') return [];
      return [
        { ...about, type: line.name, text, ...shownOf(line), ...(decision && { decision_id: decision }) },
      ];
    });
  });
}

interface Line {
  readonly name: string;
  readonly [key: string]: unknown;
}

/** What else a line says of itself: how much, how sure, how bad. */
function shownOf(line: Line): Record<string, unknown> {
  const keys = ['title', 'message', 'impact', 'confidence', 'severity'];
  return Object.fromEntries(keys.flatMap((key) => (line[key] === undefined ? [] : [[key, line[key]]])));
}

function actionAdvice(
  { id, kind, entity, rule, word, status, budgets = [] }: Action,
  currency: string,
): Record<string, unknown> {
  const moves = budgets
    .map(({ budget, from = 0, ...row }) => ({ row: rowOf(row), by: Math.round(100 * (budget - from)) / 100 }))
    .filter(({ by }) => by !== 0);
  const told = (sign: 1 | -1, verb: string) =>
    moves
      .filter(({ by }) => by * sign > 0)
      .map(({ row, by }) => `${verb} ${row} by ${Math.abs(by).toFixed(2)} ${currency}`);
  const text = [...told(1, 'raise'), ...told(-1, 'lower')].join(', ') || word.replaceAll('_', ' ');
  return { entity: entityKey(kind, entity), rule, type: word, status, text, budgets, decision_id: id };
}
