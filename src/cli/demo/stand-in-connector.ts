/** A connector for the demo: nothing is changed anywhere, and every action that goes out is reported as carried out. */

import { setTimeout as sleep } from 'node:timers/promises';
import type { Millis } from '../../core/units.ts';
import { ACTION_STREAM } from '../../processor/action-stream.ts';
import { PUBLIC_STREAM } from '../../processor/processor.ts';
import type { RedisConnection } from '../../processor/redis-connection.ts';
import { patiently } from './patiently.ts';

const AT_ONCE = 100;
const PAUSE: Millis = 200;

/** As entries of `weir:actions` hold them. */
interface Told {
  readonly id: string;
  readonly idempotency_key: string;
  readonly approved_at?: Millis;
  readonly requested_at?: Millis;
}

/** The report: of the time of the approval, so that it moves no log's time on, and with an id that a repeat shares. */
export function reportOf({ id, idempotency_key, approved_at, requested_at }: Told) {
  return {
    id: `applied-${idempotency_key}`,
    event_source: 'stand-in-connector',
    type: 'action.applied',
    time: approved_at ?? requested_at,
    action_id: id,
    idempotency_key,
  };
}

/** Reports until it is stopped; answers how many. */
export async function standInConnector(from: RedisConnection, signal: AbortSignal): Promise<number> {
  const connection = from.another();
  let position = '0-0';
  let reported = 0;
  try {
    while (!signal.aborted) {
      const reply = await patiently(signal, () =>
        connection.ask('reading actions', (redis) =>
          redis.xread('COUNT', AT_ONCE, 'STREAMS', ACTION_STREAM, position),
        ),
      );
      const entries = reply?.[0]?.[1] ?? [];
      for (const [entry, fields] of entries) {
        const report = reportOf(JSON.parse(fields[fields.indexOf('d') + 1] as string) as Told);
        await patiently(signal, () =>
          connection.ask('reporting an action', (redis) =>
            redis.xadd(PUBLIC_STREAM, '*', 'd', JSON.stringify(report)),
          ),
        );
        position = entry;
        reported += 1;
      }
      if (entries.length === 0) await sleep(PAUSE, undefined, { signal }).catch(() => undefined);
    }
  } catch (error) {
    // at the end of the demo the servers go away first
    if (!signal.aborted) throw error;
  } finally {
    await connection.close();
  }
  return reported;
}
