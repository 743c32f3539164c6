/** Decisions from the history: one by its id, those of an entity, and all of them, newest first. */

import Type from 'typebox';
import type { Decision } from '../core/decision.ts';
import { parseDecisionId } from '../core/history.ts';
import { partitionOf } from '../core/partition.ts';
import { ownerOf } from '../step/route.ts';
import { DECISION, page, STANDING } from './answer-schemas.ts';
import type { EntityView } from './entity-routes.ts';
import { asOf, iso, noHistory } from './history-answer.ts';
import { AFTER, entity, LIMIT, SINCE, text, word } from './parameter.ts';
import { problem } from './problem.ts';
import { route } from './route.ts';

const PAGE = { rule: text('Of this rule'), since: SINCE, after: AFTER, limit: LIMIT };

export const decisionRoute = route({
  method: 'GET',
  path: '/v1/decisions/{id}',
  tag: 'Decisions',
  summary: 'One decision',
  permission: 'read',
  answers: {
    200: {
      description: 'The decision as it was told',
      schema: Type.Object({ ...DECISION.properties, orphaned: Type.Boolean(), ...STANDING }),
    },
  },
  problems: { 404: ['not-found', 'no-history'] },
  answer: async (c, options, { params }) => {
    const { history } = options;
    if (!history) return noHistory(c);
    const place = parseDecisionId(params.id as string);
    // read first: what is written in between may be in the answer, never missing from it
    const standing = place ? await asOf(options, history, place.partition) : {};
    const kept = place && (await history.decision(place));
    if (!kept)
      return problem(c, { slug: 'not-found', status: 404, title: 'The history has no such decision' });
    return c.json({ ...decisionAnswer(kept.decision), orphaned: kept.orphaned, ...standing });
  },
});

export const decisionsRoute = route({
  method: 'GET',
  path: '/v1/decisions',
  tag: 'Decisions',
  summary: 'All decisions, newest first',
  permission: 'read',
  query: {
    kind: text('About entities of this kind'),
    entity: entity('About this one'),
    mode: word('Of such rules', ['live', 'shadow']),
    ...PAGE,
  },
  answers: { 200: { description: 'A page of decisions', schema: page('decisions', DECISION) } },
  problems: { 404: ['no-history'] },
  answer: async (c, options, { query }) => {
    const { history } = options;
    if (!history) return noHistory(c);
    const standing = await asOf(options, history);
    const { entity: about, ...narrowed } = query;
    if (about && narrowed.kind !== undefined && narrowed.kind !== about.kind)
      return c.json({ decisions: [], ...standing });
    const { rows, next } = await history.decisions({
      ...narrowed,
      ...(about && { kind: about.kind, entity: about.id }),
    });
    return c.json({ decisions: rows.map(decisionAnswer), ...(next && { next }), ...standing });
  },
});

/** The decisions about one entity. */
export const decisionsView: EntityView = (kind, address) =>
  route({
    ...address,
    summary: `The decisions about one ${kind}, newest first`,
    query: PAGE,
    answers: {
      200: {
        description: 'A page of decisions',
        schema: page('decisions', DECISION, {
          kind: Type.String(),
          id: Type.String(),
          partition: Type.Integer(),
        }),
      },
    },
    problems: { 404: ['no-history'] },
    answer: async (c, options, { params, query }) => {
      const id = params.id ?? kind;
      const { history } = options;
      if (!history) return noHistory(c);
      const { kindOf, settings } = options.plan();
      const found = kindOf.get(kind);
      // a kind that was taken out of the rules keeps its decisions
      const partition = found
        ? ownerOf(found, id, settings.partitions)
        : partitionOf(id, settings.partitions);
      const standing = await asOf(options, history, partition);
      const { rows, next } = await history.decisionsOf(kind, id, query);
      return c.json({
        kind,
        id,
        decisions: rows.map(decisionAnswer),
        ...(next && { next }),
        partition,
        ...standing,
      });
    },
  });

/** A decision as the outbox has it, under the names of every other answer and with ISO times. */
export function decisionAnswer({ id, time, cause, ...rest }: Decision): Record<string, unknown> {
  return {
    decision_id: id,
    decided_at: iso(time),
    ...rest,
    cause: 'timer' in cause ? { timer: iso(cause.timer) } : cause,
  };
}
