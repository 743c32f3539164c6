/** Counts decisions: whether each is in the outbox exactly once, and numbered without a gap. */

import { compareEntryIds } from '../../src/core/entry.ts';
import type { Decision } from '../../test/oracle/decision.ts';

type Fields = Readonly<Record<string, unknown>>;

/** Decisions that an entity's rule has too few or too many of. */
export function surplus(
  expected: readonly Decision[],
  actual: readonly Fields[],
): { lost: number; duplicate: number } {
  const balance = new Map<string, number>();
  const add = ({ kind, entity, rule }: Fields, by: number) => {
    const key = `${kind}:${entity}#${rule}`;
    balance.set(key, (balance.get(key) ?? 0) + by);
  };
  for (const decision of expected) add(decision as unknown as Fields, -1);
  for (const decision of actual) add(decision, 1);
  let lost = 0;
  let duplicate = 0;
  for (const count of balance.values()) {
    if (count < 0) lost -= count;
    else duplicate += count;
  }
  return { lost, duplicate };
}

/** Ids are `partition-incarnation-number`; the incarnation rises with each loss, the number goes on from what is left. */
export function numberingProblems(
  out: readonly Fields[],
  partition: number,
): { repeated: number; problems: string[] } {
  const ids = out.map(({ id }) => String(id));
  const problems: string[] = [];
  const first = Number(ids[0]?.split('-')[2] ?? 0);
  let incarnation = 1;
  ids.forEach((id, index) => {
    incarnation = Math.max(incarnation, Number(id.split('-')[1]));
    const expected = `${partition}-${incarnation}-${first + index}`;
    if (id !== expected) problems.push(`decision ${index} of the outbox is ${id}, not ${expected}`);
    const [before, entry] = [out[index - 1]?.entry, out[index]?.entry];
    if (before !== undefined && compareEntryIds(String(before), String(entry)) > 0)
      problems.push(`decision ${id} about entry ${entry} comes after one about ${before}`);
  });
  if (first > 1) problems.push(`the first decision is number ${first}`);
  return { repeated: ids.length - new Set(ids).size, problems };
}
