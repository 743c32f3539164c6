/** Folds a log with the engine in memory and shows what lies in its partition the way the oracle shows its own. */

import { readConfig } from '../../src/cli/read-config.ts';
import type { Decision } from '../../src/core/decision.ts';
import type { Entry } from '../../src/core/entry.ts';
import { loadRuleSet, type RuleFile } from '../../src/rules/load-rule-set.ts';
import type { Plan } from '../../src/rules/plan.ts';
import { decode } from '../../src/step/decode.ts';
import type { Entity } from '../../src/step/entity.ts';
import { PartitionState } from '../../src/step/partition-state.ts';
import type { Result } from '../../src/step/result.ts';
import { step } from '../../src/step/step.ts';
import type { EntityView } from '../oracle/oracle.ts';
import { SHIPPED } from '../oracle/rule-files.ts';

/** All the shipped rules. */
export function shippedPlan(): Plan {
  return planOf(readConfig(SHIPPED));
}

export function planOf(files: readonly RuleFile[]): Plan {
  const loaded = loadRuleSet(files);
  if (!loaded.ok) throw new Error(`the rules do not load: ${JSON.stringify(loaded.problems)}`);
  return loaded.plan;
}

export interface EngineRun {
  readonly state: PartitionState;
  readonly entities: Map<string, EntityView>;
  readonly decisions: Decision[];
  readonly dead: { reason: string }[];
  readonly late: number;
}

/** `between` is called after every entry; it may hand back another state to go on with. */
export function runEngine(
  plan: Plan,
  log: readonly Entry[],
  between: (state: PartitionState, changes: ReturnType<PartitionState['collect']>) => PartitionState = (
    state,
  ) => state,
): EngineRun {
  let state = new PartitionState(0, plan, { incarnation: 1 });
  const decisions: Decision[] = [];
  const dead: { reason: string }[] = [];
  let late = 0;
  for (const entry of log) {
    for (const item of decode(entry, state.plan.events, { clock: 'log' })) step(state, entry, item);
    const changes = state.collect();
    decisions.push(...changes.out.map(([text]) => JSON.parse(text) as Decision));
    dead.push(...changes.dead.map((text) => JSON.parse(text) as { reason: string }));
    late += changes.late.length;
    state = between(state, changes);
  }
  return { state, entities: viewsOf(state), decisions, dead, late };
}

export function viewsOf(state: PartitionState): Map<string, EntityView> {
  const local = [...state.entities].filter(([, { kind, gone }]) => kind.role === 'local' && !gone);
  return new Map(local.map(([key, entity]) => [key, viewOf(entity)]));
}

/** An entity's features and results; what it gives to shared kinds is left out. */
export function viewOf(entity: Entity): EntityView {
  const features: Record<string, unknown> = {};
  const results: EntityView['results'] & Record<string, unknown> = {};
  for (const node of entity.kind.nodes) {
    if (node.slot < 0) continue;
    if (node.type !== 'rule') {
      features[node.name] = entity.slots[node.slot];
      continue;
    }
    const result = entity.states[node.state] as Result;
    (results as Record<string, unknown>)[node.name] = {
      value: result.value,
      published: result.published,
      decision_count: result.count,
    };
  }
  return { features, results };
}
