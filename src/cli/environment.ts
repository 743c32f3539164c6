/** The environment: the only place that reads it, besides the set-up step. */

import { hostname } from 'node:os';
import { WeirError } from '../core/errors.ts';

export interface Environment {
  /** Absent: an embedded redis-server. */
  readonly redisUrl: string | undefined;
  /** Absent: an embedded PostgreSQL, or no history where `redisUrl` is given. */
  readonly databaseUrl?: string | undefined;
  readonly host: string;
  readonly port: number;
  /** Where rule files are. */
  readonly config: string;
  /** Where embedded servers and progress files keep their data. */
  readonly data: string;
  readonly instance: string;
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
    host: env.HOST ?? '127.0.0.1',
    port,
    config: env.WEIR_CONFIG ?? 'config',
    data: env.WEIR_DATA ?? '.weir',
    instance: env.WEIR_INSTANCE ?? hostname(),
  };
}
