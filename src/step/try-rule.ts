/** Tries one rule on given feature values, without events: for the tests in rule files. */

import type { Millis } from '../core/units.ts';
import type { Plan } from '../rules/plan.ts';
import type { RuleNode } from '../rules/plan-node.ts';
import { Entity } from './entity.ts';
import { calcValue, entityFrame } from './node-value.ts';
import { PartitionState } from './partition-state.ts';
import { planIndex } from './plan-index.ts';
import type { Result } from './result.ts';
import { runRule } from './run-rule.ts';
import { type MergedState, mergedValue } from './shared-states.ts';

/**
 * The rule's result when the named features and results have these values, others have no data; calc features
 * that are not given are computed. A rule with `hold` is run again at the end of it.
 */
export function tryRule(
  plan: Plan,
  kindName: string,
  id: string,
  rule: string,
  values: ReadonlyMap<string, unknown>,
  now: Millis,
): { entity: Entity; node: RuleNode; result: Result } | undefined {
  const kind = plan.kindOf.get(kindName);
  const node = kind?.nodes.find((other): other is RuleNode => other.type === 'rule' && other.name === rule);
  if (!kind || !node) return undefined;
  const entity = new Entity(plan, kind, id);
  const state = new PartitionState(0, plan);
  const result = entity.states[node.state] as Result;
  for (const time of [now, now + (node.rule.hold ?? 0)]) {
    state.streamTime = time;
    for (const other of kind.nodes) {
      if (other.slot < 0) continue;
      const given = values.get(other.name);
      if (given !== undefined) entity.slots[other.slot] = given;
      else if (other.type === 'calc') entity.slots[other.slot] = calcValue(other, entityFrame(entity, time));
      else if (other.type === 'merged')
        entity.slots[other.slot] =
          mergedValue(other.keeper, entity.states[other.state] as MergedState, time) ?? other.default;
      else if (other.type === 'lookup') entity.slots[other.slot] = other.default;
      else if (other.type === 'aggregate')
        entity.slots[other.slot] = planIndex(plan).blanks[kind.index]?.[other.state]?.value;
    }
    const cause = { entry: '0-0', event: undefined, late: false };
    runRule({ state, entity, node, result, cause, frame: entityFrame(entity, time) });
    entity.slots[node.slot] = result.value;
    if (node.rule.hold === undefined) break;
  }
  return { entity, node, result };
}
