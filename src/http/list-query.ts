/** What a list of entities is asked by: tags and numbers of rules, under their own or their short names. */

import { classTag, type EntityQuery, pickTag, type RankFilter } from '../core/history/kept-entity.ts';
import type { KindPlan, Plan, RulePlan } from '../rules/plan.ts';
import type { Query } from './query.ts';

/** Reads every filter of the kind; what is wrong with them is in the query's own problem. */
export function listQuery(query: Query, kind: KindPlan, plan: Plan): EntityQuery {
  const tags: string[] = [];
  const ranks: RankFilter[] = [];
  const orders: string[] = [];
  const named = namedRules(kind, plan);
  for (const [name, { name: rule, shape }] of named) {
    if (shape.type === 'pick') {
      const picked = query.word(
        name,
        shape.lines.map((line) => line.name),
      );
      if (picked !== undefined) tags.push(pickTag(rule, picked));
    } else if (shape.type === 'factors') {
      if (shape.classes) {
        const found = query.word(
          name,
          shape.classes.map((line) => line.class),
        );
        if (found !== undefined) tags.push(classTag(rule, found));
      }
      const [min, max] = [query.number(`min_${name}`), query.number(`max_${name}`)];
      if (min !== undefined || max !== undefined)
        ranks.push({
          name: rule,
          ...(min === undefined ? {} : { min }),
          ...(max === undefined ? {} : { max }),
        });
      orders.push(name, `-${name}`);
    }
  }
  const order = query.word('order', orders);
  const after = query.text('after');
  return {
    kind: kind.name,
    limit: query.limit(),
    tags,
    ranks,
    ...(after === undefined ? {} : { after }),
    ...(order === undefined ? {} : { order: orderOf(order, named) }),
  };
}

function orderOf(order: string, named: ReadonlyMap<string, RulePlan>): NonNullable<EntityQuery['order']> {
  const name = order.replace(/^-/, '');
  return { by: (named.get(name) as RulePlan).name, descending: order.startsWith('-') };
}

/** Live rules of the kind by their names, and by the short ones of `lists:`. */
function namedRules(kind: KindPlan, { settings }: Plan): Map<string, RulePlan> {
  const rules = new Map<string, RulePlan>();
  for (const node of kind.nodes)
    if (node.type === 'rule' && node.rule.mode === 'live') rules.set(node.rule.name, node.rule);
  for (const [name, rule] of Object.entries(settings.lists[kind.name] ?? {})) {
    const found = rules.get(rule);
    if (found) rules.set(name, found);
  }
  return rules;
}

/** The pick rule that a short name of the kind stands for. */
export function pickCalled(name: string, kind: KindPlan, plan: Plan): RulePlan | undefined {
  const rule = namedRules(kind, plan).get(name);
  return rule?.shape.type === 'pick' ? rule : undefined;
}
