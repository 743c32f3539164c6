/** The value of a calc or group node, from the entity's slots and rows. */

import { fromMicros, type Millis, toMicros } from '../core/units.ts';
import type { Frame } from '../rules/expression/expression.ts';
import type { CalcNode, GroupNode } from '../rules/plan-node.ts';
import type { Entity } from './entity.ts';

const NOTHING: Readonly<Record<string, unknown>> = Object.freeze(Object.create(null));

/** A frame for the entity's own expressions at stream time. */
export function entityFrame(entity: Entity, now: Millis): Frame {
  return { slots: entity.slots, input: NOTHING, time: now, zone: entity.zone(), currency: entity.currency() };
}

/** A failing calc is absent: its problem shows in the rules that read it, as missing data. */
export function calcValue(node: CalcNode, frame: Frame): unknown {
  try {
    return node.expression.evaluate(frame) ?? node.default;
  } catch {
    return node.default;
  }
}

/**
 * The value of a group: `rows` a list of objects sorted by the child's id; sum, avg, min, max over the first
 * field; count the number of rows. Sums are exact in micros.
 */
export function groupValue(node: GroupNode, rows: ReadonlyMap<string, readonly unknown[]>): unknown {
  if (node.verb === 'count') return rows.size;
  if (node.verb === 'rows')
    return [...rows.keys()].sort().map((id) => rowObject(node, rows.get(id) as readonly unknown[]));
  const numbers: number[] = [];
  for (const row of rows.values()) if (typeof row[0] === 'number') numbers.push(row[0]);
  if (node.verb === 'sum') return fromMicros(microsOf(numbers));
  if (numbers.length === 0) return undefined;
  if (node.verb === 'avg') return fromMicros(microsOf(numbers)) / numbers.length;
  return node.verb === 'min' ? Math.min(...numbers) : Math.max(...numbers);
}

function microsOf(numbers: readonly number[]): number {
  let sum = 0;
  for (const value of numbers) sum += toMicros(value);
  return sum;
}

function rowObject(node: GroupNode, row: readonly unknown[]): Record<string, unknown> {
  const object: Record<string, unknown> = {};
  node.fields.forEach((field, i) => {
    const value = row[i];
    if (value !== undefined && value !== null) object[field.name] = value;
  });
  return object;
}
