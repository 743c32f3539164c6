/** `weir tail`: events as they come and decisions as they are published; after a break it goes on where it was. */

import { setTimeout as sleep } from 'node:timers/promises';
import type { Decision } from '../core/decision.ts';
import { WeirError } from '../core/errors.ts';
import { parseDuration } from '../core/units.ts';
import { readArguments } from './arguments.ts';
import { authorization, baseUrl } from './ask.ts';
import { decisionLine } from './decision-line.ts';
import { eventLine, type ToldEvent } from './event-line.ts';
import { type ServerEvent, serverEvents } from './server-events.ts';
import { untilStopped } from './stop-signals.ts';
import { tellRefusal } from './told-refusal.ts';
import type { Verb } from './verb.ts';

const FLAGS = {
  type: { type: 'string' },
  rule: { type: 'string' },
  entity: { type: 'string' },
  topics: { type: 'string' },
  for: { type: 'string' },
} as const;
/** Between two tries, milliseconds. */
const PAUSE = 1_000;

export const tailVerb: Verb = {
  usage: [
    'weir tail [--type T] [--rule R] [--entity lead:1] [--topics events,decisions] [--for 10s] [--url URL]',
    '',
    '--type T              events of this type, and what they caused',
    '--rule R              what this rule decides, and events that may move it',
    '--entity E            about this entity',
    '--topics T            some of events, decisions (the usual two), anomalies, actions, stats',
    '--for TIME            stop by itself',
    '',
    'One JSON object a line with --json, or when it is not a terminal that listens: events have `type`, decisions',
    '`rule`. Personal fields are not shown.',
    '',
    '  weir tail --rule cpa_spike',
    '  weir tail --type content.completed --topics events',
    '  weir tail --entity lead:123 | jq .value',
  ].join('\n'),
  run: async (args, env) => {
    const { flags } = readArguments(args, FLAGS, { least: 0, most: 0, what: '' });
    const lasts = flags.for === undefined ? undefined : parseDuration(flags.for);
    if (flags.for !== undefined && lasts === undefined)
      throw new WeirError('wrong_usage', `--for: "${flags.for}" is not a time such as 10s`);
    const query = new URLSearchParams({ topics: flags.topics ?? 'events,decisions' });
    for (const name of ['rule', 'type', 'entity'] as const) {
      const value = flags[name];
      if (value !== undefined) query.set(name, value);
    }
    const url = new URL(`/v1/stream?${query}`, baseUrl(flags.url, env));
    const stopping = new AbortController();
    let interrupted = false;
    void untilStopped().then(() => {
      interrupted = true;
      stopping.abort();
    });
    if (lasts !== undefined) setTimeout(() => stopping.abort(), lasts).unref();
    const json = flags.json === true || !process.stdout.isTTY;
    const code = await follow(url, authorization(env), stopping.signal, (event) => {
      process.stdout.write(`${json ? JSON.stringify(event.data) : lineOf(event)}\n`);
    });
    return interrupted ? 130 : code;
  },
};

async function follow(
  url: URL,
  headers: Record<string, string>,
  signal: AbortSignal,
  tell: (event: ServerEvent) => void,
): Promise<number> {
  let place: string | undefined;
  for (let reached = false; !signal.aborted; ) {
    try {
      const known = place === undefined ? {} : { 'last-event-id': place };
      const answer = await fetch(url, { headers: { ...headers, ...known }, signal });
      if (answer.status !== 200) return tellRefusal('tail', answer.status, await answer.json());
      reached = true;
      for await (const event of serverEvents(answer.body ?? [])) {
        place = event.id ?? place;
        if (event.name === 'reset')
          process.stderr.write('what came in between is not kept any more: going on from now\n');
        else if (event.data !== undefined) tell(event);
      }
    } catch (error) {
      if (signal.aborted) break;
      if (!reached)
        throw new WeirError(
          'redis_away',
          `asking ${url.origin}: ${(error as Error).message}; start weir there (npm start), or give --url`,
        );
    }
    await sleep(PAUSE, undefined, { signal }).catch(() => undefined);
  }
  return 0;
}

interface ToldDecision extends Omit<Decision, 'time' | 'id'> {
  readonly decided_at: string;
  readonly decision_id: string;
}

function lineOf({ name, data }: ServerEvent): string {
  if (name === 'stats') return `stats    ${JSON.stringify(data)}`;
  if (name === 'event') return eventLine(data as ToldEvent, Date.now());
  const { decision = data } = data as { decision?: unknown };
  const { decided_at, decision_id, ...rest } = decision as ToldDecision;
  const time = Date.parse(decided_at);
  return decisionLine({ ...rest, id: decision_id, time }, Date.now());
}
