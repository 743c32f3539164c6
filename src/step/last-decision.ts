/** The last decision of a rule for an entity, made again from what the rule had read then. */

import type { Decision } from '../core/decision.ts';
import type { Frame } from '../rules/expression/expression.ts';
import type { RuleNode } from '../rules/plan-node.ts';
import type { Entity } from './entity.ts';
import { entityFrame } from './node-value.ts';
import type { Result } from './result.ts';
import { factorReasons } from './shapes/factors.ts';
import { lineNamed, pickReasons } from './shapes/pick.ts';
import { inputsOf, shownInput } from './shapes/reasons.ts';

/** What explanations need of a decision. */
export type LastDecision = Pick<Decision, 'value' | 'reasons'>;

/** Decisions with longer reasons, and those of allocations, are kept as texts beside the records. */
const LONGEST_REASONS = 4_000;

/** Whether a decision can be made again from its inputs, so that only they are kept. */
export function isMadeAgain({ shape }: RuleNode['rule'], reasons: string): boolean {
  return shape.type !== 'allocate' && reasons.length <= LONGEST_REASONS;
}

/** The values the rule reads now, to be kept with its result. */
export function inputsNow(entity: Entity, { reads }: RuleNode): unknown[] {
  return reads.map((slot) => shownInput(entity.slots[slot]));
}

/** undefined when there is none, or its text is kept. A result does not outlive a change of its rule. */
export function lastDecision(entity: Entity, node: RuleNode): LastDecision | undefined {
  const { inputs, published, decidedAt } = entity.states[node.state] as Result;
  if (inputs === undefined || decidedAt === undefined) return undefined;
  const slots: unknown[] = new Array(entity.slots.length).fill(undefined);
  for (let i = 0; i < entity.kind.key.length; i++) slots[i] = entity.slots[i];
  node.reads.forEach((slot, i) => {
    slots[slot] = inputs[i] ?? undefined;
  });
  const then = { kind: entity.kind, slots } as unknown as Entity;
  const frame: Frame = { ...entityFrame(entity, decidedAt), slots };
  const { shape } = node.rule;
  const whole = (name: string) => [{ name, inputs: inputsOf(then, node.reads) }];
  if (shape.type === 'pick') {
    const names = (published ?? []) as readonly string[];
    const value = names.map((name) => lineNamed(shape, name, frame));
    return { value, reasons: names.length > 0 ? pickReasons(shape, then, names) : whole(node.name) };
  }
  if (published === undefined || published === null) return { value: null, reasons: whole('when') };
  if (shape.type === 'factors') return { value: published, reasons: factorReasons(shape, then, frame) };
  return { value: published, reasons: whole(node.name) };
}
