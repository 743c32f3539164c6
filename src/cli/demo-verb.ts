/** `weir demo`: own servers, a bundled day of an agency faster than real time, then live traffic. */

import { rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { WeirError } from '../core/errors.ts';
import { parseDuration } from '../core/units.ts';
import { PUBLIC_STREAM, systemClock } from '../processor/processor.ts';
import { readArguments, wholeNumber } from './arguments.ts';
import { DecisionLines } from './demo/decision-lines.ts';
import type { DemoEvent } from './demo/demo-event.ts';
import { patiently } from './demo/patiently.ts';
import { standInConnector } from './demo/stand-in-connector.ts';
import { demoDay } from './demo-day.ts';
import { readEnvironment } from './environment.ts';
import { type House, openHouse } from './house.ts';
import { liveTraffic } from './live-traffic.ts';
import { Progress } from './progress.ts';
import { untilStopped } from './stop-signals.ts';
import type { Verb } from './verb.ts';
import { watchConfig } from './watch-config.ts';

const BATCH = 500;

export const demoVerb: Verb = {
  usage:
    'weir demo [--for 20s] [--seed N]\n\n  Edits of the rule files come into force while it runs, once they pass check and tests.\n\n  --for TIME  stop by itself\n  --seed N    another day\n\n  weir demo\n  weir demo --for 20s --seed 3',
  run: async (args, env) => {
    const flagsOf = { for: { type: 'string' }, seed: { type: 'string' } } as const;
    const { flags } = readArguments(args, flagsOf, { least: 0, most: 0, what: '' });
    const lasts = flags.for === undefined ? undefined : parseDuration(flags.for);
    if (flags.for !== undefined && lasts === undefined)
      throw new WeirError('wrong_usage', `--for: "${flags.for}" is not a time such as 20s`);
    const seed = wholeNumber('seed', flags.seed, 0) ?? 7;
    const given = readEnvironment(env);
    const data = join(given.data, 'demo');
    if (given.redisUrl === undefined) await rm(data, { recursive: true, force: true });
    const port = env.PORT === undefined && !(await isFree(given.host, given.port)) ? 0 : given.port;
    // a Redis that lives for one demo must not write into a database that stays
    const databaseUrl = given.redisUrl === undefined ? undefined : given.databaseUrl;
    const environment = { ...given, databaseUrl, data, port, config: flags.config ?? given.config };
    const stopped = new AbortController();
    void untilStopped().then(() => stopped.abort());
    const house = await openHouse({
      environment,
      clockMode: 'log',
      onNotice: (notice, context) => process.stderr.write(`${notice} ${JSON.stringify(context)}\n`),
    });
    // from here on: how long the servers take to start depends on the machine
    void watchConfig(environment.config, systemClock, stopped.signal, async () => {
      const { message } = await house.reload();
      process.stderr.write(`${message}\n`);
    });
    if (lasts !== undefined) setTimeout(() => stopped.abort(), lasts).unref();
    try {
      await play(house, seed, stopped.signal);
    } finally {
      await house.close();
    }
    return 0;
  },
};

async function play(house: House, seed: number, signal: AbortSignal): Promise<void> {
  const { partitions } = house.rules.wanted.settings;
  const lines = new DecisionLines(house.connection, partitions, print);
  const watching = lines.watch(signal);
  const connecting = standInConnector(house.connection, signal);
  // heard of at the end
  for (const running of [watching, connecting]) running.catch(() => undefined);
  const end = Date.now();
  const day = demoDay(seed, end);
  print(`weir demo: ${day.length} events of an agency's day, then live traffic\n\n`);
  print(`  dashboard  ${house.url}/\n`);
  for (const path of addresses(day)) print(`             ${house.url}${path}\n`);
  print('\n');
  const rate = await replay(house, day, end, signal);
  if (!signal.aborted) {
    print(`\nthe day is replayed (${rate} events/s); from here on it is live. Ctrl-C ends.\n\n`);
    house.processor.clockMode = 'live';
    lines.everything = true;
    await live(house, seed, signal);
  }
  // a Redis that is still busy ends no demo with an error
  const lag = await house.processor.lag().then(
    ({ entries }) => entries,
    () => null,
  );
  const events = await house.meter.total('weir_events_applied_total');
  await watching;
  await connecting;
  print(`${JSON.stringify({ events, decisions: lines.count, lag, events_per_second: rate })}\n`);
}

/** A lead, a campaign and what else a newcomer may want to open first. */
function addresses(day: readonly DemoEvent[]): string[] {
  const lead = day.findLast((event) => event.type === 'content.completed')?.data.lead_id;
  const campaign = day.findLast((event) => event.type === 'campaign.click')?.data.campaign_id;
  return [`/leads/${lead}`, `/campaigns/${campaign}`, `/v1/leads/${lead}/explain`, '/docs', '/metrics'];
}

/** Sends the day through the public stream and waits until it is worked off; answers events a second. */
async function replay(
  house: House,
  day: readonly DemoEvent[],
  end: number,
  signal: AbortSignal,
): Promise<number> {
  const bar = new Progress({
    title: 'replaying the day',
    unit: 'events',
    output: process.stderr,
    now: Date.now,
  });
  const begun = Date.now();
  for (let from = 0; from < day.length && !signal.aborted; from += BATCH) {
    await send(house, day.slice(from, from + BATCH), signal);
    bar.update((from + BATCH) / day.length, from);
  }
  const drained = () => patiently(signal, () => house.processor.drained());
  while (!signal.aborted && !(await drained())) await sleep(100);
  bar.clear();
  const rate = Math.round((day.length * 1000) / Math.max(1, Date.now() - begun));
  // the day is over everywhere: every partition's time moves to its end
  const tick = { d: JSON.stringify({ type: 'tick', time: end }) };
  await Promise.all(house.processor.logs.map((log) => patiently(signal, () => log.append(tick))));
  while (!signal.aborted && !(await drained())) await sleep(50);
  return rate;
}

async function live(house: House, seed: number, signal: AbortSignal): Promise<void> {
  let due: DemoEvent[] = [];
  for (const event of liveTraffic(seed, Date.now())) {
    if (signal.aborted) return;
    due.push(event);
    if (event.time <= Date.now()) continue;
    await send(house, due, signal);
    due = [];
    await sleep(Math.max(0, event.time - Date.now()), undefined, { signal }).catch(() => undefined);
  }
}

/** What is sent again has the same ids, and counts once. */
async function send(house: House, events: readonly DemoEvent[], signal: AbortSignal): Promise<void> {
  if (events.length === 0) return;
  await patiently(signal, () =>
    house.connection.ask('sending events', async (redis) => {
      await Promise.all(events.map((event) => redis.xadd(PUBLIC_STREAM, '*', 'd', JSON.stringify(event))));
    }),
  );
}

function isFree(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen(port, host, () => probe.close(() => resolve(true)));
  });
}

function print(text: string): void {
  process.stdout.write(text);
}
