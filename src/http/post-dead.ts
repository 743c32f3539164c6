/** Dead letters sent again or dropped: one, several, or all that fit, at a rate, and first as a trial. */

import type { Context } from 'hono';
import Type, { type Static } from 'typebox';
import { afterLetter, type KeptLetter, type LetterMark } from '../core/history/kept-letter.ts';
import type { History } from '../core/history.ts';
import { type Millis, SECOND } from '../core/units.ts';
import { type Checked, checkLetter, sendLetters } from '../processor/redrive.ts';
import { NEXT } from './answer-schemas.ts';
import type { AppOptions } from './app.ts';
import { letterTag, NO_LETTER } from './get-dead.ts';
import { noHistory } from './history-answer.ts';
import { FULL } from './post-events.ts';
import { type Problem, problem } from './problem.ts';
import { type Asked, route } from './route.ts';

const MOST_AT_ONCE = 500;
const LONGEST_TEXT = 64 * 1024;
/** A request ends after so long, and says where to go on. */
const LONGEST_WORK: Millis = 20 * SECOND;
/** With a rate, letters go out in so many portions a second. */
const PORTIONS_PER_SECOND = 10;

const WHICH = {
  ids: Type.Optional(Type.Array(Type.String({ maxLength: 60 }), { minItems: 1, maxItems: MOST_AT_ONCE })),
  reason: Type.Optional(Type.String({ maxLength: 100 })),
  type: Type.Optional(Type.String({ maxLength: 200 })),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: MOST_AT_ONCE })),
  after: Type.Optional(Type.String({ maxLength: 500 })),
  dry_run: Type.Optional(Type.Boolean()),
};
const REDRIVE = Type.Object(
  {
    ...WHICH,
    text: Type.Optional(Type.String({ maxLength: LONGEST_TEXT })),
    rate: Type.Optional(Type.Number({ minimum: 0.1, maximum: 10_000 })),
  },
  { additionalProperties: false },
);
const DROP = Type.Object(WHICH, { additionalProperties: false });

const DONE = Type.Object({
  dry_run: Type.Boolean(),
  sent: Type.Optional(Type.Integer()),
  dropped: Type.Optional(Type.Integer()),
  refused: Type.Integer(),
  letters: Type.Array(
    Type.Object({
      id: Type.String(),
      outcome: Type.Enum(['sent', 'would_be_sent', 'dropped', 'would_be_dropped', 'refused']),
      sent_id: Type.Optional(Type.String()),
      reason: Type.Optional(Type.String()),
      problem: Type.Optional(Type.String()),
    }),
  ),
  next: NEXT,
});

interface Done {
  readonly id: string;
  readonly outcome: string;
  readonly sent_id?: string;
  readonly reason?: string;
  readonly problem?: string;
}

const shared = {
  method: 'POST',
  tag: 'Dead letters',
  permission: 'operate',
  changes: true,
  conditional: true,
  answers: { 200: { description: 'What was done, or would be', schema: DONE } },
  problems: { 400: ['bad-body'], 404: ['not-found', 'no-history'], 412: ['changed'] },
} as const;
const body = {
  description: 'Which ones',
  types: ['application/json'],
  most: 256 * 1024,
  required: true,
} as const;

export const deadDeeds = [
  route({
    ...shared,
    path: '/v1/dead/redrive',
    summary: 'Sends dead letters again, as they are or, for one, another text',
    body: { ...body, schema: REDRIVE },
    problems: { ...shared.problems, 429: ['backlog'] },
    answer: (c, options, asked) => work(c, options, asked, 'redriven'),
  }),
  route({
    ...shared,
    path: '/v1/dead/drop',
    summary: 'Says that nothing is to be done about dead letters',
    body: { ...body, schema: DROP },
    answer: (c, options, asked) => work(c, options, asked, 'dropped'),
  }),
];

async function work(
  c: Context,
  options: AppOptions,
  asked: Omit<Asked, 'body'> & { readonly body: Static<typeof REDRIVE> | undefined },
  state: LetterMark['state'],
): Promise<Response> {
  const { history, markLetters, clock } = options;
  if (!history || !markLetters) return noHistory(c);
  const body = asked.body ?? {};
  const refused = whichProblem(body);
  if (refused) return problem(c, refused);
  if (state === 'redriven' && options.isFull()) return problem(c, FULL, { 'retry-after': '5' });
  const { letters, missing, next } = await lettersAsked(history, body);
  if (body.ids?.length === 1 && letters.length === 0) return problem(c, NO_LETTER);
  const changed = asked.ifMatch && changedProblem(letters, asked.ifMatch);
  if (changed) return problem(c, changed);
  const dry = body.dry_run ?? false;
  const done: Done[] = missing.map((id) => ({ id, outcome: 'refused', reason: 'not_found' }));
  const until = clock.now() + LONGEST_WORK;
  const size =
    body.rate === undefined ? MOST_AT_ONCE : Math.max(1, Math.floor(body.rate / PORTIONS_PER_SECOND));
  let at = 0;
  while (at < letters.length && (at === 0 || clock.now() < until)) {
    const portion = letters.slice(at, at + size);
    at += portion.length;
    const by = { state, by: asked.caller.name, dry, text: body.text };
    done.push(...(await doPortion(options, portion, by, markLetters)));
    if (body.rate !== undefined && !dry && at < letters.length)
      await clock.sleep((portion.length * SECOND) / body.rate);
  }
  // by ids there is no list to go on with: what there was no time for is told as such
  const late = body.ids ? letters.slice(at) : [];
  for (const { id } of late)
    done.push({ id, outcome: 'refused', reason: 'no_time', problem: 'there was no time for it: ask again' });
  const left = at < letters.length && !body.ids ? afterLetter((letters[at - 1] as KeptLetter).id) : next;
  const count = done.filter(({ outcome }) => outcome !== 'refused').length;
  asked.note({
    dry_run: dry,
    count,
    ids: done.slice(0, 50).map(({ id }) => id),
    edited: body.text !== undefined,
  });
  return c.json({
    dry_run: dry,
    [state === 'redriven' ? 'sent' : 'dropped']: count,
    refused: done.length - count,
    letters: done,
    ...(left && { next: left }),
  });
}

interface Doing {
  readonly state: LetterMark['state'];
  readonly by: string;
  readonly dry: boolean;
  readonly text: string | undefined;
}

async function doPortion(
  { plan, logs, clock }: AppOptions,
  letters: readonly KeptLetter[],
  { state, by, dry, text }: Doing,
  mark: NonNullable<AppOptions['markLetters']>,
): Promise<Done[]> {
  const { events } = plan();
  const at = clock.now();
  const done: Done[] = [];
  const marks: LetterMark[] = [];
  const sending: Extract<Checked, { ok: true }>[] = [];
  for (const letter of letters) {
    const { id } = letter;
    if (letter.state !== 'open') {
      done.push({ id, outcome: 'refused', reason: 'not_open', problem: `it is ${letter.state} already` });
      continue;
    }
    if (state === 'dropped') {
      marks.push({ id, state, at, by });
      done.push({ id, outcome: dry ? 'would_be_dropped' : 'dropped' });
      continue;
    }
    const checked = checkLetter(letter, text, events, at);
    if (!checked.ok) {
      done.push({ id, outcome: 'refused', reason: checked.reason, problem: checked.problem });
      continue;
    }
    sending.push(checked);
    marks.push({ id, state, at, by, sent: { id: checked.event.id, source: checked.event.source } });
    done.push({ id, outcome: dry ? 'would_be_sent' : 'sent', sent_id: checked.event.id });
  }
  if (dry || marks.length === 0) return done;
  // sent before it is marked: after a crash in between it is sent again under the same id, which dedup takes out
  if (sending.length > 0) await sendLetters(sending, events, logs);
  await mark(marks);
  return done;
}

/** Letters by their ids, or open ones that fit, oldest first. */
async function lettersAsked(
  history: History,
  { ids, reason, type, limit = MOST_AT_ONCE, after }: Static<typeof REDRIVE>,
) {
  if (ids) {
    const found = await Promise.all([...new Set(ids)].map((id) => history.deadLetter(id)));
    const letters = found.filter((letter) => letter !== undefined);
    return { letters, missing: ids.filter((id) => !letters.some((letter) => letter.id === id)) };
  }
  const { rows, next } = await history.deadLetters({
    state: 'open',
    oldest: true,
    limit,
    ...(reason === undefined ? {} : { reason }),
    ...(type === undefined ? {} : { type }),
    ...(after === undefined ? {} : { after }),
  });
  const letters = await Promise.all(rows.map(({ id }) => history.deadLetter(id)));
  return { letters: letters.filter((letter) => letter !== undefined), missing: [], next };
}

function whichProblem({ ids, reason, type, text }: Static<typeof REDRIVE>): Problem | undefined {
  const filtered = reason !== undefined || type !== undefined;
  const detail =
    ids && filtered
      ? ['/ids', 'ids, or reason and type, not both']
      : !ids && !filtered
        ? ['', 'the body says which: ids, or reason or type']
        : text !== undefined && ids?.length !== 1
          ? ['/text', 'another text is for one letter']
          : undefined;
  if (!detail) return undefined;
  const [pointer = '', told = ''] = detail;
  return {
    slug: 'bad-body',
    status: 400,
    title: 'The body does not fit',
    errors: [{ pointer, detail: told }],
  };
}

function changedProblem(letters: readonly KeptLetter[], tags: readonly string[]): Problem | undefined {
  const other = letters.find((letter) => !tags.includes('*') && !tags.includes(letterTag(letter)));
  return (
    other && {
      slug: 'changed',
      status: 412,
      title: 'The letter changed after you saw it',
      detail: `It is ${other.state}`,
      current: `"${letterTag(other)}"`,
    }
  );
}
