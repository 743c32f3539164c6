/** What a list of entities is asked by: tags and numbers of rules, under their own or their short names. */

import { classTag, type EntityQuery, pickTag, type RankFilter } from '../core/history/kept-entity.ts';
import type { KindPlan, Plan } from '../rules/plan.ts';
import type { RulePlan } from '../rules/rule-plan.ts';
import { AFTER, LIMIT, number, type Parameter, type Parameters, type Values, word } from './parameter.ts';

/** The filters and the orders that a list of the kind takes. */
export function listParameters(kind: KindPlan | undefined, plan: Plan): Parameters {
  const parameters: Record<string, Parameter<unknown>> = {};
  const orders: string[] = [];
  for (const [name, { name: rule, shape }] of kind ? namedRules(kind, plan) : []) {
    if (shape.type === 'pick')
      parameters[name] = word(
        `Those for which ${rule} picks it`,
        shape.lines.map((line) => line.name),
      );
    else if (shape.type === 'factors') {
      if (shape.classes)
        parameters[name] = word(
          `Those that ${rule} puts in this class`,
          shape.classes.map((line) => line.class),
        );
      parameters[`min_${name}`] = number(`${rule} is at least this`);
      parameters[`max_${name}`] = number(`${rule} is at most this`);
      orders.push(name, `-${name}`);
    }
  }
  return {
    ...parameters,
    order: word('By this result; - for the largest first', orders),
    after: AFTER,
    limit: LIMIT,
  };
}

/** @param values of `listParameters` */
export function listQuery(values: Values<Parameters>, kind: KindPlan, plan: Plan): EntityQuery {
  const tags: string[] = [];
  const ranks: RankFilter[] = [];
  const named = namedRules(kind, plan);
  for (const [name, { name: rule, shape }] of named) {
    const found = values[name] as string | undefined;
    if (found !== undefined) tags.push(shape.type === 'pick' ? pickTag(rule, found) : classTag(rule, found));
    const [min, max] = [values[`min_${name}`], values[`max_${name}`]] as (number | undefined)[];
    if (min !== undefined || max !== undefined)
      ranks.push({
        name: rule,
        ...(min === undefined ? {} : { min }),
        ...(max === undefined ? {} : { max }),
      });
  }
  const { order, after, limit } = values as { order?: string; after?: string; limit: number };
  return {
    kind: kind.name,
    limit,
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
