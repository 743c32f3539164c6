/** Actions as pages show them: what each would move, who may say so, and what became of it. */

import { rowOf } from '../../core/action.ts';
import type { ActionQuery, ActionStep, KeptAction } from '../../core/history/kept-action.ts';
import { type History, parseDecisionId } from '../../core/history.ts';
import type { Millis } from '../../core/units.ts';
import type { Visit } from './visit.ts';

export interface ActionView {
  /** Id of the decision that proposed it. */
  readonly id: string;
  readonly rule: string;
  readonly kind: string;
  readonly entity: string;
  readonly action: string;
  readonly status: string;
  readonly hash: string;
  readonly requested: Millis;
  readonly requestedBy: string;
  readonly expires: Millis | undefined;
  readonly moved: number | undefined;
  readonly total: number | undefined;
  readonly budgets: readonly { readonly channel: string; readonly from: number; readonly to: number }[];
  readonly reserve: { readonly from: number; readonly to: number } | undefined;
  /** What it was said to bring; undefined where nothing is known. */
  readonly impact: ExpectedImpact | undefined;
  readonly because: string | undefined;
  readonly problem: string | undefined;
  readonly steps: readonly ActionStep[];
  /** Who may approve it besides an administrator; nobody in particular where the rule does not say. */
  readonly by: readonly string[];
}

export interface ExpectedImpact {
  /** What there is more of: `applications`. */
  readonly of: string;
  /** Percent, with its interval. */
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/** Newest first. */
export async function recentActions(
  visit: Visit,
  history: History,
  asked: { readonly campaign?: string; readonly limit: number; readonly after?: string },
) {
  const { rows, next } = await history.actions(asked);
  return { actions: rows.map((kept) => actionView(visit, kept)), next };
}

/** Those that wait for a person, the first to expire first. */
export async function pendingActions(
  visit: Visit,
  history: History,
  narrowed: Pick<ActionQuery, 'campaign' | 'kind' | 'entity'> = {},
): Promise<ActionView[]> {
  const { rows } = await history.actions({ status: 'pending', limit: 200, ...narrowed });
  const actions = rows.map((kept) => actionView(visit, kept));
  const until = ({ expires }: ActionView) => expires ?? Number.POSITIVE_INFINITY;
  return actions.filter((action) => until(action) > visit.show.now).sort((a, b) => until(a) - until(b));
}

export function actionView({ options }: Visit, kept: KeptAction): ActionView {
  const { act, value } = kept;
  const number = (name: string) => (typeof value[name] === 'number' ? (value[name] as number) : undefined);
  const node = options
    .plan()
    .kindOf.get(kept.kind)
    ?.nodes.find((one) => one.type === 'rule' && one.name === kept.rule);
  return {
    id: kept.id,
    rule: kept.rule,
    kind: kept.kind,
    entity: kept.entity,
    action: String(value.action ?? ''),
    status: kept.status,
    hash: act.hash,
    requested: kept.requestedAt,
    requestedBy: act.requested_by,
    expires: kept.status === 'pending' ? number('expires_at') : undefined,
    moved: number('moved'),
    total: number('total'),
    budgets: (act.budgets ?? []).map((row) => ({ channel: rowOf(row), from: row.from, to: row.budget })),
    reserve: act.reserve,
    impact: impactOf(value.impact),
    because: act.because,
    problem: act.problem,
    steps: kept.history,
    by: node?.type === 'rule' ? (node.rule.acting?.approve?.by ?? []) : [],
  };
}

function impactOf(given: unknown): ExpectedImpact | undefined {
  const { of, value, low, high, known } = (given ?? {}) as Partial<ExpectedImpact> & { known?: boolean };
  if (known === false || typeof of !== 'string' || typeof value !== 'number') return undefined;
  return { of, value, low: low ?? value, high: high ?? value };
}

/** What an application cost each channel over a week, as the proposal saw it. */
export async function costsOf(
  history: History,
  { id }: ActionView,
): Promise<ReadonlyMap<string, number> | undefined> {
  const place = parseDecisionId(id);
  const reasons = (place && (await history.decision(place)))?.decision.reasons ?? [];
  const costs = reasons.flatMap(({ name, inputs: { cpa_7d: cost } }) =>
    typeof cost === 'number' ? [[name, cost] as const] : [],
  );
  return costs.length === 0 ? undefined : new Map(costs);
}

/** Why this caller cannot judge it; undefined when they can. */
export function cannotJudge({ texts, caller, may }: Visit, action: ActionView): string | undefined {
  if (!may('approve')) return texts.approve_not_yours;
  if (caller.role !== 'admin' && action.by.length > 0 && !action.by.includes(caller.role))
    return texts.approve_others(action.by.join(', '));
  return action.requestedBy === caller.name ? texts.approve_own : undefined;
}
