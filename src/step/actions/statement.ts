/** States what an action is going to bring, from the features as they are when it is proposed. */

import { isKnown, type Statement } from '../../core/statement.ts';
import type { Millis } from '../../core/units.ts';
import type { ImpactPlan } from '../../rules/compile-impact.ts';
import { ExpressionError, type Frame } from '../../rules/expression/expression.ts';
import type { Entity } from '../entity.ts';
import { entityFrame } from '../node-value.ts';

/** Features, and as `proposal` what is shown of it. */
export function impactFrame(entity: Entity, now: Millis, proposal: Readonly<Record<string, unknown>>): Frame {
  return { ...entityFrame(entity, now), input: { proposal } };
}

/** @returns undefined where nothing is known that could be stated */
export function statementOf(
  impact: ImpactPlan,
  entity: Entity,
  now: Millis,
  proposal: Readonly<Record<string, unknown>>,
): Statement | undefined {
  const frame = impactFrame(entity, now, proposal);
  try {
    const stated = impact.stated.evaluate(frame) as Record<string, unknown> | null | undefined;
    const value = numberOf(stated?.value);
    if (value === null) return undefined;
    const [low, high] = [numberOf(stated?.low), numberOf(stated?.high)];
    const confidence = numberOf(stated?.confidence);
    const text = impact.text?.evaluate(frame);
    return {
      type: impact.type,
      of: String(impact.of.evaluate(frame)),
      ...{ value, low, high, confidence, known: isKnown(low, high, confidence) },
      ...(typeof text === 'string' && { text }),
    };
  } catch (error) {
    // what an action would bring is beside it: it is proposed all the same
    if (error instanceof ExpressionError) return undefined;
    throw error;
  }
}

export function numberOf(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}
