/** What each entity has in the end under either rule set, where the two are not the same. */

import { compareKeys } from '../../core/entity-key.ts';
import { sameValue } from '../../core/same-value.ts';
import { isVisible } from '../../rules/plan.ts';
import type { Entity } from '../../step/entity.ts';
import { classOf, namesOf, numberOf } from '../../step/publication.ts';
import type { Replay } from '../../step/replay.ts';

export interface EndResult {
  readonly key: string;
  readonly old: unknown;
  readonly new: unknown;
}

export interface EndResults {
  readonly differing: number;
  /** Of those: whose number is larger under the new set, and whose is smaller. */
  readonly up: number;
  readonly down: number;
  /** Largest differences first. */
  readonly examples: readonly EndResult[];
}

/** Of one rule over all entities of its kind. */
export function endResults(old: Replay, next: Replay, rule: string, examples: number): EndResults {
  const found: EndResult[] = [];
  for (const [partition, state] of next.partitions.entries()) {
    const before = old.partitions[partition];
    const keys = new Set([...state.entities.keys(), ...(before?.entities.keys() ?? [])]);
    for (const key of keys) {
      const was = resultOf(before?.alive(key), rule);
      const is = resultOf(state.alive(key), rule);
      if (!sameValue(was ?? null, is ?? null)) found.push({ key, old: was ?? null, new: is ?? null });
    }
  }
  const moves = found.map(({ old: was, new: is }) => (numberOf(is) ?? 0) - (numberOf(was) ?? 0));
  const byMove = found
    .map((result, i) => ({ result, move: Math.abs(moves[i] as number) }))
    .sort((a, b) => b.move - a.move || compareKeys(a.result.key, b.result.key));
  return {
    differing: found.length,
    up: moves.filter((move) => move > 0).length,
    down: moves.filter((move) => move < 0).length,
    examples: byMove.slice(0, examples).map(({ result }) => result),
  };
}

function resultOf(entity: Entity | undefined, rule: string): unknown {
  if (entity === undefined || !isVisible(entity.kind)) return undefined;
  const slot = entity.kind.slotOf.get(rule);
  return slot === undefined ? undefined : entity.slots[slot];
}

/** For people: a number with its class, the names of a list, else JSON. */
export function shownResult(value: unknown): string {
  if (value === null || value === undefined) return 'nothing';
  if (Array.isArray(value)) return value.length === 0 ? 'none' : namesOf(value).join(', ');
  const number = numberOf(value);
  const name = classOf(value);
  if (number !== undefined) return `${Math.round(number * 1e6) / 1e6}${name === undefined ? '' : ` ${name}`}`;
  return JSON.stringify(value);
}
