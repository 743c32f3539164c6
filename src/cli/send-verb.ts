/** `weir send`: one event by hand, checked before it is stored. */

import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { WeirError } from '../core/errors.ts';
import { newEventId } from '../core/event-id.ts';
import { readArguments } from './arguments.ts';
import { ask } from './ask.ts';
import { refusalCode, tellRefusal } from './told-refusal.ts';
import type { Verb } from './verb.ts';

export const sendVerb: Verb = {
  usage: [
    'weir send TYPE FIELD=VALUE…  [--url URL]',
    'weir send -f FILE.ndjson      [--url URL]',
    '',
    'id, time and event_source name the envelope; every other field is the event’s own. A value that is JSON',
    '(a number, true, an array, an object) is sent as such, everything else as text.',
    '',
    'It answers with the id of the event, and how many features it feeds and rules it may move (with --json their',
    'names), where the token may read.',
    '',
    '-f sends a file, an event a line; what is refused is told with its line, and the exit code is 1. For large',
    'files and those of other shapes there is weir import.',
    '',
    '  weir send content.completed lead_id=123 content_id=guide-1',
    '  weir send -f today.ndjson',
  ].join('\n'),
  run: async (args, env) => {
    const { flags, words } = readArguments(
      args,
      { file: { type: 'string', short: 'f' } },
      { least: 0, most: 1000, what: '' },
    );
    const [type, ...pairs] = words;
    if (flags.file !== undefined) {
      if (type !== undefined) throw new WeirError('wrong_usage', `"${type}" does not go with --file`);
      return sendFile(flags.file, flags, env);
    }
    if (type === undefined) throw new WeirError('wrong_usage', 'missing: the event’s type, or -f FILE');
    const event = eventOf(type, pairs);
    const { status, body } = await ask(flags, env, '/v1/events', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(event),
    });
    if (status === 202) {
      const touched = await touchedBy(type, flags, env);
      if (flags.json)
        process.stdout.write(`${JSON.stringify({ ...(body as object), id: event.id, ...touched })}\n`);
      else process.stdout.write(`202 ${event.id}${arrow(touched)}\n`);
      return 0;
    }
    if (flags.json) process.stdout.write(`${JSON.stringify(body)}\n`);
    const { title, detail } = body as { title?: string; detail?: string };
    process.stderr.write(`${status} ${title ?? 'refused'}${detail === undefined ? '' : `: ${detail}`}\n`);
    return refusalCode(status);
  },
};

interface Touched {
  readonly features: readonly string[];
  readonly rules: readonly string[];
}

/** Undefined where the caller may send and not read. */
async function touchedBy(
  type: string,
  flags: Parameters<typeof ask>[0],
  env: NodeJS.ProcessEnv,
): Promise<Touched | undefined> {
  const { status, body } = await ask(flags, env, `/v1/event-types/${encodeURIComponent(type)}`);
  if (status !== 200) return undefined;
  const { features, rules } = body as Touched;
  return { features, rules };
}

/** ` → 3 features, 2 rules`. */
function arrow(touched: Touched | undefined): string {
  if (!touched) return '';
  const many = (count: number, word: string) => `${count} ${word}${count === 1 ? '' : 's'}`;
  return ` → ${many(touched.features.length, 'feature')}, ${many(touched.rules.length, 'rule')}`;
}

/** Lines of one request; the server takes a thousand events at once. */
const LINES = 500;

/** 1 where any line was refused. */
async function sendFile(
  path: string,
  flags: Parameters<typeof ask>[0],
  env: NodeJS.ProcessEnv,
): Promise<number> {
  const lines = readLines(path);
  let accepted = 0;
  let refused = 0;
  for (let from = 0; from < lines.length; from += LINES) {
    const batch = lines.slice(from, from + LINES);
    const { status, body } = await ask(flags, env, '/v1/events', {
      method: 'POST',
      headers: { 'content-type': 'application/x-ndjson' },
      body: `${batch.map(({ text }) => text).join('\n')}\n`,
    });
    const { accepted: taken = 0, rejected = [] } = body as { accepted?: number; rejected?: Refused[] };
    if (status !== 202 && rejected.length === 0) {
      process.stderr.write(`${accepted} events were sent before\n`);
      return tellRefusal('send', status, body);
    }
    accepted += taken;
    refused += rejected.length;
    for (const { index, problem } of rejected)
      process.stderr.write(`${path}:${batch[index]?.line}: ${problem}\n`);
  }
  process.stdout.write(`${accepted} sent, ${refused} refused\n`);
  return refused > 0 ? 1 : 0;
}

interface Refused {
  readonly index: number;
  readonly problem: string;
}

function readLines(path: string): { readonly line: number; readonly text: string }[] {
  let whole: string;
  try {
    whole = readFileSync(path, 'utf8');
  } catch (error) {
    throw new WeirError('wrong_usage', `reading ${path}: ${(error as Error).message}`);
  }
  return whole.split('\n').flatMap((text, i) => (text.trim() === '' ? [] : [{ line: i + 1, text }]));
}

function eventOf(type: string, pairs: readonly string[]) {
  const fields: Record<string, unknown> = {};
  for (const pair of pairs) {
    const at = pair.indexOf('=');
    if (at < 1) throw new WeirError('wrong_usage', `"${pair}" is not FIELD=VALUE`);
    fields[pair.slice(0, at)] = fieldValue(pair.slice(at + 1));
  }
  const { id = newEventId(Date.now(), randomBytes(16)), time, event_source: source, ...data } = fields;
  return {
    id,
    type,
    ...(time === undefined ? {} : { time }),
    ...(source === undefined ? {} : { source }),
    data,
  };
}

function fieldValue(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
