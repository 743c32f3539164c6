/** Insights follow from decisions: those about an action that states what it brings, and those that say what came of it. */

import type { Kysely } from 'kysely';
import type { Decision } from '../../core/decision.ts';
import { type DecisionId, parseDecisionId } from '../../core/history.ts';
import type { OutboxRow } from '../../core/ports.ts';
import type { Statement } from '../../core/statement.ts';
import { storable } from '../storable.ts';
import type { Tables } from '../tables.ts';
import { standingDecisions } from './standing-decisions.ts';

type Row = Tables['insights'];

/** Most decisions state nothing, and reading them again would cost as much as writing them. */
export function mayState({ text }: OutboxRow): boolean {
  return text.includes('"impact":{') || text.includes('"realised":{');
}

/** Decisions in the order of their outbox. */
export async function writeInsights(db: Kysely<Tables>, decisions: readonly Decision[]): Promise<void> {
  for (const decision of decisions) {
    const row = decision.mode === 'live' ? (statedBy(decision) ?? realisedBy(decision)) : undefined;
    if (row) await store(db, row);
  }
}

/** After a loss: those that the decisions of the lost end told of are made again from what still stands. */
export async function rewriteInsights(
  db: Kysely<Tables>,
  lost: readonly Pick<Decision, 'rule' | 'kind' | 'entity' | 'act' | 'realised'>[],
): Promise<void> {
  for (const { rule, kind, entity, act, realised } of lost) {
    const subject = act?.id ?? realised?.id;
    const id = subject === undefined ? undefined : parseDecisionId(subject);
    if (!id) continue;
    await db
      .deleteFrom('insights')
      .where('partition', '=', id.partition)
      .where('incarnation', '=', id.incarnation)
      .where('seq', '=', id.seq)
      .execute();
    const standing = await standingDecisions(db, { rule, kind, entity });
    await writeInsights(
      db,
      standing.filter((one) => one.act?.id === subject || one.realised?.id === subject),
    );
  }
}

/** What takes an action back states nothing of its own. */
function statedBy({ act, value, rule, kind, entity }: Decision): Partial<Row> | undefined {
  if (act === undefined || act.reverts !== undefined) return undefined;
  const { impact, status } = value as { impact?: Statement; status: string };
  if (impact === undefined) return undefined;
  return {
    ...placeOf(act.id),
    ...{ rule, kind, entity, status },
    campaign: campaignOf(act.keys),
    ...columnsOf(impact),
    stated_at: new Date(act.requested_at),
  };
}

function realisedBy({ realised, rule, kind, entity, time }: Decision): Partial<Row> | undefined {
  if (realised === undefined) return undefined;
  return {
    ...placeOf(realised.id),
    ...{ rule, kind, entity },
    campaign: campaignOf(realised.keys),
    ...columnsOf(realised.statement),
    stated_at: new Date(realised.stated_at),
    realised_at: new Date(time),
    realised: realised.value,
    realised_chance: realised.chance,
    realised_within: realised.within,
    realised_because: realised.because,
    applied: realised.applied,
  };
}

function placeOf(id: string): DecisionId {
  return parseDecisionId(id) as DecisionId;
}

function campaignOf({ campaign_id: campaign }: Readonly<Record<string, string>>): string | null {
  return campaign === undefined ? null : storable(campaign);
}

function columnsOf(statement: Statement) {
  const { type, value, low, high, confidence } = statement;
  return { type, stated: value, low, high, confidence, statement: JSON.stringify(statement) };
}

/** What a later decision does not say stays as it was. */
async function store(db: Kysely<Tables>, row: Partial<Row>): Promise<void> {
  const { partition: _, incarnation: __, seq: ___, ...rest } = row;
  await db
    .insertInto('insights')
    .values(row as Row)
    .onConflict((conflict) => conflict.columns(['partition', 'incarnation', 'seq']).doUpdateSet(rest))
    .execute();
}
