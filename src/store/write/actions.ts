/** Actions follow from decisions: the first about one makes its row, every further one brings it up to date. */

import type { Kysely } from 'kysely';
import type { Decision } from '../../core/decision.ts';
import type { ActionStep } from '../../core/history/kept-action.ts';
import { type DecisionId, parseDecisionId } from '../../core/history.ts';
import type { OutboxRow } from '../../core/ports.ts';
import { storable } from '../storable.ts';
import type { Tables } from '../tables.ts';
import { standingDecisions } from './standing-decisions.ts';

type Row = Tables['actions'];
type Acting = Decision & { readonly act: NonNullable<Decision['act']> };

/** Most decisions are about no action, and reading them again would cost as much as writing them. */
export function mayAct({ text }: OutboxRow): boolean {
  return text.includes('"act":{');
}

/** Decisions in the order of their outbox. */
export async function writeActions(db: Kysely<Tables>, decisions: readonly Decision[]): Promise<void> {
  const acting = decisions.filter((one): one is Acting => one.act !== undefined && one.mode === 'live');
  if (acting.length === 0) return;
  const rows = await readRows(db, [...new Set(acting.map(({ act }) => act.id))]);
  for (const decision of acting) rows.set(decision.act.id, follow(rows.get(decision.act.id), decision));
  await store(db, [...rows.values()]);
}

/** After a loss: those that the decisions of the lost end told of are made again from what still stands. */
export async function rewriteActions(
  db: Kysely<Tables>,
  lost: readonly Pick<Decision, 'rule' | 'kind' | 'entity' | 'act'>[],
): Promise<void> {
  for (const { rule, kind, entity, act } of lost) {
    const id = act && parseDecisionId(act.id);
    if (!id) continue;
    await db
      .deleteFrom('actions')
      .where('partition', '=', id.partition)
      .where('incarnation', '=', id.incarnation)
      .where('seq', '=', id.seq)
      .execute();
    const standing = await standingDecisions(db, { rule, kind, entity });
    await writeActions(
      db,
      standing.filter((one) => one.act?.id === act.id),
    );
  }
}

function follow(row: Row | undefined, decision: Acting): Row {
  const { act, value, time, rule, version, kind, entity } = decision;
  const { status } = value as { status: string };
  const { partition, incarnation, seq } = parseDecisionId(act.id) as DecisionId;
  const before = (row?.history ?? []) as readonly ActionStep[];
  const campaign = act.keys.campaign_id;
  return {
    ...{ partition, incarnation, seq, rule, version, kind, entity },
    campaign: campaign === undefined ? null : storable(campaign),
    status,
    requested_at: new Date(act.requested_at),
    updated_at: new Date(time),
    value,
    act,
    history: [...before, stepOf(decision, before.length === 0)],
  };
}

/** What was said once is not repeated with every step. */
function stepOf({ id, time, value, act, reasons }: Acting, isFirst: boolean): ActionStep {
  const { by, comment } = (reasons[0]?.inputs ?? {}) as { by?: string; comment?: string };
  const { because, problem, refused } = act;
  return {
    decision: id,
    at: time,
    status: (value as { status: ActionStep['status'] }).status,
    ...(typeof by === 'string' && { by }),
    ...(typeof comment === 'string' && { comment }),
    ...(isFirst && because !== undefined && { because }),
    ...(problem !== undefined && { problem }),
    ...(refused !== undefined && { refused }),
  };
}

async function readRows(db: Kysely<Tables>, ids: readonly string[]): Promise<Map<string, Row>> {
  const found = new Map<string, Row>();
  for (const id of ids) {
    const key = parseDecisionId(id);
    if (!key) continue;
    const row = await db
      .selectFrom('actions')
      .selectAll()
      .where('partition', '=', key.partition)
      .where('incarnation', '=', key.incarnation)
      .where('seq', '=', key.seq)
      .executeTakeFirst();
    if (row) found.set(id, row);
  }
  return found;
}

async function store(db: Kysely<Tables>, rows: readonly Row[]): Promise<void> {
  const texts = rows.map((row) => ({
    ...row,
    value: JSON.stringify(row.value),
    act: JSON.stringify(row.act),
    history: JSON.stringify(row.history),
  }));
  await db
    .insertInto('actions')
    .values(texts)
    .onConflict((conflict) =>
      conflict.columns(['partition', 'incarnation', 'seq']).doUpdateSet(({ ref }) => ({
        status: ref('excluded.status'),
        updated_at: ref('excluded.updated_at'),
        value: ref('excluded.value'),
        act: ref('excluded.act'),
        history: ref('excluded.history'),
      })),
    )
    .execute();
}
