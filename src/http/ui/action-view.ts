/** Actions as pages show them: what each would move, who may say so, and what became of it. */

import type { Decision } from '../../core/decision.ts';
import type { History } from '../../core/history.ts';
import type { Millis } from '../../core/units.ts';
import type { Plan, RulePlan } from '../../rules/plan.ts';
import type { Visit } from './visit.ts';

export interface ActionView {
  /** Id of the decision that proposed it. */
  readonly id: string;
  readonly rule: string;
  readonly kind: string;
  readonly entity: string;
  readonly action: string;
  readonly status: string;
  readonly requested: Millis;
  readonly expires: Millis | undefined;
  readonly moved: number | undefined;
  readonly total: number | undefined;
  readonly budgets: readonly { readonly channel: string; readonly from: number; readonly to: number }[];
  readonly decision: Decision;
}

interface Allocation {
  readonly action?: string;
  readonly status?: string;
  readonly moved?: number;
  readonly total?: number;
  readonly from?: Readonly<Record<string, number>>;
  readonly to?: Readonly<Record<string, number>>;
  readonly expires_at?: Millis;
}

/** Rules whose decisions are actions. */
export function actionRules(plan: Plan): RulePlan[] {
  return plan.kinds.flatMap(({ role, nodes }) =>
    role !== 'local' && role !== 'shared'
      ? []
      : nodes.flatMap((node) =>
          node.type === 'rule' && node.rule.shape.type === 'allocate' ? [node.rule] : [],
        ),
  );
}

/** Newest first. */
export async function recentActions(visit: Visit, history: History, limit = 50): Promise<ActionView[]> {
  const found: ActionView[] = [];
  for (const { name } of actionRules(visit.options.plan())) {
    const { rows } = await history.decisions({ rule: name, limit });
    found.push(...rows.flatMap((decision) => actionView(decision) ?? []));
  }
  return found.sort((a, b) => b.requested - a.requested);
}

/** Those that still wait: of each entity the last one told. */
export async function pendingActions(visit: Visit, history: History): Promise<ActionView[]> {
  const seen = new Set<string>();
  return (await recentActions(visit, history, 200)).filter(({ rule, kind, entity, status, expires }) => {
    const key = `${rule} ${kind}:${entity}`;
    if (seen.has(key)) return false;
    seen.add(key);
    return status === 'pending' && (expires === undefined || expires > visit.show.now);
  });
}

export function actionView(decision: Decision): ActionView | undefined {
  const value = decision.value as Allocation | null;
  if (typeof value !== 'object' || value === null || value.action === undefined) return undefined;
  const { from = {}, to = {} } = value;
  return {
    id: decision.id,
    rule: decision.rule,
    kind: decision.kind,
    entity: decision.entity,
    action: value.action,
    status: value.status ?? '',
    requested: decision.time,
    expires: value.expires_at,
    moved: value.moved,
    total: value.total,
    budgets: Object.keys(to).map((channel) => ({
      channel,
      from: from[channel] ?? 0,
      to: to[channel] ?? 0,
    })),
    decision,
  };
}
