/** The memory of a partition at the start of a session: rules in force, dedup set, stream time. */

import type { Position, State } from '../core/ports.ts';
import { isResident, type Plan } from '../rules/plan.ts';
import { Dedup, type DedupDirectory } from '../step/dedup.ts';
import { type Head, PartitionState } from '../step/partition-state.ts';
import type { Layouts } from '../step/record.ts';

/** Where rule sets are kept by hash, so that a log can name them. */
export interface RuleLibrary {
  /** The set that this process was started with or that was applied last. */
  readonly wanted: Plan;
  load(hash: string): Promise<Plan | undefined>;
  layouts(): Promise<Layouts>;
}

/** The first set ever is in force from the first entry on; later ones come in through the log. */
export async function startState(
  partition: number,
  position: Position,
  options: { readonly state: State; readonly rules: RuleLibrary },
): Promise<PartitionState> {
  const { state, rules } = options;
  const head = position.head === '' ? undefined : (JSON.parse(position.head) as Head);
  const inForce = head?.rules ? await rules.load(head.rules) : rules.wanted;
  if (!inForce)
    throw new Error(
      `partition ${partition} runs rule set ${head?.rules}, which is not stored; apply it again`,
    );
  const dedup = head ? await restoreDedup(head, state) : new Dedup();
  const partitionState = new PartitionState(partition, inForce, {
    incarnation: position.incarnation,
    layouts: await rules.layouts(),
    dedup,
  });
  if (head) partitionState.restoreHead(head);
  partitionState.rules = inForce.hash;
  partitionState.horizon = partitionState.streamTime;
  await admitResidents(partitionState, state);
  return partitionState;
}

/** Brings into memory what the set in force wants there from the start on, and what `except` did not. */
export async function admitResidents(memory: PartitionState, state: State, except?: Plan): Promise<void> {
  const kinds = memory.plan.kinds.filter(isResident).map(({ name }) => name);
  const missing = kinds.filter((name) => {
    const before = except?.kindOf.get(name);
    return before === undefined || !isResident(before);
  });
  if (missing.length === 0) return;
  for (const [key, record] of await state.loadKinds(missing)) memory.admit(key, record);
}

async function restoreDedup(head: Head, state: State): Promise<Dedup> {
  const directory = head.ids as DedupDirectory;
  const contents = await Promise.all(directory.buckets.map(([bucket]) => state.loadIds(bucket)));
  return Dedup.restore(directory, contents);
}
