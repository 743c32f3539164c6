/** The thread behind `openHistoryWriter`: asks Postgres what it is asked, and answers in plain data. */

import { parentPort, workerData } from 'node:worker_threads';
import { WeirError } from '../core/errors.ts';
import { openDatabase } from '../store/database.ts';
import { PostgresEntities } from '../store/postgres-entities.ts';
import { PostgresSink } from '../store/postgres-sink.ts';
import type { DatabaseUrls } from '../store/roles.ts';
import type { WriterAnswer, WriterCall } from './history-writer.ts';

const database = openDatabase(workerData as string | DatabaseUrls);
const asked = {
  sink: new PostgresSink(database),
  entities: new PostgresEntities(database),
  thread: { close: () => database.close() },
};

parentPort?.on('message', async ({ call, of, method, given }: WriterCall) => {
  const port = asked[of] as unknown as Record<string, (...given: readonly unknown[]) => Promise<unknown>>;
  const told: WriterAnswer = await Promise.resolve(port[method]?.(...given)).then(
    (answer) => ({ call, answer }),
    (error: Error) => ({
      call,
      error: { code: error instanceof WeirError ? error.code : undefined, message: error.message },
    }),
  );
  parentPort?.postMessage(told);
});
