/** Decisions from the history: one by its id, those of an entity, and all of them, newest first. */

import type { Context } from 'hono';
import type { Decision } from '../core/decision.ts';
import { keyValues } from '../core/entity-key.ts';
import { parseDecisionId } from '../core/history.ts';
import { partitionOf } from '../core/partition.ts';
import type { AppOptions } from './app.ts';
import { asOf, iso, noHistory } from './history-answer.ts';
import { problem } from './problem.ts';
import { Query } from './query.ts';

export async function answerDecision(c: Context, options: AppOptions, id: string): Promise<Response> {
  const refused = new Query(c.req.query(), options.clock.now()).problem();
  if (refused) return problem(c, refused);
  const { history } = options;
  if (!history) return noHistory(c);
  const place = parseDecisionId(id);
  // read first: what is written in between may be in the answer, never missing from it
  const standing = place ? await asOf(options, history, place.partition) : {};
  const kept = place && (await history.decision(place));
  if (!kept) return problem(c, { slug: 'not-found', status: 404, title: 'The history has no such decision' });
  return c.json({ ...decisionAnswer(kept.decision), orphaned: kept.orphaned, ...standing });
}

export async function answerDecisionsOf(
  c: Context,
  options: AppOptions,
  kind: string,
  id: string,
): Promise<Response> {
  const query = new Query(c.req.query(), options.clock.now());
  const asked = pageAsked(query);
  const refused = query.problem();
  if (refused) return problem(c, refused);
  const { history } = options;
  if (!history) return noHistory(c);
  const { kinds, settings } = options.plan();
  const keys = kinds.find(({ name }) => name === kind)?.key.length ?? 1;
  const partition = partitionOf(keyValues(id, keys)[0] as string, settings.partitions);
  const standing = await asOf(options, history, partition);
  const { rows, next } = await history.decisionsOf(kind, id, asked);
  const more = next === undefined ? {} : { next };
  return c.json({ kind, id, decisions: rows.map(decisionAnswer), ...more, partition, ...standing });
}

export async function answerDecisions(c: Context, options: AppOptions): Promise<Response> {
  const query = new Query(c.req.query(), options.clock.now());
  const kind = query.text('kind');
  const mode = query.word('mode', ['live', 'shadow']);
  const asked = { ...pageAsked(query), ...(kind === undefined ? {} : { kind }), ...(mode && { mode }) };
  const refused = query.problem();
  if (refused) return problem(c, refused);
  const { history } = options;
  if (!history) return noHistory(c);
  const standing = await asOf(options, history);
  const { rows, next } = await history.decisions(asked);
  const more = next === undefined ? {} : { next };
  return c.json({ decisions: rows.map(decisionAnswer), ...more, ...standing });
}

function pageAsked(query: Query) {
  const [rule, since, after] = [query.text('rule'), query.time('since'), query.text('after')];
  return {
    limit: query.limit(),
    ...(rule === undefined ? {} : { rule }),
    ...(since === undefined ? {} : { since }),
    ...(after === undefined ? {} : { after }),
  };
}

/** A decision as the outbox has it, under the names of every other answer and with ISO times. */
export function decisionAnswer({ id, time, cause, ...rest }: Decision): Record<string, unknown> {
  return {
    decision_id: id,
    decided_at: iso(time),
    ...rest,
    cause: 'timer' in cause ? { timer: iso(cause.timer) } : cause,
  };
}
