/** What `weir import --from-history` is told and shows: its flags, a bar, and what became of it. */

import { WeirError } from '../../core/errors.ts';
import { parseInstant } from '../../core/instant.ts';
import { type Millis, parseDuration } from '../../core/units.ts';
import { Progress } from '../progress.ts';
import { importHistory } from './import-history.ts';

export interface HistoryFlags {
  readonly since?: string | undefined;
  readonly config?: string | undefined;
  readonly url?: string | undefined;
  readonly map?: string | undefined;
  readonly sort?: boolean | undefined;
  readonly from?: string | undefined;
  readonly start?: string | undefined;
  readonly json?: boolean | undefined;
  readonly 'dry-run'?: boolean | undefined;
}

/** Those of a file, which mean nothing here. */
const OF_FILES = ['url', 'map', 'sort', 'from', 'start', 'dry-run'] as const;
/** So many refused events are shown one by one; all are counted. */
const SHOWN = 5;

/** @returns the exit code: 1 when events were refused */
export async function fromHistory(
  database: string | undefined,
  flags: HistoryFlags,
  env: NodeJS.ProcessEnv,
): Promise<number> {
  const other = OF_FILES.find((name) => flags[name] !== undefined);
  if (other !== undefined)
    throw new WeirError('wrong_usage', `--${other} is about a file and does not go with --from-history`);
  if (database !== undefined && !/^(postgres(ql)?|socket):/.test(database))
    throw new WeirError(
      'wrong_usage',
      `--from-history: "${database}" is not the address of a database; write postgres://user:password@host:5432/name`,
    );
  const bar = new Progress({
    title: 'import history',
    unit: 'events',
    output: process.stderr,
    now: Date.now,
  });
  let shown = 0;
  try {
    const done = await importHistory({
      env,
      config: flags.config,
      database,
      since: sinceOf(flags.since, Date.now()),
      sinceText: flags.since,
      now: Date.now,
      onBatch: (share, passed) => bar.update(share, passed),
      onRejected: ({ type, id }, problem) => {
        if (++shown > SHOWN) return;
        bar.clear();
        process.stderr.write(`${type} ${id}: ${problem}\n`);
      },
    });
    bar.clear();
    const { passed, accepted, rejected, before } = done;
    if (flags.json)
      process.stdout.write(`${JSON.stringify({ events: passed, accepted, rejected, before })}\n`);
    else if (before)
      process.stdout.write(
        `imported before: ${accepted} events accepted, ${rejected} rejected; nothing was done\n`,
      );
    else
      process.stdout.write(
        `${passed} events in the history, ${accepted} accepted, ${rejected} rejected; ` +
          'start weir: what happens from now on is told\n',
      );
    return rejected > 0 ? 1 : 0;
  } finally {
    bar.clear();
  }
}

/** `90d` ago, or a time. */
function sinceOf(text: string | undefined, now: Millis): Millis | undefined {
  if (text === undefined) return undefined;
  const ago = parseDuration(text);
  const time = ago === undefined ? parseInstant(text) : now - ago;
  if (time !== undefined) return time;
  throw new WeirError('wrong_usage', `--since: "${text}" is neither a duration like 90d nor a time`);
}
