/** An entity as lists show it: its values by name, the tags it can be filtered by, and the numbers it can be ordered by. */

import { classTag, type DecidedResult, pickTag } from '../core/history/kept-entity.ts';
import type { Entity } from './entity.ts';
import { classOf, namesOf, numberOf } from './publication.ts';
import type { Result } from './result.ts';

export interface EntitySummary {
  /** Key fields, features and results that are there. */
  readonly values: Readonly<Record<string, unknown>>;
  /** By rule, of those that have decided. */
  readonly decisions: Readonly<Record<string, DecidedResult>>;
  /** Of live rules: names picked and classes. */
  readonly tags: readonly string[];
  /** Of live rules: results that are numbers. */
  readonly ranks: readonly (readonly [rule: string, value: number])[];
}

/** The entity's values must be up to date, as after a load. */
export function summaryOf({ kind, slots, states }: Entity): EntitySummary {
  const values: Record<string, unknown> = {};
  kind.slots.forEach((name, slot) => {
    const value = slots[slot];
    if (value !== undefined && value !== null) values[name] = value;
  });
  const decisions: Record<string, DecidedResult> = {};
  const tags: string[] = [];
  const ranks: [string, number][] = [];
  for (const node of kind.nodes) {
    if (node.type !== 'rule') continue;
    const { name, version, mode } = node.rule;
    const { decision, decidedAt } = (states[node.state] ?? {}) as Partial<Result>;
    if (decision !== undefined && decidedAt !== undefined)
      decisions[name] = { decision_id: decision, decided_at: new Date(decidedAt).toISOString(), version };
    if (mode !== 'live') continue;
    const value = slots[node.slot];
    const [number, cls] = [numberOf(value), classOf(value)];
    for (const picked of namesOf(value)) tags.push(pickTag(name, picked));
    if (cls !== undefined) tags.push(classTag(name, cls));
    if (number !== undefined && Number.isFinite(number)) ranks.push([name, number]);
  }
  return { values, decisions, tags, ranks };
}
