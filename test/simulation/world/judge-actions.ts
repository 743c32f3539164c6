/** What went out of a simulated world: decisions that were told, and money that moved. */

import type { Decision } from '../../../src/core/decision.ts';
import { MINUTE, type Millis } from '../../../src/core/units.ts';
import { ACTION_STREAM } from '../../../src/processor/action-stream.ts';
import { DECISION_STREAM } from '../../../src/processor/decision-stream.ts';
import type { Holding } from './holding.ts';
import type { World } from './world.ts';

type Fields = Readonly<Record<string, unknown>>;
const OWNER = 'media@example.com';
/** `auto_when` of the rule. */
const ALONE = 4;
/** `expires` of the rule. */
const ASKED_FOR: Millis = 20 * MINUTE;

export function judgeActions(world: World, holdings: readonly Holding[]): string[] {
  const decisions = holdings.flatMap((holding) => holding.decisions);
  const problems = [...judgeTold(world, holdings), ...decisions.flatMap(conserved)];
  const approved = new Set(decisions.filter(isApproval).map(({ act }) => act?.id as string));
  const told = new Map<string, number>();
  for (const [, fields] of world.server.store.find(ACTION_STREAM, 'stream')?.kept ?? []) {
    const id = fields[fields.indexOf('id') + 1] as string;
    told.set(id, (told.get(id) ?? 0) + 1);
  }
  for (const [id, times] of told)
    if (times > 1) problems.push(`I2 action ${id} is in its stream ${times} times`);
  for (const id of approved) if (!told.has(id)) problems.push(`I2 action ${id} was approved and never told`);
  const bodies = new Map<string, string>();
  for (const { id, key, body } of world.people.seen) {
    if (!approved.has(id)) problems.push(`I4 money moved by ${id}, which Redis does not know any more`);
    const text = JSON.stringify(body);
    if ((bodies.get(key) ?? text) !== text) problems.push(`I4 action ${key} was told in two ways`);
    bodies.set(key, text);
  }
  for (const holding of holdings) problems.push(...judgeApprovals(holding));
  return problems;
}

function isApproval({ act, value, mode }: Decision): boolean {
  return act !== undefined && !act.refused && mode === 'live' && (value as Fields)?.status === 'approved';
}

/** What is divided is what there is, to the cent, and what some give others get. */
function conserved({ rule, id, value, act }: Decision): string[] {
  if (rule !== 'rebalance' || value === null || act?.reverts !== undefined) return [];
  const { to, from } = value as { to?: Record<string, number>; from?: Record<string, number> };
  if (!to || !from) return [];
  const [after, before] = [to, from].map((rows) =>
    Object.values(rows).reduce((sum, amount) => sum + Math.round(amount * 100), 0),
  );
  return after === before ? [] : [`I4 ${id} divides ${after} cents where there were ${before}`];
}

/** Nobody but a person who was shown it lets an action go, unless it moves little; and nobody who asked for it. */
function judgeApprovals({ decisions, log }: Holding): string[] {
  const said = log.flatMap(({ d = '' }) =>
    d.includes('"type":"action.approved"') ? [(JSON.parse(d) as { data: Fields }).data] : [],
  );
  const problems: string[] = [];
  const outcomes = new Map<string, string[]>();
  const underWay = new Map<string, string>();
  for (const { act, value, id, time } of decisions) {
    const status = (value as Fields | null)?.status;
    if (!act || act.refused || typeof status !== 'string') continue;
    outcomes.set(act.id, [...(outcomes.get(act.id) ?? []), status]);
    const campaign = `${act.keys.campaign_id}`;
    if (status !== 'approved') {
      if (underWay.get(campaign) === act.id) underWay.delete(campaign);
      continue;
    }
    const other = underWay.get(campaign);
    if (other !== undefined) problems.push(`I4 ${act.id} went out while ${other} was under way`);
    underWay.set(campaign, act.id);
    if (time - act.requested_at > ASKED_FOR) problems.push(`I4 ${act.id} was approved after it had expired`);
    const moved = Number((value as Fields).moved ?? 0);
    const isShown = said.some(
      ({ action_id, hash, by }) => action_id === act.id && hash === act.hash && by === act.by && by !== OWNER,
    );
    if (!isShown && !(act.id === id && moved < ALONE) && act.reverts === undefined)
      problems.push(`I4 ${act.id} was approved and nobody who may said so`);
  }
  for (const [id, statuses] of outcomes)
    for (const once of ['approved', 'applied', 'rejected'])
      if (statuses.filter((status) => status === once).length > 1)
        problems.push(`I4 ${id} was ${once} more than once`);
  return problems;
}

/** The subscription has every decision of its rule, at least once, first of all in their order. */
function judgeTold(world: World, holdings: readonly Holding[]): string[] {
  const told = (world.server.store.find(DECISION_STREAM, 'stream')?.kept ?? []).map(
    ([, fields]) => fields[fields.indexOf('id') + 1] as string,
  );
  const problems: string[] = [];
  const all = new Set<string>();
  for (const { decisions, partition } of holdings) {
    const wanted = decisions
      .filter(({ rule, mode, error }) => rule === 'tier' && mode === 'live' && error === undefined)
      .map(({ id }) => id);
    for (const id of wanted) all.add(id);
    const first = [...new Set(told.filter((id) => id.startsWith(`${partition}-`)))];
    const missing = wanted.filter((id) => !first.includes(id));
    if (missing.length > 0) problems.push(`I2 ${missing.length} decisions were not told: ${missing[0]}`);
    const known = first.filter((id) => wanted.includes(id));
    if (missing.length === 0 && known.some((id, i) => id !== wanted[i]))
      problems.push(`I2 decisions of partition ${partition} were told out of order`);
  }
  const strange = told.filter((id) => !all.has(id));
  if (strange.length > 0 && world.lost === 0) problems.push(`I2 ${strange[0]} was told and is in no outbox`);
  return problems;
}
