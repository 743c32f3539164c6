/** `weir explain`: why each result of an entity is what it is, now or at a time in the past, and when it changes by itself. */

import { WeirError } from '../core/errors.ts';
import { parseInstant } from '../core/instant.ts';
import { type Millis, parseDuration } from '../core/units.ts';
import { explain } from '../step/explain.ts';
import { openKeptLog } from '../store/read/kept-log.ts';
import { readArguments } from './arguments.ts';
import { ask } from './ask.ts';
import { type Outputs, standard } from './dispatch.ts';
import { readEnvironment } from './environment.ts';
import {
  type Explanation,
  explanationText,
  type PastExplanation,
  pastText,
} from './explain/explanation-text.ts';
import { replayedEntity } from './explain/replayed-entity.ts';
import { borrowHistory } from './open-history.ts';
import { readPastRules } from './past-rules.ts';
import { Progress } from './progress.ts';
import { tellRefusal } from './told-refusal.ts';
import type { Verb } from './verb.ts';

const COLLECTIONS: Readonly<Record<string, string>> = {
  lead: 'leads',
  campaign: 'campaigns',
  channel: 'channels',
  source: 'sources',
  platform: 'platforms',
  category: 'categories',
};
/** The kind with one entity, whose address has no id. */
const ALL = 'all';

export const explainVerb: Verb = {
  usage: [
    'weir explain KIND:ID [RULE] [--at TIME [--replay]] [--url URL]',
    '',
    '--at TIME   as it was then (2026-11-17T09:00Z, or 2h for two hours ago): the last decision of each rule until',
    '            then, with the values it was made from',
    '--replay    with --at: reads the history up to then, each entry under the rules of its time, so that everything',
    '            is known, also what was not decided. Takes as long as weir diff; asks DATABASE_URL, no running weir',
    '--json      one JSON object',
    '',
    '  weir explain lead:123',
    '  weir explain channel:c1/jooble cpa_spike',
    '  weir explain lead:123 conversion --at 2026-11-17T09:00:00Z --replay',
    '  weir explain all',
  ].join('\n'),
  run: (args, env) => runExplain(args, env),
};

/** @returns the exit code */
export async function runExplain(
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  { out, err }: Outputs = standard,
): Promise<number> {
  const flagsOf = { at: { type: 'string' }, replay: { type: 'boolean' } } as const;
  const { flags, words } = readArguments(args, flagsOf, {
    least: 1,
    most: 2,
    what: 'the entity (lead:123)',
  });
  const [key, rule] = words as [string, string?];
  const { kind, id } = entityOf(key);
  const at = flags.at === undefined ? undefined : timeOf(flags.at);
  if (flags.replay && at === undefined)
    throw new WeirError('wrong_usage', '--replay reads the history up to a time: give --at too');
  const print = <Told>(told: Told, text: (told: Told) => string) => {
    out(flags.json ? `${JSON.stringify(told)}\n` : text(told));
    return 0;
  };
  if (flags.replay) {
    const told = await replayed(env, { kind, id, rule, at: at as Millis });
    if (told) return print(told, explanationText);
    err(`weir explain: no event about ${key} had arrived by then\n`);
    return 1;
  }
  const query = new URLSearchParams();
  if (rule !== undefined) query.set('rule', rule);
  if (at !== undefined) query.set('at', new Date(at).toISOString());
  const path = kind === ALL ? ALL : `${COLLECTIONS[kind]}/${id.split('/').map(encodeURIComponent).join('/')}`;
  const { status, body } = await ask(flags, env, `/v1/${path}/explain?${query}`);
  if (status !== 200) return tellRefusal('explain', status, body);
  return at === undefined
    ? print(body as Explanation, explanationText)
    : print(body as PastExplanation, pastText);
}

function entityOf(key: string): { kind: string; id: string } {
  if (key === ALL) return { kind: ALL, id: ALL };
  const colon = key.indexOf(':');
  const kind = key.slice(0, colon);
  if (colon > 0 && COLLECTIONS[kind]) return { kind, id: key.slice(colon + 1) };
  throw new WeirError(
    'wrong_usage',
    `"${key}" is not an entity; kinds: ${Object.keys(COLLECTIONS).join(', ')}; or ${ALL}`,
  );
}

function timeOf(text: string): Millis {
  const before = parseDuration(text);
  const time = before === undefined ? parseInstant(text) : Date.now() - before;
  if (time !== undefined) return time;
  throw new WeirError(
    'wrong_usage',
    `--at: "${text}" is not a time such as 2026-11-17T09:00:00Z, nor a duration before now such as 2h`,
  );
}

async function replayed(
  env: NodeJS.ProcessEnv,
  question: { kind: string; id: string; rule: string | undefined; at: Millis },
): Promise<Explanation | undefined> {
  const history = await borrowHistory(readEnvironment(env));
  const bar = new Progress({
    title: 'reading the history',
    unit: 'events',
    output: process.stderr,
    now: Date.now,
  });
  try {
    const past = await readPastRules(history.database);
    const log = await openKeptLog(history.database);
    const found = await replayedEntity(log, past, question, (share, events) => bar.update(share, events));
    bar.clear();
    if (!found) return undefined;
    const { entity, streamTime, decided, events, from, rules } = found;
    const results = explain(entity, streamTime, decided).filter(
      ({ rule }) => question.rule === undefined || rule === question.rule,
    );
    const { kind, id } = question;
    const since = new Date(from).toISOString().slice(0, 16);
    const made_from = `replayed from ${events} events since ${since}, under rule set ${rules}`;
    return { kind, id, stream_time: new Date(streamTime).toISOString(), made_from, results };
  } finally {
    bar.clear();
    await history.close();
  }
}
