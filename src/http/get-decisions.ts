/** Decisions from the history: one by its id, or those of an entity, newest first. */

import type { Context } from 'hono';
import type { Decision } from '../core/decision.ts';
import { keyValues } from '../core/entity-key.ts';
import { parseDecisionId } from '../core/history.ts';
import { partitionOf } from '../core/partition.ts';
import type { Millis } from '../core/units.ts';
import type { AppOptions } from './app.ts';
import { problem } from './problem.ts';
import { unknownQuery } from './unknown-query.ts';

const USUAL_LIMIT = 50;
const LARGEST_LIMIT = 200;

export async function answerDecision(c: Context, options: AppOptions, id: string): Promise<Response> {
  const refused = unknownQuery(c.req.query(), []);
  if (refused) return problem(c, refused);
  const { history } = options;
  if (!history) return noHistory(c);
  const place = parseDecisionId(id);
  // read first: what is written in between may be in the answer, never missing from it
  const asOf = place ? await history.asOf(place.partition) : 0;
  const kept = place && (await history.decision(place));
  if (!kept) return problem(c, { slug: 'not-found', status: 404, title: 'The history has no such decision' });
  return c.json({ ...fieldsOf(kept.decision), orphaned: kept.orphaned, ...age(asOf) });
}

export async function answerDecisions(
  c: Context,
  options: AppOptions,
  kind: string,
  id: string,
): Promise<Response> {
  const refused = unknownQuery(c.req.query(), ['rule', 'limit']);
  if (refused) return problem(c, refused);
  const { history } = options;
  if (!history) return noHistory(c);
  const limit = readLimit(c.req.query('limit'));
  if (limit === undefined)
    return problem(c, {
      slug: 'bad-parameter',
      status: 400,
      title: `limit is a whole number from 1 to ${LARGEST_LIMIT}`,
      errors: [{ pointer: '?limit' }],
    });
  const rule = c.req.query('rule');
  const { kinds, settings } = options.plan();
  const keys = kinds.find(({ name }) => name === kind)?.key.length ?? 1;
  const partition = partitionOf(keyValues(id, keys)[0] as string, settings.partitions);
  const asOf = await history.asOf(partition);
  const { rows } = await history.decisionsOf(kind, id, { limit, ...(rule === undefined ? {} : { rule }) });
  return c.json({ kind, id, decisions: rows.map(fieldsOf), partition, ...age(asOf) });
}

/** A decision as the outbox has it, under the names of every other answer and with ISO times. */
function fieldsOf({ id, time, cause, ...rest }: Decision): Record<string, unknown> {
  return {
    decision_id: id,
    decided_at: iso(time),
    ...rest,
    cause: 'timer' in cause ? { timer: iso(cause.timer) } : cause,
  };
}

/** Everything decided until `as_of` is in the answer. */
function age(asOf: Millis): Record<string, unknown> {
  return { as_of: asOf === 0 ? null : iso(asOf), stale: false };
}

function iso(time: Millis): string {
  return new Date(time).toISOString();
}

function readLimit(text: string | undefined): number | undefined {
  if (text === undefined) return USUAL_LIMIT;
  const limit = /^\d{1,3}$/.test(text) ? Number(text) : 0;
  return limit >= 1 && limit <= LARGEST_LIMIT ? limit : undefined;
}

function noHistory(c: Context): Response {
  return problem(c, {
    slug: 'no-history',
    status: 404,
    title: 'This weir keeps no history',
    detail: 'It was started with REDIS_URL and without DATABASE_URL',
  });
}
