/** `weir dead`: what was refused, one letter with its bytes, and sending letters again or dropping them. */

import { readFileSync } from 'node:fs';
import { WeirError } from '../core/errors.ts';
import { readArguments } from './arguments.ts';
import { ask } from './ask.ts';
import { tellRefusal } from './told-refusal.ts';
import type { Verb } from './verb.ts';

interface Letter {
  readonly id: string;
  readonly at: string;
  readonly reason: string;
  readonly problem?: string;
  readonly type: string | null;
  readonly state: string;
  readonly partition: number;
  readonly entry: string;
  readonly item: number;
  readonly state_at?: string;
  readonly state_by?: string;
  readonly text?: string;
  readonly base64?: string;
  readonly became?: { readonly status: string; readonly letter?: string };
}

interface Done {
  readonly sent?: number;
  readonly dropped?: number;
  readonly refused: number;
  readonly next?: string;
  readonly letters: readonly { readonly id: string; readonly outcome: string; readonly problem?: string }[];
}

const FLAGS = {
  reason: { type: 'string' },
  type: { type: 'string' },
  state: { type: 'string' },
  rate: { type: 'string' },
  file: { type: 'string' },
  yes: { type: 'boolean' },
  'dry-run': { type: 'boolean' },
} as const;

type Flags = ReturnType<typeof readArguments<typeof FLAGS>>['flags'];

export const deadVerb: Verb = {
  usage: [
    'weir dead [ls | show ID | redrive ID… | drop ID…] [--reason R] [--type T] [--yes] [--url URL]',
    '',
    '--reason R, --type T   those refused for this reason, of this type of event',
    '--state open           for ls: open, redriven, dropped or erased',
    '--rate 50/s            for redrive: at most so many a second',
    '--file FILE            for redrive of one: this text instead of its own bytes',
    '--yes                  does it; without, more than one letter is only tried',
    '--dry-run              tries one too',
    '',
    '  weir dead',
    '  weir dead show 3:1767603600000-0',
    '  weir dead redrive 3:1767603600000-0 --file mended.json',
    '  weir dead redrive --reason unknown_type --rate 50/s --yes',
  ].join('\n'),
  run: async (args, env) => {
    const { flags, words } = readArguments(args, FLAGS, { least: 0, most: 501, what: '' });
    const [what = 'ls', ...ids] = words;
    switch (what) {
      case 'ls':
        return list(flags, env);
      case 'show':
        if (ids.length === 1) return show(flags, env, ids[0] as string);
        throw new WeirError(
          'wrong_usage',
          'weir dead show: give the id of one letter; `weir dead` lists them',
        );
      case 'redrive':
      case 'drop':
        return work(flags, env, what, ids);
    }
    throw new WeirError('wrong_usage', `weir dead ${what}: write ls, show, redrive or drop`);
  },
};

async function list(flags: Flags, env: NodeJS.ProcessEnv): Promise<number> {
  const query = new URLSearchParams();
  for (const name of ['reason', 'type', 'state'] as const) {
    const value = flags[name];
    if (value !== undefined) query.set(name, value);
  }
  const { status, body } = await ask(flags, env, `/v1/dead?${query}`);
  if (status !== 200) return tellRefusal('dead', status, body);
  const { groups, dead } = body as {
    groups: { reason: string; type: string | null; count: number; last: string }[];
    dead: Letter[];
  };
  if (flags.json) {
    for (const letter of dead) process.stdout.write(`${JSON.stringify(letter)}\n`);
    return 0;
  }
  const open = groups.reduce((sum, { count }) => sum + count, 0);
  const lines = [
    open === 0 ? 'no open dead letters' : `${open} open`,
    ...groups.map(
      ({ reason, type, count, last }) =>
        `  ${String(count).padStart(6)}  ${reason.padEnd(14)} ${(type ?? '–').padEnd(24)} last ${last.slice(0, 19)}`,
    ),
    ...(dead.length > 0 ? ['', ...dead.map(letterLine)] : []),
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
  return 0;
}

function letterLine({ id, at, state, reason, type, problem }: Letter): string {
  return `${at.slice(0, 19)}  ${id.padEnd(20)} ${state.padEnd(9)} ${problem ?? `${reason} ${type ?? ''}`}`;
}

async function show(flags: Flags, env: NodeJS.ProcessEnv, id: string): Promise<number> {
  const { status, body } = await ask(flags, env, `/v1/dead/${encodeURIComponent(id)}`);
  if (status !== 200) return tellRefusal('dead', status, body);
  const letter = body as Letter;
  const { state, state_at, state_by, became } = letter;
  const done =
    state_at === undefined
      ? ''
      : ` by ${state_by} at ${state_at.slice(0, 19)}${became ? `: ${became.status}${became.letter ? `, letter ${became.letter}` : ''}` : ''}`;
  const lines = [
    `${letter.id}   ${letter.reason}   ${letter.type ?? 'no type'}   refused ${letter.at}`,
    ...(letter.problem === undefined ? [] : [letter.problem]),
    `partition ${letter.partition}, entry ${letter.entry}, place ${letter.item}`,
    `${state}${done}`,
    letter.text ?? letter.base64 ?? 'its bytes are not kept any more, or not for this role',
  ];
  process.stdout.write(flags.json ? `${JSON.stringify(letter)}\n` : `${lines.join('\n')}\n`);
  return 0;
}

async function work(flags: Flags, env: NodeJS.ProcessEnv, what: 'redrive' | 'drop', ids: readonly string[]) {
  const one = ids.length === 1;
  if (ids.length === 0 && flags.reason === undefined && flags.type === undefined)
    throw new WeirError('wrong_usage', `weir dead ${what}: which ones? give ids, --reason or --type`);
  const dry = flags['dry-run'] === true || (!one && flags.yes !== true);
  const request = {
    ...(ids.length > 0 ? { ids } : {}),
    ...(flags.reason === undefined ? {} : { reason: flags.reason }),
    ...(flags.type === undefined ? {} : { type: flags.type }),
    ...(flags.file === undefined ? {} : { text: readFileSync(flags.file, 'utf8') }),
    ...(flags.rate === undefined ? {} : { rate: readRate(flags.rate) }),
    dry_run: dry,
  };
  let [done, refused] = [0, 0];
  let after: string | undefined;
  do {
    const { status, body } = await ask(flags, env, `/v1/dead/${what}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(after === undefined ? request : { ...request, after }),
    });
    if (status !== 200) return tellRefusal('dead', status, body);
    const answer = body as Done;
    for (const letter of answer.letters)
      if (flags.json) process.stdout.write(`${JSON.stringify(letter)}\n`);
      else if (letter.outcome === 'refused')
        process.stderr.write(`${letter.id}: ${letter.problem ?? 'there is no such letter'}\n`);
    done += answer.sent ?? answer.dropped ?? 0;
    refused += answer.refused;
    after = answer.next;
  } while (after !== undefined);
  if (!flags.json) {
    const verb = what === 'redrive' ? 'sent again' : 'dropped';
    const still = what === 'redrive' ? `, ${refused} still invalid` : `, ${refused} cannot be`;
    process.stdout.write(
      dry ? `${done} would be ${verb}${still}; --yes does it\n` : `${done} ${verb}${still}\n`,
    );
  }
  return refused > 0 && done === 0 ? 1 : 0;
}

/** `50/s`, or `50`. */
function readRate(text: string): number {
  const rate = Number(/^(\d+(?:\.\d+)?)(?:\/s)?$/.exec(text)?.[1]);
  if (rate > 0) return rate;
  throw new WeirError('wrong_usage', `--rate must be so many a second, such as 50/s, is "${text}"`);
}
