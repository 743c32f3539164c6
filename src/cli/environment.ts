/** The environment: the only place that reads it, besides the set-up step. */

import { hostname } from 'node:os';
import { WeirError } from '../core/errors.ts';
import { DAY, MINUTE, type Millis, parseDuration } from '../core/units.ts';
import { secretOf } from './subscription-secrets.ts';

export interface Environment {
  /** Absent: an embedded redis-server. */
  readonly redisUrl: string | undefined;
  /** Absent: an embedded PostgreSQL, or no history where `redisUrl` is given. */
  readonly databaseUrl?: string | undefined;
  /** Users of that database who may only write, and only read; the first one where they are absent. */
  readonly databaseWriteUrl?: string | undefined;
  readonly databaseReadUrl?: string | undefined;
  /** Events are kept this long, by their time; `null`: for good. */
  readonly historyKeep?: Millis | null | undefined;
  /** Logs, outboxes and dead letters are kept this long. */
  readonly logKeep?: Millis | undefined;
  readonly host: string;
  readonly port: number;
  /** Where rule files are. */
  readonly config: string;
  /** Where embedded servers and progress files keep their data. */
  readonly data: string;
  /** The file of the tokens for HTTP, where it is not in `data`. */
  readonly tokens?: string | undefined;
  /** What the verbs that talk to a running weir show it. */
  readonly token?: string | undefined;
  /** Of one token, or of one address without one. */
  readonly requestsPerSecond?: number | undefined;
  readonly instance: string;
  /** What a `secret:` of weir.yaml names; nothing where it is absent. */
  readonly secret?: (name: string) => string | undefined;
  /** Which part of the partitions this instance asks for first. */
  readonly share?: { readonly index: number; readonly of: number } | undefined;
}

export function readEnvironment(env: NodeJS.ProcessEnv = process.env): Environment {
  const port = Number(env.PORT ?? 8080);
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new WeirError(
      'wrong_usage',
      `reading PORT: "${env.PORT}" is not a port; give a number from 0 to 65535`,
    );
  return {
    redisUrl: env.REDIS_URL || undefined,
    databaseUrl: env.DATABASE_URL || undefined,
    databaseWriteUrl: env.DATABASE_WRITE_URL || undefined,
    databaseReadUrl: env.DATABASE_READ_URL || undefined,
    historyKeep: readKeep(env.WEIR_HISTORY_KEEP),
    logKeep: readLogKeep(env.WEIR_LOG_KEEP),
    host: env.HOST ?? '127.0.0.1',
    port,
    config: env.WEIR_CONFIG ?? 'config',
    data: env.WEIR_DATA ?? '.weir',
    tokens: env.WEIR_TOKENS || undefined,
    token: env.WEIR_TOKEN || undefined,
    requestsPerSecond: readRate(env.WEIR_REQUESTS_PER_SECOND),
    instance: env.WEIR_INSTANCE ?? hostname(),
    share: readShare(env.WEIR_SHARE),
    secret: (name) => secretOf(name, env),
  };
}

/** `24h`, and no longer: an erasure is to be complete within a day. */
function readLogKeep(text: string | undefined): Millis | undefined {
  if (text === undefined || text === '') return undefined;
  const keep = parseDuration(text);
  if (keep !== undefined && keep >= MINUTE && keep <= DAY) return keep;
  throw new WeirError(
    'wrong_usage',
    `reading WEIR_LOG_KEEP: "${text}" is not how long to keep logs; write 6h, from 1m to 24h`,
  );
}

/** `400d`, or `forever`. */
function readKeep(text: string | undefined): Environment['historyKeep'] {
  if (text === undefined || text === '') return undefined;
  if (text === 'forever') return null;
  const keep = parseDuration(text);
  if (keep === undefined || keep < DAY)
    throw new WeirError(
      'wrong_usage',
      `reading WEIR_HISTORY_KEEP: "${text}" is not how long to keep events; write 400d, at least 1d, or forever`,
    );
  return keep;
}

function readRate(text: string | undefined): number | undefined {
  if (text === undefined || text === '') return undefined;
  const rate = Number(text);
  if (Number.isInteger(rate) && rate >= 1) return rate;
  throw new WeirError(
    'wrong_usage',
    `reading WEIR_REQUESTS_PER_SECOND: "${text}" is not how many requests a second a caller may make; write 1000`,
  );
}

/** `0/2` and `1/2` for two instances. */
function readShare(text: string | undefined): Environment['share'] {
  if (text === undefined || text === '') return undefined;
  const [index, of] = (/^(\d{1,4})\/(\d{1,4})$/.exec(text) ?? []).slice(1).map(Number);
  if (index === undefined || of === undefined || index >= of)
    throw new WeirError(
      'wrong_usage',
      `reading WEIR_SHARE: "${text}" is not a share; the first of two instances has 0/2`,
    );
  return { index, of };
}
