/** The rule sets of the past: with which each log of the history began, and those that it changed to. */

import { WeirError } from '../core/errors.ts';
import { type LoadedRuleSet, loadRuleSet, type RuleFile } from '../rules/load-rule-set.ts';
import type { Plan } from '../rules/plan.ts';
import type { Database } from '../store/database.ts';
import { PostgresHistory } from '../store/postgres-history.ts';
import { type LogRules, readLogRules } from '../store/read/rule-changes.ts';

export interface PastSet extends Extract<LoadedRuleSet, { ok: true }> {
  readonly files: readonly RuleFile[];
}

export interface PastRules {
  /** By hash, the one that is in force now as the last. */
  readonly sets: ReadonlyMap<string, PastSet>;
  /** With which the log of a partition begins. */
  first(partition: number): string;
  readonly now: PastSet;
}

/** @throws WeirError setup_failed where the history is empty, or does not have a set that it names */
export async function readPastRules(database: Database): Promise<PastRules> {
  const logs = await readLogRules(database);
  const history = new PostgresHistory(database);
  const firsts = new Map(logs.map((log) => [log.partition, firstOf(log)]));
  const now = logs.find((log) => log.now !== undefined)?.now;
  if (now === undefined)
    throw new WeirError('setup_failed', 'looking for the rules of the past: the history is empty yet');
  const sets = new Map<string, PastSet>();
  for (const hash of [...new Set(logs.flatMap(inForce)), now]) {
    sets.delete(hash);
    sets.set(hash, await loadSet(history, hash));
  }
  const first = (partition: number) => firsts.get(partition) ?? now;
  return { sets, first, now: sets.get(now) as PastSet };
}

function firstOf({ changes, now }: LogRules): string | undefined {
  return changes[0]?.previous || now;
}

/** Every set that came into force, from the first on; a change that named another one as `previous` was refused. */
function inForce(log: LogRules): string[] {
  const first = firstOf(log);
  const hashes = first === undefined ? [] : [first];
  for (const { hash, previous } of log.changes) if (previous === hashes.at(-1)) hashes.push(hash);
  return hashes;
}

async function loadSet(history: PostgresHistory, hash: string): Promise<PastSet> {
  const files = await history.ruleSet(hash);
  if (files === undefined)
    throw new WeirError(
      'setup_failed',
      `looking for the rules of the past: the history names rule set ${hash} and does not have its files`,
    );
  const loaded = loadRuleSet(files, { accepted: true });
  if (loaded.ok) return { ...loaded, files };
  throw new WeirError(
    'config_invalid',
    `loading rule set ${hash} of the past: this version of weir refuses it (${loaded.problems.length} problems)`,
  );
}

/** A set without what some of its rules are not made of; known to logs by the hash of the whole. */
export function pruned(
  { files, plan }: { readonly files: readonly RuleFile[]; readonly plan: Plan },
  only: ReadonlySet<string>,
): Plan {
  const loaded = loadRuleSet(files, { accepted: true, only });
  return loaded.ok ? { ...loaded.plan, hash: plan.hash } : plan;
}
