/** propose-lines: what a pick or a value just told becomes proposals, one for each line that came. */

import { rowOf } from '../../core/action.ts';
import type { Reason } from '../../core/decision.ts';
import type { ThenPlan } from '../../rules/then-plan.ts';
import type { Published, RuleRun } from '../publication.ts';
import { type PickedLine, pickReasons } from '../shapes/pick.ts';
import { inputsOf } from '../shapes/reasons.ts';
import { withdrawLine } from './end-action.ts';
import { homeOf } from './home.ts';
import { type Moves, movesOf } from './pause.ts';
import { hasOpen, type Proposed, propose } from './propose.ts';

/** @throws ShapeError where a line asks for what cannot be done */
export function proposeLines(run: RuleRun, told: Published): void {
  const { node, result } = run;
  const { shape } = node.rule;
  if (shape.type === 'value') {
    withdrawLine(run, node.name);
    if (result.value !== undefined && result.value !== null)
      proposeOne(run, node.name, fieldsOf(result.value));
    return;
  }
  if (shape.type !== 'pick') return;
  for (const name of told.left ?? []) withdrawLine(run, name);
  const lines = new Map(((result.value ?? []) as PickedLine[]).map((line) => [line.name, line]));
  for (const name of told.entered ?? []) proposeOne(run, name, lines.get(name) ?? { name });
}

function proposeOne(run: RuleRun, line: string, fields: Readonly<Record<string, unknown>>): void {
  const { state, entity, node } = run;
  const then = node.rule.acting as ThenPlan;
  if (hasOpen(run, line)) return;
  const subject = { kind: entity.kind.name, id: entity.id };
  const moves = movesOf(homeOf(state, entity, then.home), subject, then, fields);
  if (moves === undefined) return;
  propose(run, { ...shownMoves(moves, fields), line, reasons: JSON.stringify(reasonsOf(run, line)) });
}

/** What is to be done, as it is shown. */
export function shownMoves(
  moves: Moves,
  fields: Readonly<Record<string, unknown>>,
): Pick<Proposed, 'value' | 'moved' | 'total' | 'budgets' | 'reserve'> {
  const { budgets, reserve, moved, total } = moves;
  const amounts = (field: 'budget' | 'from') =>
    Object.fromEntries((budgets ?? []).map((row) => [rowOf(row), row[field]]));
  const money = budgets ? { moved, total, to: amounts('budget'), from: amounts('from') } : {};
  return {
    value: { ...fields, ...money },
    moved,
    total,
    ...(budgets && { budgets }),
    ...(reserve && { reserve }),
  };
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && !Array.isArray(value) ? (value as Record<string, unknown>) : { value };
}

function reasonsOf({ entity, node }: RuleRun, line: string): Reason[] {
  const { shape } = node.rule;
  if (shape.type === 'pick') return pickReasons(shape, entity, [line]);
  return [{ name: node.name, inputs: inputsOf(entity, node.reads) }];
}
