/** `weir bench`: what this machine does with these rules, on a Redis of its own that is gone afterwards. */

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WeirError } from '../core/errors.ts';
import { startEmbeddedRedis } from '../processor/embedded-redis.ts';
import { readArguments, wholeNumber } from './arguments.ts';
import { benchLoad } from './bench/bench-load.ts';
import { readEnvironment } from './environment.ts';
import { openHouse } from './house.ts';
import { untilStopped } from './stop-signals.ts';
import { type Metrics, readMetrics } from './top/standing.ts';
import type { Verb } from './verb.ts';

const SECONDS = 10;

export const benchVerb: Verb = {
  usage: [
    'weir bench [--seconds 10] [--seed N] [--config DIR]',
    '',
    'Sends the traffic of the demo to a weir of its own with these rules, without a history and without HTTP traffic:',
    'half of the time as much as it takes, which gives events a second; then half as much, steadily, which gives how',
    'old events are when they are applied. It touches no running weir.',
    '',
    '--seconds N  how long both take together',
    '--seed N     other traffic',
    '--json       one JSON object',
    '',
    '  weir bench',
    '  weir bench --seconds 30 --config proposal',
  ].join('\n'),
  run: async (args, env) => {
    const flagsOf = { seconds: { type: 'string' }, seed: { type: 'string' } } as const;
    const { flags } = readArguments(args, flagsOf, { least: 0, most: 0, what: '' });
    const seconds = wholeNumber('seconds', flags.seconds, 1) ?? SECONDS;
    if (seconds > 3600) throw new WeirError('wrong_usage', '--seconds must be at most 3600');
    const seed = wholeNumber('seed', flags.seed, 0) ?? 7;
    const given = readEnvironment(env);
    const data = await mkdtemp(join(tmpdir(), 'weir-bench-'));
    const stopping = new AbortController();
    void untilStopped().then(() => stopping.abort());
    try {
      const redis = await startEmbeddedRedis(join(data, 'redis'));
      const house = await openHouse({
        environment: { ...given, data, port: 0, host: '127.0.0.1', config: flags.config ?? given.config },
        servers: { redis: redis.target, database: undefined, stop: () => redis.stop() },
        clockMode: 'live',
        onNotice: () => undefined,
      });
      try {
        const load = await benchLoad(house, seed, (seconds * 1000) / 2, stopping.signal);
        const rules = ruleTimes(readMetrics(await house.meter.registry.metrics()));
        process.stdout.write(flags.json ? `${JSON.stringify({ ...load, rules })}\n` : benchText(load, rules));
      } finally {
        await house.close();
      }
    } finally {
      await rm(data, { recursive: true, force: true });
    }
    return stopping.signal.aborted ? 130 : 0;
  },
};

type Load = Awaited<ReturnType<typeof benchLoad>>;

interface RuleTime {
  readonly rule: string;
  /** Mean of a run, of those that were timed. */
  readonly microseconds: number;
}

/** The dearest first. */
function ruleTimes(metrics: Metrics): RuleTime[] {
  const counts = new Map(
    metrics
      .filter(({ name }) => name === 'weir_rule_duration_seconds_count')
      .map(({ labels, value }) => [labels.rule, value] as const),
  );
  return metrics
    .filter(({ name }) => name === 'weir_rule_duration_seconds_sum')
    .flatMap(({ labels: { rule = '' }, value }) => {
      const count = counts.get(rule) ?? 0;
      return count === 0 ? [] : [{ rule, microseconds: Math.round((value * 1e7) / count) / 10 }];
    })
    .sort((a, b) => b.microseconds - a.microseconds);
}

function benchText({ events, events_per_second, steady_per_second, age }: Load, rules: RuleTime[]): string {
  const ms = (seconds: number | null) => (seconds === null ? '–' : `${Math.round(seconds * 1000)} ms`);
  return [
    `${events_per_second.toLocaleString('en')} events/s   (${events.toLocaleString('en')} events, closed loop)`,
    `age p50 ${ms(age.p50)}, p99 ${ms(age.p99)}   at ${steady_per_second.toLocaleString('en')} events/s`,
    'µs a run of each rule',
    ...rules.map(({ rule, microseconds }) => `  ${rule.padEnd(28)} ${microseconds.toFixed(1).padStart(8)}`),
    '',
  ].join('\n');
}
