/** The history as the house keeps it: what writes it, the questions that HTTP asks, and what keeps it in order. */

import type { AuditRecord } from '../core/history/audit-record.ts';
import type { LetterMark } from '../core/history/kept-letter.ts';
import type { ReportSnapshot } from '../core/history/report-snapshot.ts';
import type { History } from '../core/history.ts';
import type { Clock, EntitySink, Sink } from '../core/ports.ts';
import { DAY, HOUR, MINUTE, type Millis } from '../core/units.ts';
import type { Deliver } from '../processor/deliver.ts';
import type { RuleFile } from '../rules/load-rule-set.ts';
import { openDatabase } from '../store/database.ts';
import { type Erased, erasePerson, tryErasing } from '../store/erase-person.ts';
import { forgetLetters, keepHouse } from '../store/keep-months.ts';
import { PostgresHistory } from '../store/postgres-history.ts';
import { ReportShelf } from '../store/report-shelf.ts';
import type { DatabaseUrls } from '../store/roles.ts';
import { RuleArchive } from '../store/rule-archive.ts';
import { writeAudit } from '../store/write/audit.ts';
import { markLetters } from '../store/write/letter-states.ts';
import { openHistoryWriter } from './history-writer.ts';

/** Thirteen months: a month can be held against the one a year before. */
const USUAL_KEEP: Millis = 400 * DAY;

export interface OpenHistory {
  readonly sink: Sink;
  readonly entities: EntitySink;
  /** As far as `deliver` knows it to be complete, which may be further than the last row tells. */
  read(deliver: Deliver | undefined): History;
  putReport(snapshot: ReportSnapshot): Promise<void>;
  markLetters(marks: readonly LetterMark[]): Promise<void>;
  writeAudit(records: readonly AuditRecord[]): Promise<void>;
  /** Everything that names this person; idempotent. The sink does it by itself where a log asks for it. */
  erasePerson(kind: string, id: string): Promise<Erased>;
  /** What that would be. */
  tryErasing(kind: string, id: string): Promise<Erased>;
  /** Rule sets that came into force, as soon as they are known; `tend` does it again where that fails. */
  keepRules(sets: ReadonlyMap<string, readonly RuleFile[]>): Promise<void>;
  /** Keeps months and rule sets until it is stopped. */
  tend(options: TendOptions): { stop(): Promise<void> };
  close(): Promise<void>;
}

export interface TendOptions {
  readonly clock: Clock;
  /** With `log` nothing is dropped: events of the past are what it is about. */
  readonly clockMode: 'live' | 'log';
  /** Undefined: the usual time; null: for good. */
  readonly keep: Millis | null | undefined;
  /** The bytes of dead letters are kept this long. */
  readonly keepBytes: Millis;
  /** Every rule set that this weir has put into force. */
  readonly rules: () => ReadonlyMap<string, readonly RuleFile[]>;
  readonly onNotice: (notice: string, context: Record<string, unknown>) => void;
}

/** Opens no connection yet: a database that is away holds up nothing. */
export function openHistory(address: string | DatabaseUrls): OpenHistory {
  const database = openDatabase(address);
  const writer = openHistoryWriter(address);
  const shelf = new ReportShelf(database);
  const archive = new RuleArchive(database);
  const keepRules = async (sets: ReadonlyMap<string, readonly RuleFile[]>) => {
    for (const [hash, files] of sets) await archive.keep(hash, files);
  };
  const tendOnce = async ({ clock, clockMode, keep, keepBytes, rules }: TendOptions, months: boolean) => {
    await keepRules(rules());
    const kept = clockMode === 'log' || keep === null ? undefined : (keep ?? USUAL_KEEP);
    if (months) await keepHouse(database, { now: clock.now(), keep: kept, keepBytes });
    await forgetLetters(database, clock.now() - keepBytes);
  };
  return {
    sink: writer.sink,
    entities: writer.entities,
    read: (deliver) => new PostgresHistory(database, (partition) => deliver?.drainedAt(partition)),
    putReport: (snapshot) => shelf.put(snapshot),
    markLetters: (marks) => markLetters(database, marks),
    writeAudit: (records) => writeAudit(database, records),
    erasePerson: (kind, id) => erasePerson(database, kind, id),
    tryErasing: (kind, id) => tryErasing(database, kind, id),
    keepRules,
    tend: (options) => {
      const stopping = new AbortController();
      const running = tendUntil(stopping.signal, options, (months) => tendOnce(options, months));
      return {
        stop: async () => {
          stopping.abort();
          await running;
        },
      };
    },
    close: async () => {
      await Promise.all([writer.close(), database.close()]);
    },
  };
}

/** Rule sets and bytes every minute, months every hour; while the database is away, which `deliver` tells, both wait. */
async function tendUntil(
  signal: AbortSignal,
  { clock, keepBytes }: TendOptions,
  tend: (months: boolean) => Promise<void>,
): Promise<void> {
  let tended = Number.NEGATIVE_INFINITY;
  while (!signal.aborted) {
    const months = clock.now() - tended >= HOUR;
    await tend(months).then(
      () => {
        if (months) tended = clock.now();
      },
      () => undefined,
    );
    await clock.sleep(Math.min(MINUTE, keepBytes), signal);
  }
}
