/** The shape `pick`: every line that holds, or the first per value of a key. */

import type { Reason } from '../../core/decision.ts';
import type { Expression, Frame } from '../../rules/expression/expression.ts';
import type { PickShape } from '../../rules/plan.ts';
import type { Entity } from '../entity.ts';
import { inputsOf } from './reasons.ts';

export interface PickedLine {
  readonly name: string;
  readonly [field: string]: unknown;
}

/**
 * The lines that hold, in file order; a line whose condition has no data does not hold.
 * @param listed the lines so far: those with `until` stay until it is true
 */
export function pickLines(shape: PickShape, frame: Frame, listed: unknown): PickedLine[] {
  const picked: PickedLine[] = [];
  const taken = new Set<unknown>();
  for (const line of shape.lines) {
    if (line.when.evaluate(frame) !== true && !stays(line, frame, listed)) continue;
    const item: Record<string, unknown> = { name: line.name };
    for (const { key, text } of line.fields) {
      const value = isExpression(text) ? text.evaluate(frame) : text;
      if (value !== undefined) item[key] = value;
    }
    if (shape.onePer !== undefined) {
      const group = item[shape.onePer];
      if (group !== undefined && taken.has(group)) continue;
      taken.add(group);
    }
    picked.push(item as PickedLine);
  }
  return picked;
}

function stays({ name, until }: PickShape['lines'][number], frame: Frame, listed: unknown): boolean {
  if (until === undefined || !Array.isArray(listed)) return false;
  return listed.some((line) => nameOf(line) === name) && until.evaluate(frame) !== true;
}

function isExpression(text: unknown): text is Expression {
  return typeof text === 'object' && text !== null && typeof (text as Expression).evaluate === 'function';
}

export function nameOf(line: unknown): string {
  return (line as PickedLine).name;
}

/** One reason per picked line, with what its condition and texts read. */
export function pickReasons(shape: PickShape, entity: Entity, names: readonly string[]): Reason[] {
  return shape.lines
    .filter((line) => names.includes(line.name))
    .map((line) => ({ name: line.name, inputs: inputsOf(entity, line.reads) }));
}
