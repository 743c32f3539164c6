/** A connector: reads approved actions from weir:actions, changes budgets at an ad platform, and reports what came of it. */

import { Redis } from 'ioredis';

const STREAM = 'weir:actions';
const GROUP = 'ads';
const { REDIS_SOCKET, PLATFORM_URL = 'http://127.0.0.1:9000', CONSUMER = 'connector-1' } = process.env;

interface Action {
  readonly id: string;
  readonly action: string;
  readonly campaign_id: string;
  readonly idempotency_key: string;
  readonly budgets?: readonly { readonly channel: string; readonly budget: number }[];
}

const redis = REDIS_SOCKET === undefined ? new Redis() : new Redis({ path: REDIS_SOCKET });
let running = true;
process.once('SIGTERM', () => {
  running = false;
});

await redis.xgroup('CREATE', STREAM, GROUP, '0', 'MKSTREAM').catch((error: Error) => {
  if (!error.message.startsWith('BUSYGROUP')) throw error;
});
// what this consumer took and did not finish comes first, after that what is new
await work('0');
while (running) await work('>');
await redis.quit();

async function work(from: '0' | '>'): Promise<void> {
  const found = (await redis.xreadgroup(
    ...(['GROUP', GROUP, CONSUMER, 'COUNT', 10, 'BLOCK', 1000] as const),
    ...(['STREAMS', STREAM, from] as const),
  )) as [string, [string, string[]][]][] | null;
  for (const [entry, fields] of found?.[0]?.[1] ?? []) {
    await report(await carryOut(JSON.parse(fields[fields.indexOf('d') + 1] as string) as Action));
    // only now: whoever is killed before this does it again, and the platform knows the key
    await redis.xack(STREAM, GROUP, entry);
  }
}

/** The platform does a request with the same key once, however often it comes. */
async function carryOut(action: Action): Promise<Record<string, unknown>> {
  const { id, campaign_id, idempotency_key, budgets = [] } = action;
  const answered = { action_id: id, idempotency_key };
  const answer = await fetch(`${PLATFORM_URL}/campaigns/${encodeURIComponent(campaign_id)}/budgets`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json', 'idempotency-key': idempotency_key },
    body: JSON.stringify(budgets.map(({ channel, budget }) => ({ channel, budget }))),
  });
  if (!answer.ok)
    return { type: 'action.failed', ...answered, problem: `the platform said ${answer.status}` };
  // what it says it has now, which may be other than what it was asked for
  return { type: 'action.applied', ...answered, budgets: await answer.json() };
}

/** The id makes a second report the same event. */
async function report(event: Record<string, unknown>): Promise<void> {
  const named = { id: `${event.type}-${event.idempotency_key}`, event_source: 'connector', ...event };
  await redis.xadd('weir:events', '*', 'd', JSON.stringify(named));
}
