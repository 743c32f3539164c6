/** `weir top`: what a running weir does right now: rates, lag, slow rules, what waits and what was refused. */

import { setTimeout as sleep } from 'node:timers/promises';
import { WeirError } from '../core/errors.ts';
import { type Millis, parseDuration, SECOND } from '../core/units.ts';
import { readArguments } from './arguments.ts';
import { ask, askText } from './ask.ts';
import { type Outputs, standard } from './dispatch.ts';
import { untilStopped } from './stop-signals.ts';
import { tellRefusal } from './told-refusal.ts';
import { readMetrics, type Standing, standingOf, standingText } from './top/standing.ts';
import type { Verb } from './verb.ts';

const USUAL_PAUSE: Millis = 2 * SECOND;
/** Clears the screen and goes to its beginning. */
const AGAIN = '\x1b[H\x1b[2J';

export const topVerb: Verb = {
  usage: [
    'weir top [--every 2s] [--for 1m] [--url URL]',
    '',
    'Rates are those since the time before; the first look has none. On a terminal it is drawn anew each time, elsewhere',
    'it is printed once for each look.',
    '',
    '--every TIME  between two looks',
    '--for TIME    stop by itself; without a terminal after two looks',
    '--json        one JSON object for each look',
    '',
    '  weir top',
    '  weir top --every 10s --for 1h --json > standing.ndjson',
  ].join('\n'),
  run: (args, env) => runTop(args, env),
};

/** @returns the exit code */
export async function runTop(
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  { out }: Outputs = standard,
  terminal = process.stdout.isTTY === true,
): Promise<number> {
  const text = { type: 'string' } as const;
  const { flags } = readArguments(args, { every: text, for: text }, { least: 0, most: 0, what: '' });
  const every = durationOf('every', flags.every) ?? USUAL_PAUSE;
  const lasts = durationOf('for', flags.for) ?? (terminal ? Number.POSITIVE_INFINITY : every);
  const stopped = new AbortController();
  if (terminal) void untilStopped().then(() => stopped.abort());
  let before: Standing | undefined;
  for (let passed = 0; ; passed += every) {
    const { status, text: metrics } = await askText(flags, env, '/metrics');
    if (status !== 200) return tellRefusal('top', status, { title: `/metrics answered ${status}` });
    const actions = await ask(flags, env, '/v1/actions?status=pending&limit=200');
    const pending =
      actions.status === 200 ? (actions.body as { actions: readonly unknown[] }).actions.length : null;
    const standing: Standing = standingOf(readMetrics(metrics), Date.now(), pending, before);
    if (flags.json) out(`${JSON.stringify({ ...standing, raw: undefined })}\n`);
    else out(`${terminal ? AGAIN : ''}${standingText(standing)}\n`);
    before = standing;
    if (passed + every > lasts) return 0;
    await sleep(every, undefined, { signal: stopped.signal }).catch(() => undefined);
    if (stopped.signal.aborted) return 130;
  }
}

function durationOf(flag: string, text: string | undefined): Millis | undefined {
  if (text === undefined) return undefined;
  const duration = parseDuration(text);
  if (duration !== undefined && duration > 0) return duration;
  throw new WeirError('wrong_usage', `--${flag}: "${text}" is not a time such as 2s`);
}
