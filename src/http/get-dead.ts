/** Dead letters: by reason, one after the other, and one with its bytes and what became of it. */

import Type from 'typebox';
import type { KeptLetter } from '../core/history/kept-letter.ts';
import type { History } from '../core/history.ts';
import { SECOND } from '../core/units.ts';
import { type Caller, may } from './access.ts';
import { MAYBE_TEXT, NEXT, TIME } from './answer-schemas.ts';
import { asOf, iso, noHistory } from './history-answer.ts';
import { AFTER, LIMIT, SINCE, text, word } from './parameter.ts';
import { type Problem, problem } from './problem.ts';
import { route } from './route.ts';

export const LETTER_STATES = ['open', 'redriven', 'dropped', 'erased'] as const;

const LETTER = Type.Object({
  id: Type.String(),
  at: TIME,
  reason: Type.String(),
  problem: Type.Optional(Type.String({ description: 'For roles that see personal data: it may quote some' })),
  type: MAYBE_TEXT,
  partition: Type.Integer(),
  entry: Type.String({ description: 'The entry of the log' }),
  item: Type.Integer({ description: 'The place in the entry' }),
  state: Type.Enum([...LETTER_STATES]),
  state_at: Type.Optional(TIME),
  state_by: Type.Optional(Type.String()),
  sent_id: Type.Optional(Type.String({ description: 'The id of the event it was sent again as' })),
  sent_source: Type.Optional(Type.String()),
});
const STANDING = { as_of: Type.Union([TIME, Type.Null()]), stale: Type.Boolean() };

export const NO_LETTER: Problem = {
  slug: 'not-found',
  status: 404,
  title: 'The history has no such dead letter',
  detail: 'GET /v1/dead has their ids',
};

export const deadRoute = route({
  method: 'GET',
  path: '/v1/dead',
  tag: 'Dead letters',
  summary: 'What was refused: open ones by reason and type, and the letters, newest first',
  permission: 'read',
  query: {
    reason: text('Refused for this reason'),
    type: text('Of this type of event'),
    state: word('What was done about it', LETTER_STATES),
    since: SINCE,
    after: AFTER,
    limit: LIMIT,
  },
  answers: {
    200: {
      description: 'Groups of all open ones, and a page of letters',
      schema: Type.Object({
        groups: Type.Array(
          Type.Object({
            reason: Type.String(),
            type: MAYBE_TEXT,
            count: Type.Integer(),
            first: TIME,
            last: TIME,
          }),
        ),
        dead: Type.Array(LETTER),
        next: NEXT,
        ...STANDING,
      }),
    },
  },
  problems: { 404: ['no-history'] },
  answer: async (c, options, { query, caller }) => {
    const { history } = options;
    if (!history) return noHistory(c);
    const standing = await asOf(options, history);
    const [groups, { rows, next }] = await Promise.all([history.deadGroups(), history.deadLetters(query)]);
    return c.json({
      groups: groups.map(({ first, last, ...group }) => ({ ...group, first: iso(first), last: iso(last) })),
      dead: rows.map((letter) => letterAnswer(letter, caller)),
      ...(next && { next }),
      ...standing,
    });
  },
});

export const letterRoute = route({
  method: 'GET',
  path: '/v1/dead/{id}',
  tag: 'Dead letters',
  summary: 'One dead letter with its bytes, and what became of it',
  permission: 'read',
  answers: {
    200: {
      description: 'The letter; its tag changes with its state',
      schema: Type.Object({
        ...LETTER.properties,
        text: Type.Optional(Type.String({ description: 'Its bytes, where they are UTF-8' })),
        base64: Type.Optional(Type.String({ description: 'Its bytes, where they are not' })),
        became: Type.Optional(
          Type.Object({
            status: Type.Enum(['waiting', 'processed', 'late', 'dead', 'orphaned']),
            letter: Type.Optional(
              Type.String({ description: 'The letter it became, where it was refused again' }),
            ),
          }),
        ),
      }),
    },
  },
  problems: { 404: ['not-found', 'no-history'] },
  answer: async (c, { history }, { params, caller }) => {
    if (!history) return noHistory(c);
    const letter = await history.deadLetter(params.id as string);
    if (!letter) return problem(c, NO_LETTER);
    const sent = letter.marked?.sent;
    const became = sent && (await outcome(history, letter, sent));
    const body = { ...letterAnswer(letter, caller), ...bytes(letter, caller), ...(became && { became }) };
    return c.json(body, 200, { etag: `"${letterTag(letter)}"` });
  },
});

/** Another one as soon as something was done about it. */
export function letterTag({ state, marked }: KeptLetter): string {
  return marked ? `${state}-${marked.at}` : state;
}

function letterAnswer(letter: KeptLetter, caller: Caller) {
  const { id, at, reason, type, partition, entry, item, state, marked } = letter;
  return {
    id,
    at: iso(at),
    reason,
    ...(may(caller, 'personal') ? { problem: letter.problem } : {}),
    type,
    partition,
    entry,
    item,
    state,
    ...(marked && { state_at: iso(marked.at), state_by: marked.by }),
    ...(marked?.sent && { sent_id: marked.sent.id, sent_source: marked.sent.source }),
  };
}

function bytes({ raw }: KeptLetter, caller: Caller) {
  if (raw === undefined || !may(caller, 'personal')) return {};
  const own = Buffer.from(raw);
  const text = own.toString('utf8');
  return Buffer.from(text).equals(own) ? { text } : { base64: own.toString('base64') };
}

/** Clocks of Redis and of this machine may differ by so much. */
const SKEW = 5 * SECOND;

/** What the history knows of the event it was sent as; letters from before are not what it became. */
async function outcome(
  history: History,
  { id: own, marked }: KeptLetter,
  sent: { id: string; source: string },
) {
  const trace = await history.event(sent.id, sent.source);
  const since = (marked?.at ?? 0) - SKEW;
  const again = trace?.dead.find(({ id }) => id !== own && Number(/:(\d+)-/.exec(id)?.[1]) >= since);
  if (again) return { status: 'dead', letter: again.id };
  if (trace?.late.length) return { status: 'late' };
  // a copy of one that had its effect before
  if (trace?.events.some(({ orphaned }) => !orphaned)) return { status: 'processed' };
  return { status: trace?.status === 'orphaned' ? 'orphaned' : 'waiting' };
}
