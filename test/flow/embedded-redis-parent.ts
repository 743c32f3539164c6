/** Starts an embedded Redis in the folder given, says its process id and waits to be killed. */

import { startEmbeddedRedis } from '../../src/processor/embedded-redis.ts';

const server = await startEmbeddedRedis(process.argv[2]);
console.log(server.processId);
setInterval(() => undefined, 60_000);
