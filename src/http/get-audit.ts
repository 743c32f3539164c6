/** GET /v1/audit: who changed what, and what came of it, newest first. */

import Type from 'typebox';
import { FREE, NEXT, TIME } from './answer-schemas.ts';
import { iso, noHistory } from './history-answer.ts';
import { AFTER, LIMIT, SINCE, text, time } from './parameter.ts';
import { route } from './route.ts';

const RECORD = Type.Object({
  id: Type.String(),
  at: TIME,
  by: Type.String(),
  role: Type.String(),
  action: Type.String({ description: 'The route: `POST /v1/dead/redrive`' }),
  subject: Type.String({ description: 'What was asked' }),
  status: Type.Integer({ description: 'Of the answer: below 300 it was done' }),
  detail: FREE,
});

export const auditRoute = route({
  method: 'GET',
  path: '/v1/audit',
  tag: 'Audit',
  summary: 'Every change over HTTP: who, when, what and its result, newest first',
  permission: 'administer',
  query: {
    by: text('Of the token of this name'),
    action: text('Of this route, such as `POST /v1/dead/redrive`'),
    since: SINCE,
    until: time('Before this time'),
    after: AFTER,
    limit: LIMIT,
  },
  answers: {
    200: { description: 'A page', schema: Type.Object({ audit: Type.Array(RECORD), next: NEXT }) },
  },
  problems: { 404: ['no-history'] },
  answer: async (c, { history }, { query }) => {
    if (!history) return noHistory(c);
    const { rows, next } = await history.audit(query);
    return c.json({ audit: rows.map((row) => ({ ...row, at: iso(row.at) })), ...(next && { next }) });
  },
});
