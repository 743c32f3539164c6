/** `weir erase`: a person is taken out of everything that a running weir keeps. */

import { createInterface } from 'node:readline/promises';
import { WeirError } from '../core/errors.ts';
import { readArguments } from './arguments.ts';
import { ask } from './ask.ts';
import type { Verb } from './verb.ts';

export const eraseVerb: Verb = {
  usage: [
    'weir erase lead:ID [--dry-run] [--yes] [--url URL]',
    '',
    'Needs the token of an admin in WEIR_TOKEN, as soon as there are tokens. docs/privacy.md says what it covers.',
    '--dry-run  shows what would be removed, and removes nothing',
    '--yes      does not ask; without a terminal it has to be given',
    '',
    '  weir erase lead:123 --dry-run',
    '  weir erase lead:123 --yes',
  ].join('\n'),
  run: async (args, env) => {
    const flag = { type: 'boolean' } as const;
    const { flags, words } = readArguments(
      args,
      { 'dry-run': flag, yes: flag },
      { least: 1, most: 1, what: 'the person (lead:123)' },
    );
    const id = /^lead:(.+)$/s.exec(words[0] as string)?.[1];
    if (id === undefined) throw new WeirError('wrong_usage', `"${words[0]}" is not a person; write lead:ID`);
    const path = `/v1/leads/${id.split('/').map(encodeURIComponent).join('/')}`;
    const dry = flags['dry-run'] === true;
    if (!dry && !flags.yes && !(await isMeant(id))) return 4;
    const { status, body } = await ask(flags, env, dry ? `${path}?dry_run=true` : path, { method: 'DELETE' });
    if (status !== 200 && status !== 202) {
      const { title, detail } = body as { title?: string; detail?: string };
      process.stderr.write(
        `weir erase: ${[title ?? `answer ${status}`, detail].filter(Boolean).join('. ')}\n`,
      );
      return status === 401 || status === 403 ? 4 : status === 503 ? 3 : 1;
    }
    process.stdout.write(flags.json ? `${JSON.stringify(body)}\n` : told(body as Answer));
    return 0;
  },
};

/** Asks the person at the terminal; where there is none, nobody can have meant it without saying so. */
async function isMeant(id: string): Promise<boolean> {
  if (!process.stdin.isTTY)
    throw new WeirError('wrong_usage', `erasing lead ${id} cannot be undone: say --yes`);
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const answer = await terminal.question(`Erase lead ${id} for good? [y/N] `);
    return /^y(es)?$/i.test(answer.trim());
  } finally {
    terminal.close();
  }
}

interface Answer {
  readonly id: string;
  readonly event_id?: string;
  readonly gone_by: string;
  readonly would_remove?: Readonly<Record<string, Readonly<Record<string, number>> | null>>;
}

function told({ id, event_id, gone_by, would_remove }: Answer): string {
  const last = `the last copy in logs and dead letters goes by ${gone_by}`;
  if (would_remove === undefined) return `lead ${id} is being erased (event ${event_id}); ${last}\n`;
  const lines = Object.entries(would_remove).flatMap(([store, counts]) =>
    counts === null
      ? [`  ${store.padEnd(8)} none is kept`]
      : Object.entries(counts).map(([what, count]) => `  ${store.padEnd(8)} ${what.padEnd(16)} ${count}`),
  );
  return [`lead ${id}: would be removed or made anonymous`, ...lines, last, ''].join('\n');
}
