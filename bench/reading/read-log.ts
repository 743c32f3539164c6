/** One reader reads one log to its end, in a process of its own. */

import { connect } from '../../src/processor/redis-connection.ts';
import { RespStreamReader } from '../../src/processor/resp-stream-reader.ts';
import { SingleConnection } from '../../src/processor/single-connection.ts';
import type { StreamReader } from '../../src/processor/stream-reader.ts';
import { openRedis } from '../bench-redis.ts';
import { onJob } from '../child.ts';
import { type Measured, measure } from '../measure.ts';
import { IoredisStreamReader } from './ioredis-stream-reader.ts';

export interface ReadJob {
  readonly reader: keyof typeof READERS;
  readonly path: string;
  readonly key: string;
  readonly count: number;
  /** Read so often, so that there is something to measure. */
  readonly times: number;
}

const READERS = {
  own: (path: string): StreamReader => new RespStreamReader(connect({ path })),
  ioredis: (path: string): StreamReader => new IoredisStreamReader(new SingleConnection({ path })),
};

onJob(async ({ reader, path, key, count, times }: ReadJob): Promise<Measured> => {
  const redis = openRedis(path);
  const opened = READERS[reader](path);
  await opened.read(key, '0-0', 1, 0);
  const measured = await measure(redis, async () => {
    let entries = 0;
    for (let time = 0; time < times; time++)
      for (let after = '0-0'; ; ) {
        const elements = await opened.read(key, after, count, 0);
        const last = elements.at(-1);
        if (!last) break;
        entries += elements.length;
        after = last[0];
      }
    return entries;
  });
  await opened.close();
  redis.disconnect();
  return measured;
});
