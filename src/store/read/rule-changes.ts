/** When the logs changed their rule sets, and to which, as the history has it. */

import type { Kysely } from 'kysely';
import type { RuleSetChange } from '../../core/history/rule-set-change.ts';
import type { Database } from '../database.ts';
import type { Tables } from '../tables.ts';

export interface RuleChange {
  readonly hash: string;
  /** What had to be in force for it; where something else was, it changed nothing. */
  readonly previous: string;
}

export interface LogRules {
  readonly partition: number;
  /** In the order of the log. */
  readonly changes: readonly RuleChange[];
  /** In force as far as the history has come; undefined where no entry was taken yet. */
  readonly now: string | undefined;
}

export function readLogRules(database: Database): Promise<readonly LogRules[]> {
  return database.read('reading when the rules changed', readAll);
}

async function readAll(db: Kysely<Tables>): Promise<readonly LogRules[]> {
  const places = await db
    .selectFrom('stream_positions')
    .select(['partition', 'rules'])
    .where('stream', '=', 'in')
    .orderBy('partition')
    .execute();
  const rows = await db
    .selectFrom('events')
    .select(['partition', 'data'])
    .where('event_id', 'is', null)
    .where('type', '=', 'rules.activated')
    .where('loss', '=', 0)
    .orderBy('partition')
    .orderBy('entry_ms')
    .orderBy('entry_seq')
    .execute();
  const changes = Map.groupBy(rows, ({ partition }) => partition);
  return places.map(({ partition, rules }) => ({
    partition,
    now: rules ?? undefined,
    changes: (changes.get(partition) ?? []).map(({ data }) => {
      const { hash, previous } = data as Partial<RuleChange>;
      return { hash: String(hash), previous: String(previous ?? '') };
    }),
  }));
}

/** Of the log of the first partition: every log gets every change. */
export async function readRuleSetChanges(db: Kysely<Tables>, most: number): Promise<RuleSetChange[]> {
  const rows = await db
    .selectFrom('events')
    .select(['data', 'entry_ms'])
    .where('partition', '=', 0)
    .where('event_id', 'is', null)
    .where('type', '=', 'rules.activated')
    .where('loss', '=', 0)
    .orderBy('entry_ms', 'desc')
    .orderBy('entry_seq', 'desc')
    .limit(most)
    .execute();
  const place = await db
    .selectFrom('stream_positions')
    .select('rules')
    .where('stream', '=', 'in')
    .where('partition', '=', 0)
    .executeTakeFirst();
  const changes: RuleSetChange[] = [];
  let inForce = place?.rules ?? undefined;
  for (const { data, entry_ms } of rows) {
    const { hash = '', previous = '' } = data as Partial<RuleChange>;
    // one that named another set as `previous` was refused, and the first of a log changed nothing
    if (previous === '' || hash === previous || (inForce ?? hash) !== hash) continue;
    changes.push({ hash, previous, at: entry_ms });
    inForce = previous;
  }
  return changes;
}
