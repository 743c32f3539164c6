/** Starts an embedded PostgreSQL in the folder given, says its process id and waits to be killed. */

import { startEmbeddedPostgres } from '../../src/store/embedded-postgres.ts';

const server = await startEmbeddedPostgres(process.argv[2]);
console.log(server.processId);
setInterval(() => undefined, 60_000);
