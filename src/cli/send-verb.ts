/** `weir send`: one event by hand, checked before it is stored. */

import { randomUUID } from 'node:crypto';
import { WeirError } from '../core/errors.ts';
import { readArguments } from './arguments.ts';
import { ask } from './ask.ts';
import type { Verb } from './verb.ts';

export const sendVerb: Verb = {
  usage: [
    'weir send TYPE FIELD=VALUE…  [--url URL]',
    '',
    'id, time and event_source name the envelope; every other field is the event’s own. A value that is JSON',
    '(a number, true, an array, an object) is sent as such, everything else as text.',
    '',
    '  weir send content.completed lead_id=123 content_id=guide-1',
  ].join('\n'),
  run: async (args, env) => {
    const { flags, words } = readArguments(args, {}, { least: 1, most: 1000, what: 'the event’s type' });
    const [type, ...pairs] = words;
    const event = eventOf(type as string, pairs);
    const { status, body } = await ask(flags, env, '/v1/events', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(event),
    });
    if (flags.json) process.stdout.write(`${JSON.stringify(body)}\n`);
    else if (status === 202) process.stdout.write(`202 ${event.id}\n`);
    if (status === 202) return 0;
    const { title, detail } = body as { title?: string; detail?: string };
    process.stderr.write(`${status} ${title ?? 'refused'}${detail === undefined ? '' : `: ${detail}`}\n`);
    return 1;
  },
};

function eventOf(type: string, pairs: readonly string[]) {
  const fields: Record<string, unknown> = {};
  for (const pair of pairs) {
    const at = pair.indexOf('=');
    if (at < 1) throw new WeirError('wrong_usage', `"${pair}" is not FIELD=VALUE`);
    fields[pair.slice(0, at)] = fieldValue(pair.slice(at + 1));
  }
  const { id = randomUUID(), time, event_source: source, ...data } = fields;
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
