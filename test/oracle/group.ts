/** The value of a group feature: over all entities of a child kind that name this parent. */

import type { Grouped } from './definition.ts';
import type { Entity } from './entity.ts';
import type { Place } from './formula.ts';
import { byText } from './ordering.ts';

export async function groupValue(
  group: Grouped,
  children: readonly Entity[],
  place: Place,
): Promise<unknown> {
  const members: Entity[] = [];
  for (const child of children.toSorted((a, b) => byText(a.id, b.id))) {
    const fits = group.where ? await group.where.evaluate(child.values, place).catch(() => false) : true;
    if (fits === true) members.push(child);
  }
  if (group.verb === 'rows') return members.map(({ values }) => rowOf(group.fields, values));
  if (group.verb === 'count') return members.length;
  const micros: number[] = [];
  for (const { values } of members) {
    const value = await group.value?.evaluate(values, place).catch(() => undefined);
    if (typeof value === 'number' && Math.abs(value) <= 1e9) micros.push(Math.round(value * 1e6));
  }
  const sum = micros.reduce((total, each) => total + each, 0);
  if (group.verb === 'sum') return sum / 1e6;
  if (micros.length === 0) return undefined;
  if (group.verb === 'avg') return sum / micros.length / 1e6;
  return (group.verb === 'min' ? Math.min(...micros) : Math.max(...micros)) / 1e6;
}

/** Fields without a value are left out. */
export function rowOf(
  fields: readonly string[],
  values: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  return Object.fromEntries(
    fields.filter((name) => values[name] !== undefined).map((name) => [name, values[name]]),
  );
}
