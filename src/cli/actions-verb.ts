/** `weir actions`: what waits for a person, and what a person says of it. */

import { ACTION_STATUSES, type ActionBudget, rowOf } from '../core/action.ts';
import { WeirError } from '../core/errors.ts';
import { readArguments } from './arguments.ts';
import { ask } from './ask.ts';
import type { Verb } from './verb.ts';

const DEEDS = ['approve', 'reject', 'revert'] as const;
const WORDS = ['ls', 'show', ...DEEDS] as const;

export const actionsVerb: Verb = {
  usage: [
    'weir actions [ls|show ID|approve ID|reject ID|revert ID] [--status STATUS] [--campaign ID] [-m WHY]',
    '',
    '  weir actions                      those that wait for a person',
    '  weir actions ls --status applied  those of any status',
    '  weir actions show 3-1-42          what would change, its hash, and what became of it',
    "  weir actions approve 3-1-42 -m 'as planned'",
    '',
    'What is approved is what was shown: it is read, shown and judged by its hash. Where weir has no tokens,',
    '--by NAME says who you are.',
  ].join('\n'),
  run: async (args, env) => {
    const own = {
      status: { type: 'string' },
      campaign: { type: 'string' },
      by: { type: 'string' },
      comment: { type: 'string', short: 'm' },
      hash: { type: 'string' },
    } as const;
    const { flags, words } = readArguments(args, own, { least: 0, most: 2, what: '' });
    const [word = 'ls', id] = words as [string?, string?];
    if (!(WORDS as readonly string[]).includes(word))
      throw new WeirError('wrong_usage', `"${word}" is none of ${WORDS.join(', ')}`);
    if (word === 'ls') return list(flags, env);
    if (id === undefined) throw new WeirError('wrong_usage', `which action? weir actions ${word} ID`);
    const path = `/v1/actions/${encodeURIComponent(id)}`;
    const found = await ask(flags, env, path);
    if (found.status !== 200) return told(found.status, found.body);
    if (word === 'show') {
      process.stdout.write(flags.json ? `${JSON.stringify(found.body)}\n` : shown(found.body as Action));
      return 0;
    }
    const { by, comment } = flags;
    const answer = await ask(flags, env, `${path}/${word}`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'if-match': flags.hash === undefined ? (found.headers.get('etag') as string) : `"${flags.hash}"`,
      },
      body: JSON.stringify({ ...(comment !== undefined && { comment }), ...(by !== undefined && { by }) }),
    });
    if (answer.status !== 200) return told(answer.status, answer.body);
    process.stdout.write(flags.json ? `${JSON.stringify(answer.body)}\n` : shown(answer.body as Action));
    return 0;
  },
};

type Flags = Parameters<typeof ask>[0] & {
  readonly json?: boolean | undefined;
  readonly status?: string | undefined;
  readonly campaign?: string | undefined;
};

async function list(flags: Flags, env: NodeJS.ProcessEnv): Promise<number> {
  const { status = 'pending', campaign } = flags;
  if (!(ACTION_STATUSES as readonly string[]).includes(status))
    throw new WeirError('wrong_usage', `--status must be one of ${ACTION_STATUSES.join(', ')}`);
  const query = new URLSearchParams({ status, ...(campaign !== undefined && { campaign }) });
  const { status: answered, body } = await ask(flags, env, `/v1/actions?${query}`);
  if (answered !== 200) return told(answered, body);
  const { actions } = body as { actions: readonly Action[] };
  if (flags.json) for (const action of actions) process.stdout.write(`${JSON.stringify(action)}\n`);
  else if (actions.length === 0) process.stdout.write(`no action is ${status}\n`);
  else for (const action of actions) process.stdout.write(`${line(action)}\n`);
  return 0;
}

interface Action {
  readonly id: string;
  readonly action: string;
  readonly status: string;
  readonly rule: string;
  readonly kind: string;
  readonly entity: string;
  readonly hash: string;
  readonly requested_at: string;
  readonly expires_at?: string;
  readonly because?: string;
  readonly revert?: string;
  readonly budgets?: readonly ActionBudget[];
  readonly history?: readonly {
    readonly at: string;
    readonly status: string;
    readonly by?: string;
    readonly comment?: string;
    readonly refused?: string;
  }[];
}

function line({ id, action, status, kind, entity, requested_at, expires_at, budgets = [] }: Action): string {
  const until = expires_at === undefined ? '' : `  until ${expires_at.slice(0, 16)}`;
  const changes = budgets.map((row) => `${rowOf(row)} ${row.from} → ${row.budget}`).join(', ');
  return `${id}  ${status}  ${action} ${kind}:${entity}  ${requested_at.slice(0, 16)}${until}  ${changes}`.trimEnd();
}

function shown(action: Action): string {
  const { hash, rule, because, revert, history = [] } = action;
  const steps = history.map(({ at, status, by, comment, refused }) =>
    [`  ${at}  ${refused === undefined ? status : `refused: ${refused}`}`, by, comment]
      .filter((one) => one !== undefined)
      .join('  '),
  );
  return [
    line(action),
    `  rule ${rule}, hash ${hash}`,
    ...(because === undefined ? [] : [`  ${because}`]),
    ...(revert === undefined ? [] : [`  the way back is action ${revert}`]),
    ...steps,
    '',
  ].join('\n');
}

/** 4: refused; 3: cannot be reached now; 1: not there. */
function told(status: number, body: unknown): number {
  const { title, detail } = body as { title?: string; detail?: string };
  process.stderr.write(
    status === 202
      ? 'it is in the log and was not judged yet: ask again in a moment\n'
      : `${title ?? `answer ${status}`}${detail === undefined ? '' : `. ${detail}`}\n`,
  );
  if (status === 202) return 0;
  if (status === 503) return 3;
  return status === 404 ? 1 : 4;
}
