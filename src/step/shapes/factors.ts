/** The shape `factors`: a clamped sum of named parts, optionally with classes. */

import type { Reason } from '../../core/decision.ts';
import { fromMicros, toMicros } from '../../core/units.ts';
import type { Frame } from '../../rules/expression/expression.ts';
import type { FactorsShape } from '../../rules/rule-plan.ts';
import type { Entity } from '../entity.ts';
import { classify } from './classify.ts';
import { inputsOf, inputsText, ShapeError } from './reasons.ts';

type Factor = FactorsShape['factors'][number];

/** The points of one factor after its own limits; undefined when it has no data. */
function pointsOf(factor: Factor, frame: Frame): number | undefined {
  const value = factor.expression.evaluate(frame);
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'number' || !Number.isFinite(value))
    throw new ShapeError(`factor ${factor.name} must give a number, gave ${JSON.stringify(value)}`);
  if (factor.max !== undefined && value > factor.max) return factor.max;
  if (factor.min !== undefined && value < factor.min) return factor.min;
  return value;
}

/** A number in the rule's own unit, rounded to 6 decimals; with classes {value, class}. */
export function factorsValue(shape: FactorsShape, frame: Frame): unknown {
  let sum = 0;
  for (let i = 0; i < shape.factors.length; i++) sum += pointsOf(shape.factors[i] as Factor, frame) ?? 0;
  const { clamp, classes } = shape;
  if (clamp) sum = Math.min(clamp[1], Math.max(clamp[0], sum));
  const value = fromMicros(toMicros(sum));
  return classes ? { value, class: classify(classes, value) } : value;
}

/** The same reasons as JSON text, written directly: most decisions are of this shape, and most of their text is this. */
export function factorReasonsText(shape: FactorsShape, entity: Entity, frame: Frame): string {
  let text = '';
  for (const factor of shape.factors) {
    const points = pointsOf(factor, frame);
    const shown = points === undefined ? '0,"no_data":true' : String(fromMicros(toMicros(points)));
    text += `${text === '' ? '[' : ','}{"name":"${factor.name}","points":${shown},"inputs":${inputsText(entity, factor.reads)}}`;
  }
  return `${text}]`;
}

/** One reason per factor, with what it read. */
export function factorReasons(shape: FactorsShape, entity: Entity, frame: Frame): Reason[] {
  return shape.factors.map((factor) => {
    const points = pointsOf(factor, frame);
    const inputs = inputsOf(entity, factor.reads);
    if (points === undefined) return { name: factor.name, points: 0, no_data: true, inputs };
    return { name: factor.name, points: fromMicros(toMicros(points)), inputs };
  });
}
