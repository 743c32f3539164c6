/** The house as every bench opens it: the shipped rules or a bench's own, on the bench's own server, any free port. */

import { fileURLToPath } from 'node:url';
import type { HouseOptions } from '../src/cli/house.ts';

export const CONFIG = fileURLToPath(new URL('../config', import.meta.url));

/**
 * @param databaseUrl of the history, where one is kept
 * @param data where tokens are; without any, callers on this machine may do everything
 */
export function houseOptions(
  path: string,
  clockMode: 'live' | 'log',
  databaseUrl?: string,
  config = CONFIG,
  data = '.weir',
): HouseOptions {
  return {
    environment: {
      redisUrl: `unix:${path}`,
      databaseUrl,
      host: '127.0.0.1',
      port: 0,
      config,
      data,
      instance: 'bench',
      requestsPerSecond: 1_000_000,
    },
    clockMode,
    onNotice: (notice, context) => process.stderr.write(`  notice: ${notice} ${JSON.stringify(context)}\n`),
  };
}
