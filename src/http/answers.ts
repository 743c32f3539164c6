/** Entities and explanations as JSON answers: the one place that names their fields. */

import type { StoredEntity } from '../processor/read-entity.ts';
import type { RuleNode } from '../rules/plan-node.ts';
import { openActions } from '../step/actions/open-actions.ts';
import type { Entity } from '../step/entity.ts';
import { explain } from '../step/explain.ts';
import type { Result } from '../step/result.ts';

/**
 * Key fields, features, results with their published values, and where the answer stands in the log.
 * @param fields only these features and results; all where it is absent
 */
export function entityAnswer(
  stored: StoredEntity,
  now: number,
  fields?: readonly string[],
): Record<string, unknown> {
  const { entity } = stored;
  const features: Record<string, unknown> = {};
  const results: Record<string, unknown> = {};
  for (const node of entity.kind.nodes) {
    if (fields && !fields.includes(node.name)) continue;
    if (node.type === 'rule')
      results[node.rule.name] = resultAnswer(stored, entity.states[node.state] as Result, node);
    else if (node.slot >= 0) features[node.name] = entity.slots[node.slot] ?? null;
  }
  return { ...keys(stored), features, results, ...place(stored, now) };
}

function resultAnswer(stored: StoredEntity, result: Result, { rule }: RuleNode): Record<string, unknown> {
  return {
    value: result.value ?? null,
    published_value: stored.decided.get(rule.name)?.value ?? result.published ?? null,
    published: result.count,
    rule: rule.name,
    version: rule.version,
    mode: rule.mode,
    decision_id: result.decision ?? null,
    decided_at: result.decidedAt === undefined ? null : new Date(result.decidedAt).toISOString(),
    ...(result.failing === undefined ? {} : { error: result.failing }),
  };
}

/** @param homes where the actions of its rules are kept */
export function explainAnswer(
  stored: StoredEntity,
  now: number,
  { rule, homes = [] }: { readonly rule?: string | undefined; readonly homes?: readonly Entity[] } = {},
): Record<string, unknown> {
  const { entity } = stored;
  const open = openActions(homes, entity);
  const acting = new Set(
    entity.kind.nodes.flatMap((node) => (node.type === 'rule' && node.rule.acting ? [node.rule.name] : [])),
  );
  const results = explain(entity, stored.streamTime, stored.decided).map((result) =>
    acting.has(result.rule) ? { ...result, actions: open.get(result.rule) ?? [] } : result,
  );
  const wanted = rule === undefined ? results : results.filter((result) => result.rule === rule);
  return { ...keys(stored), results: wanted, ...place(stored, now) };
}

function keys({ entity }: StoredEntity): Record<string, unknown> {
  return {
    kind: entity.kind.name,
    id: entity.id,
    ...Object.fromEntries(entity.kind.key.map((field, i) => [field, entity.slots[i]])),
  };
}

/** How old the answer is: stream time is what the values are true for. */
function place(stored: StoredEntity, now: number): Record<string, unknown> {
  return {
    partition: stored.partition,
    position: stored.position,
    stream_time: new Date(stored.streamTime).toISOString(),
    age_seconds: Math.max(0, Math.round((now - stored.streamTime) / 100) / 10),
    rules: stored.entity.plan.hash,
  };
}
