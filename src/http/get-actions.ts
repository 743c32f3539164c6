/** Actions: what waits for a person, what is on its way, and what came of those before. */

import Type from 'typebox';
import { ACTION_STATUSES } from '../core/action.ts';
import type { ActionStep, KeptAction } from '../core/history/kept-action.ts';
import { parseDecisionId } from '../core/history.ts';
import { type Action, newsOf, shownValue } from '../step/actions/action.ts';
import { FREE, page, TIME } from './answer-schemas.ts';
import { asOf, iso, noHistory } from './history-answer.ts';
import { AFTER, LIMIT, text, word } from './parameter.ts';
import { type Problem, problem } from './problem.ts';
import { route } from './route.ts';

export const ACTION = Type.Object(
  {
    id: Type.String(),
    action: Type.String(),
    status: Type.Enum([...ACTION_STATUSES]),
    rule: Type.String(),
    version: Type.Integer(),
    kind: Type.String(),
    entity: Type.String(),
    hash: Type.String({ description: 'If-Match of whoever judges it' }),
    requested_by: Type.String(),
    requested_at: TIME,
    history: Type.Optional(Type.Array(FREE)),
  },
  { additionalProperties: true },
);

export const NO_ACTION: Problem = {
  slug: 'not-found',
  status: 404,
  title: 'No such action',
  detail: 'GET /v1/actions has their ids',
};

export const actionsRoute = route({
  method: 'GET',
  path: '/v1/actions',
  tag: 'Actions',
  summary: 'What rules proposed to change, last proposed first',
  permission: 'read',
  query: {
    status: word('With this status', ACTION_STATUSES),
    campaign: text('Of the campaign of this id'),
    rule: text('Of this rule'),
    after: AFTER,
    limit: LIMIT,
  },
  answers: { 200: { description: 'A page of actions', schema: page('actions', ACTION) } },
  problems: { 404: ['no-history'] },
  answer: async (c, options, { query }) => {
    const { history } = options;
    if (!history) return noHistory(c);
    const standing = await asOf(options, history);
    const { rows, next } = await history.actions(query);
    return c.json({ actions: rows.map(keptAnswer), ...(next && { next }), ...standing });
  },
});

export const actionRoute = route({
  method: 'GET',
  path: '/v1/actions/{id}',
  tag: 'Actions',
  summary: 'One action, and every decision about it',
  permission: 'read',
  answers: { 200: { description: 'The action', schema: ACTION, headers: { ETag: 'Its hash' } } },
  problems: { 404: ['not-found'] },
  answer: async (c, options, { params }) => {
    const id = params.id as string;
    const key = parseDecisionId(id);
    const [stored, kept] = await Promise.all([
      options.readAction(id),
      key && options.history?.action(key).catch(() => undefined),
    ]);
    if (!stored && !kept) return problem(c, NO_ACTION);
    const answer = stored ? actionAnswer(stored.action, kept) : keptAnswer(kept as KeptAction);
    const { hash } = stored?.action ?? (kept as KeptAction).act;
    return c.json(answer, 200, { etag: actionTag(hash, String(answer.status)) });
  },
});

/** While it waits, the hash of what is shown; another one for each status after that. */
export function actionTag(hash: string, status: string): string {
  return status === 'pending' ? `"${hash}"` : `"${hash}.${status}"`;
}

/** As its partition has it, with the steps that the history knows. */
export function actionAnswer(action: Action, kept?: KeptAction): Record<string, unknown> {
  const { keys, ...news } = newsOf(action);
  return {
    ...answerOf(action, shownValue(action), { ...news, keys }),
    ...(kept && { history: kept.history.map(stepAnswer) }),
  };
}

function keptAnswer(kept: KeptAction): Record<string, unknown> {
  return { ...answerOf(kept, kept.value, kept.act), history: kept.history.map(stepAnswer) };
}

function answerOf(
  { id, rule, version, kind, entity }: Pick<KeptAction, 'id' | 'rule' | 'version' | 'kind' | 'entity'>,
  { expires_at, ...value }: Readonly<Record<string, unknown>>,
  { keys, ...act }: KeptAction['act'],
): Record<string, unknown> {
  const { refused: _, requested_at, ...news } = act;
  return {
    ...value,
    ...news,
    ...{ id, rule, version, kind, entity, ...keys },
    requested_at: iso(requested_at),
    ...(typeof expires_at === 'number' && { expires_at: iso(expires_at) }),
  };
}

function stepAnswer({ at, ...step }: ActionStep) {
  return { at: iso(at), ...step };
}
