/** An entity as lists show it: its values by name, the tags it can be filtered by, and the numbers it can be ordered by. */

import { classTag, pickTag } from '../core/history/kept-entity.ts';
import type { Entity } from './entity.ts';
import { classOf, namesOf, numberOf } from './publication.ts';

export interface EntitySummary {
  /** Key fields, features and results that are there. */
  readonly values: Readonly<Record<string, unknown>>;
  /** Of live rules: names picked and classes. */
  readonly tags: readonly string[];
  /** Of live rules: results that are numbers. */
  readonly ranks: readonly (readonly [rule: string, value: number])[];
}

/** The entity's values must be up to date, as after a load. */
export function summaryOf({ kind, slots }: Entity): EntitySummary {
  const values: Record<string, unknown> = {};
  kind.slots.forEach((name, slot) => {
    const value = slots[slot];
    if (value !== undefined && value !== null) values[name] = value;
  });
  const tags: string[] = [];
  const ranks: [string, number][] = [];
  for (const node of kind.nodes) {
    if (node.type !== 'rule' || node.rule.mode !== 'live') continue;
    const value = slots[node.slot];
    const [number, cls] = [numberOf(value), classOf(value)];
    for (const name of namesOf(value)) tags.push(pickTag(node.rule.name, name));
    if (cls !== undefined) tags.push(classTag(node.rule.name, cls));
    if (number !== undefined && Number.isFinite(number)) ranks.push([node.rule.name, number]);
  }
  return { values, tags, ranks };
}
