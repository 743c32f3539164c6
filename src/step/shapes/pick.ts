/** The shape `pick`: every line that holds, or the first per value of a key. */

import type { Reason } from '../../core/decision.ts';
import type { Expression, Frame } from '../../rules/expression/expression.ts';
import type { PickShape } from '../../rules/rule-plan.ts';
import type { Entity } from '../entity.ts';
import { inputsOf } from './reasons.ts';

type Line = PickShape['lines'][number];

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
    const item = fixedLine(line) ?? pickedLine(line, frame);
    if (shape.onePer !== undefined) {
      const group = item[shape.onePer];
      if (group !== undefined && taken.has(group)) continue;
      taken.add(group);
    }
    picked.push(item);
  }
  return picked;
}

function stays({ name, until }: PickShape['lines'][number], frame: Frame, listed: unknown): boolean {
  if (until === undefined || !Array.isArray(listed)) return false;
  return listed.some((line) => nameOf(line) === name) && until.evaluate(frame) !== true;
}

/** A line as it is listed, whether it holds or not; its name alone when its texts have no data. */
export function lineNamed({ lines }: PickShape, name: string, frame: Frame): PickedLine {
  const line = lines.find((other) => other.name === name);
  try {
    return line === undefined ? { name } : (fixedLine(line) ?? pickedLine(line, frame));
  } catch {
    return { name };
  }
}

/** Lines without templates are the same for every entity: there is one object of each, which nobody changes. */
const fixed = new WeakMap<Line, PickedLine>();

function fixedLine(line: Line): PickedLine | undefined {
  const known = fixed.get(line);
  if (known !== undefined || line.fields.some(({ text }) => isExpression(text))) return known;
  const made = Object.freeze(pickedLine(line, undefined));
  fixed.set(line, made);
  return made;
}

/** The frame is needed for lines with templates alone. */
function pickedLine(line: Line, frame: Frame | undefined): PickedLine {
  const item: Record<string, unknown> = { name: line.name };
  for (const { key, text } of line.fields) {
    const value = isExpression(text) ? text.evaluate(frame as Frame) : text;
    if (value !== undefined) item[key] = value;
  }
  return item as PickedLine;
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
