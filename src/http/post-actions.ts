/** Approving, rejecting and reverting an action: an entry in its log, which alone judges it; the answer waits for that. */

import { randomUUID } from 'node:crypto';
import type { Context } from 'hono';
import Type from 'typebox';
import type { ActionRefusal } from '../core/action.ts';
import { parseDecisionId } from '../core/history.ts';
import { SECOND } from '../core/units.ts';
import type { StoredAction } from '../processor/read-action.ts';
import type { Caller } from './access.ts';
import { FREE } from './answer-schemas.ts';
import type { AppOptions } from './app.ts';
import { ACTION, actionAnswer, actionTag, NO_ACTION } from './get-actions.ts';
import { iso } from './history-answer.ts';
import { type Problem, problem } from './problem.ts';
import { route } from './route.ts';

const VERBS = {
  approve: { type: 'action.approved', summary: 'Lets it go, as it was shown' },
  reject: { type: 'action.rejected', summary: 'It does not happen' },
  revert: { type: 'action.reverted', summary: 'Proposes to bring back what it replaced' },
} as const;

const LARGEST = 16 * 1024;
const WAIT = 2 * SECOND;
const LOOK_EVERY = 50;
const BODY = Type.Object(
  {
    comment: Type.Optional(Type.String({ maxLength: 2_000 })),
    by: Type.Optional(
      Type.String({ minLength: 1, maxLength: 200, description: 'Who says so, where there are no tokens' }),
    ),
  },
  { additionalProperties: false },
);

export const verdictRoutes = (['approve', 'reject', 'revert'] as const).map((verb) =>
  route({
    method: 'POST',
    path: `/v1/actions/{id}/${verb}`,
    label: '/v1/actions/{id}',
    tag: 'Actions',
    summary: VERBS[verb].summary,
    permission: 'approve',
    changes: true,
    conditional: true,
    body: { description: 'Why', types: ['application/json'], most: LARGEST, schema: BODY },
    answers: {
      200: { description: 'The action as it stands now', schema: ACTION },
      202: { description: 'It was not judged yet; Location has the action', schema: FREE },
    },
    problems: {
      400: ['bad-body'],
      403: ['self-approval', 'forbidden'],
      404: ['not-found'],
      409: ['already-decided'],
      410: ['expired'],
      412: ['action-changed'],
      428: ['if-match-missing'],
    },
    answer: async (c, options, { params, body, caller, ifMatch, note }) => {
      const id = params.id as string;
      const hash = ifMatch?.[0]?.split('.')[0];
      if (hash === undefined || hash === '') return problem(c, UNCONDITIONAL);
      const by = whoSays(options, caller, body?.by);
      if (typeof by !== 'string') return problem(c, by);
      const stored = await options.readAction(id);
      if (!stored) return problem(c, await decidedLongAgo(options, id));
      const refused = mayJudge(options, stored, caller);
      if (refused) return problem(c, refused);
      const data = { action_id: id, hash, by, ...(body?.comment !== undefined && { comment: body.comment }) };
      const event = {
        id: randomUUID(),
        source: '/v1/actions',
        type: VERBS[verb].type,
        // by the time of the partition: there it is judged
        time: iso(stored.streamTime),
        data,
      };
      note({ by, hash });
      await options.logs[stored.partition]?.append({ d: JSON.stringify(event) });
      return judged(c, options, id, event.id, hash);
    },
  }),
);

const UNCONDITIONAL: Problem = {
  slug: 'if-match-missing',
  status: 428,
  title: 'If-Match is missing',
  detail: 'Send the ETag of GET /v1/actions/{id}: what was shown is what is approved',
};

/** The name of the token; without tokens whoever asks says who they are. */
function whoSays({ access }: AppOptions, { name }: Caller, by: string | undefined): string | Problem {
  const nameless = access.tokens().length === 0;
  if (!nameless && by === undefined) return name;
  if (nameless && by !== undefined) return by;
  const detail = nameless ? 'by is missing: who says so?' : 'by is the name of your token: leave it out';
  return {
    slug: 'bad-body',
    status: 400,
    title: 'The body does not fit',
    errors: [{ pointer: '/by', detail }],
  };
}

/** `approve.by` of the rule names the roles; an administrator may always. */
function mayJudge({ plan }: AppOptions, { action }: StoredAction, { role }: Caller): Problem | undefined {
  const nodes = plan().kindOf.get(action.kind)?.nodes ?? [];
  const rule = nodes.find((node) => node.type === 'rule' && node.rule.name === action.rule);
  const roles = rule?.type === 'rule' ? (rule.rule.acting?.approve?.by ?? []) : [];
  if (role === 'admin' || roles.length === 0 || roles.includes(role)) return undefined;
  const detail = `The rule ${action.rule} asks for ${roles.join(' or ')}`;
  return { slug: 'forbidden', status: 403, title: 'The role of this token does not allow it', detail };
}

async function decidedLongAgo({ history }: AppOptions, id: string): Promise<Problem> {
  const key = parseDecisionId(id);
  const kept = key && (await history?.action(key));
  if (!kept) return NO_ACTION;
  return kept.status === 'expired' ? PROBLEMS.expired : PROBLEMS.already_decided;
}

async function judged(
  c: Context,
  options: AppOptions,
  id: string,
  event: string,
  hash: string,
): Promise<Response> {
  const until = options.clock.now() + WAIT;
  for (;;) {
    const stored = await options.readAction(id);
    const heard = stored?.heard.find((one) => one.event === event);
    if (stored && heard) {
      const refused = PROBLEMS[heard.answer as ActionRefusal] as Problem | undefined;
      if (refused)
        return problem(c, { ...refused, current: actionTag(stored.action.hash, stored.action.status) });
      const answer = { ...actionAnswer(stored.action), ...(heard.revert && { revert: heard.revert }) };
      return c.json(answer, 200, { etag: actionTag(stored.action.hash, stored.action.status) });
    }
    if (options.clock.now() >= until) break;
    await options.clock.sleep(LOOK_EVERY);
  }
  const waiting = { id, hash, event_id: event, status: 'not judged yet' };
  return c.json(waiting, 202, { location: `/v1/actions/${encodeURIComponent(id)}` });
}

const DECIDED: Problem = {
  slug: 'already-decided',
  status: 409,
  title: 'The action cannot be judged so any more',
};
const CHANGED: Problem = {
  slug: 'action-changed',
  status: 412,
  title: 'The action is not what was shown',
};

const PROBLEMS: Readonly<Record<ActionRefusal, Problem>> = {
  changed: { ...CHANGED, detail: 'If-Match is not its hash: read it again' },
  budgets_changed: { ...CHANGED, detail: 'Budgets are others by now than those it was made from' },
  self_approval: { slug: 'self-approval', status: 403, title: 'Whoever asked for it does not approve it' },
  already_decided: { ...DECIDED, detail: 'It was decided before' },
  expired: { slug: 'expired', status: 410, title: 'The action has expired' },
  not_approved: { ...DECIDED, detail: 'Nobody approved it' },
  not_applied: { ...DECIDED, detail: 'Only what was applied can be reverted' },
  another_under_way: {
    ...DECIDED,
    detail: 'Another action that moves money of this campaign is not reported yet',
  },
  wrong_key: { ...DECIDED, detail: 'The idempotency key is another one' },
  shadow: { ...DECIDED, detail: 'Proposals of shadow rules are for looking at' },
};
