/** `weir import --from-history`: what a history kept goes through the logs of a fresh deployment, in the order of its time. */

import { createHash } from 'node:crypto';
import { WeirError } from '../../core/errors.ts';
import type { PastCut, PastEvents } from '../../core/history/past-events.ts';
import { HOUR, type Millis } from '../../core/units.ts';
import { deployedPartitions } from '../../processor/deployment.ts';
import { markPast, readClocks, readImport, writeImport } from '../../processor/imported-past.ts';
import { connect } from '../../processor/redis-connection.ts';
import { type Database, openDatabase } from '../../store/database.ts';
import { cutNow, openPastEvents } from '../../store/read/past-events.ts';
import type { DatabaseUrls } from '../../store/roles.ts';
import { readEnvironment } from '../environment.ts';
import { type House, openHouse } from '../house.ts';
import { openLog } from '../log-line.ts';
import { openServers, type Servers } from '../servers.ts';
import { houseWriter, untilKept } from './house-writer.ts';
import { PastEventReader } from './past-event.ts';

/** How far an import came; kept in the deployment itself, so that none is done twice. */
export interface HistoryImport {
  /** Of the database and of `since` as it was given. */
  readonly source: string;
  /** What that meant when the import was begun; null: everything. */
  readonly since: Millis | null;
  /** Decisions of before are about the past: when the import was begun. */
  readonly until: Millis;
  readonly cut: PastCut;
  /** Events of the history that are passed, sent or not. */
  readonly passed: number;
  readonly accepted: number;
  readonly rejected: number;
  readonly done: boolean;
}

export interface HistoryTask {
  readonly env: NodeJS.ProcessEnv;
  /** The rule files, where `--config` names them. */
  readonly config?: string | undefined;
  /** Address of the database; that of the environment where it is absent. */
  readonly database?: string | undefined;
  readonly since?: Millis | undefined;
  /** As it was given: `90d` is the same import tomorrow, and means the same time then. */
  readonly sinceText?: string | undefined;
  readonly now: () => Millis;
  /** @param share of the time that the history covers, 0 to 1 */
  readonly onBatch?: (share: number, passed: number) => void;
  readonly onRejected?: (event: { readonly type: string; readonly id: string }, problem: string) => void;
}

const EVENTS_PER_BATCH = 500;
/** A batch that is sent again after a crash must still be known: half of what dedup remembers. */
const LONGEST_BATCH: Millis = 12 * HOUR;

/** @returns what was done in all; `before`: it had been done already, and nothing was */
export async function importHistory(task: HistoryTask): Promise<HistoryImport & { before: boolean }> {
  const given = readEnvironment(task.env);
  const environment = { ...given, port: 0, config: task.config ?? given.config };
  const servers = await openServers(environment);
  let house: House | undefined;
  let history: Database | undefined;
  try {
    const address = task.database ?? servers.database;
    if (address === undefined)
      throw new WeirError(
        'wrong_usage',
        'importing a history: there is none; set DATABASE_URL, or name the database: --from-history postgres://…',
      );
    history = openDatabase(address);
    const record = await begin(task, servers, history, address);
    if (record.done) return { ...record, before: true };
    const { notice } = openLog();
    house = await openHouse({ environment, clockMode: 'log', servers, onNotice: notice });
    return { ...(await run(task, house, history, record)), before: false };
  } finally {
    await history?.close();
    if (house) await house.close();
    else await servers.stop();
  }
}

/** Before the house is opened: what it finds missing in Redis it marks as lost in its history. */
async function begin(
  task: HistoryTask,
  servers: Servers,
  history: Database,
  database: string | DatabaseUrls,
): Promise<HistoryImport> {
  const source = fingerprint(database, task.sinceText ?? task.since);
  const connection = connect(servers.redis, { name: 'weir-import' });
  try {
    // asked in any case: the tables are brought up to date before the house does the same
    const cut = await cutNow(history, task.now());
    const known = await readImport<HistoryImport>(connection);
    const clocks = await readClocks(connection, (await deployedPartitions(connection)) ?? 0);
    if (known !== undefined && known.source !== source)
      throw refused('another one, or another --since, was imported into this deployment');
    if (known === undefined && clocks.latest > 0)
      throw refused(
        'this deployment has events, or its clock has run, and it would count twice what it knows',
      );
    if (known !== undefined && !known.done && clocks.latest >= known.until)
      throw refused('weir has run since the import was interrupted, and what is left would come too late');
    const record = known ?? {
      source,
      since: task.since ?? null,
      until: cut.before,
      cut,
      passed: 0,
      accepted: 0,
      rejected: 0,
      done: false,
    };
    if (known === undefined) await writeImport(connection, record);
    return record;
  } finally {
    await connection.close();
  }
}

function refused(why: string): WeirError {
  return new WeirError(
    'wrong_usage',
    `importing a history: ${why}; a history is imported into a fresh deployment, with an empty Redis`,
  );
}

/** Without the password, which may change. */
function fingerprint(database: string | DatabaseUrls, since: Millis | string | undefined): string {
  const url = typeof database === 'string' ? database : database.migrate;
  const address = url.replace(/^([a-z]+:\/\/[^:@/]*):[^@/]*@/, '$1@');
  return createHash('sha256')
    .update(JSON.stringify([address, since ?? null]))
    .digest('hex')
    .slice(0, 16);
}

async function run(
  task: HistoryTask,
  house: House,
  history: Database,
  record: HistoryImport,
): Promise<HistoryImport> {
  const past = await openPastEvents(history, record.cut, record.since ?? 0);
  await markPast(house.processor.logs, record.until);
  const done = { ...(await send(task, house, past, record)), done: true };
  await untilKept(house);
  await writeImport(house.connection, done);
  return done;
}

async function send(
  task: HistoryTask,
  house: House,
  past: PastEvents,
  before: HistoryImport,
): Promise<HistoryImport> {
  const { connection } = house;
  const { from = 0, to = 0 } = past.span ?? {};
  const writer = houseWriter(house);
  const reader = new PastEventReader();
  type Sent = NonNullable<ReturnType<PastEventReader['read']>>;
  let record = before;
  let passed = 0;
  let batch: Sent[] = [];
  const flush = async (reached: number) => {
    const last = batch.at(-1);
    if (last === undefined) return;
    const { accepted, rejected } = await writer.write(batch as unknown as Record<string, unknown>[]);
    for (const { index, problem } of rejected) task.onRejected?.(batch[index] as Sent, problem);
    record = {
      ...record,
      passed: reached,
      accepted: record.accepted + accepted,
      rejected: record.rejected + rejected.length,
    };
    await writeImport(connection, record);
    task.onBatch?.(to > from ? (last.time - from) / (to - from) : 1, reached);
    batch = [];
  };
  for await (const page of past.events(from))
    for (const event of page) {
      const sent = reader.read(event);
      const isBehind = passed < before.passed;
      if (sent !== undefined && !isBehind) {
        const [first] = batch;
        if (batch.length >= EVENTS_PER_BATCH || (first && sent.time - first.time > LONGEST_BATCH))
          await flush(passed);
        batch.push(sent);
      }
      passed += 1;
    }
  await flush(passed);
  return { ...record, passed };
}
