/** `weir run`: the service. */

import { WeirError } from '../core/errors.ts';
import { type Millis, parseDuration, SECOND } from '../core/units.ts';
import { systemClock } from '../processor/processor.ts';
import { readArguments } from './arguments.ts';
import { readEnvironment } from './environment.ts';
import { openHouse } from './house.ts';
import { openLog } from './log-line.ts';
import { endOwnProcesses } from './own-process.ts';
import { untilStopped } from './stop-signals.ts';
import type { Verb } from './verb.ts';
import { version } from './version.ts';
import { watchConfig } from './watch-config.ts';

/** An idle owner renews its lease about once a second: a shorter lease would run out in between. */
const SHORTEST_TTL: Millis = 2 * SECOND;

export const runVerb: Verb = {
  usage: [
    'weir run [--watch] [--config DIR] [--clock live|log] [--ttl 5s]',
    '',
    'REDIS_URL      redis://…, rediss://… or unix:/path; without it an own redis-server under WEIR_DATA',
    'DATABASE_URL   postgres://…, where decisions are kept for good; without it an own PostgreSQL under',
    '               WEIR_DATA, or no history where REDIS_URL is given',
    'HOST, PORT     where HTTP listens (127.0.0.1, 8080)',
    'WEIR_CONFIG    the rule files (config); WEIR_DATA  data of own servers (.weir)',
    'WEIR_INSTANCE  the name of this instance: unique, and the same after a restart (the host’s name)',
    'WEIR_SHARE     0/2 and 1/2 for two instances: which partitions each asks for first',
    '',
    '--watch        edits of the rule files come into force by themselves, once they pass check and tests',
    'SIGHUP reads the rule files again: a good set goes into every log, a bad one changes nothing.',
    'SIGTERM and Ctrl-C commit what was read and release the partitions.',
    '--clock log    time comes from the events alone: for imports and replays',
    '--ttl 5s       how long a partition stays with an instance that falls silent, before another takes over',
    '',
    '  weir run --watch',
    '  REDIS_URL=redis://redis:6379 DATABASE_URL=postgres://weir@db/weir HOST=0.0.0.0 weir run',
  ].join('\n'),
  run: async (args, env) => {
    const own = { clock: { type: 'string' }, ttl: { type: 'string' }, watch: { type: 'boolean' } } as const;
    const { flags } = readArguments(args, own, { least: 0, most: 0, what: '' });
    const ttl = readTtl(flags.ttl);
    const given = readEnvironment(env);
    const environment = { ...given, config: flags.config ?? given.config };
    const log = openLog();
    const house = await openHouse({
      environment,
      clockMode: flags.clock === 'log' ? 'log' : 'live',
      ...(ttl === undefined ? {} : { ttl }),
      onNotice: log.notice,
    });
    const { kinds, hash } = house.rules.wanted;
    const nodes = kinds.flatMap((kind) => kind.nodes);
    const rules = nodes.filter((node) => node.type === 'rule').length;
    process.stdout.write(
      `weir ${version()}  ${rules} rules  ${nodes.length - rules} features  ${house.url}  (${hash})\n`,
    );
    const reload = async () => {
      const { ok, message } = await house.reload().catch((error: unknown) => {
        if (!(error instanceof WeirError)) throw error;
        return { ok: false, message: error.message };
      });
      (ok ? log.info : log.notice)(message, { reload: ok });
    };
    process.on('SIGHUP', () => void reload());
    const watching = new AbortController();
    if (flags.watch) void watchConfig(environment.config, systemClock, watching.signal, reload);
    try {
      await Promise.race([untilStopped(), house.running]);
    } finally {
      watching.abort();
      endOwnProcesses();
      await house.close();
    }
    return 0;
  },
};

function readTtl(text: string | undefined): Millis | undefined {
  if (text === undefined) return undefined;
  const ttl = parseDuration(text);
  if (ttl !== undefined && ttl >= SHORTEST_TTL) return ttl;
  throw new WeirError('wrong_usage', `--ttl must be a duration of 2s or more, is "${text}"`);
}
