/** The documents of all reports, evaluated by npm jsonata on the oracle's own values; lists put together here. */

import { bare, classOf, namesOf } from './decision.ts';
import type { Grouped, Kind, RuleSet } from './definition.ts';
import type { Entity } from './entity.ts';
import { placeOf } from './evaluate.ts';
import { rowOf } from './group.ts';
import { byText } from './ordering.ts';

/**
 * By report.
 * @param entities of local kinds, of all partitions
 * @param business the whole business
 */
export async function documents(
  set: RuleSet,
  entities: readonly Entity[],
  business: Entity,
): Promise<Map<string, unknown>> {
  const values = { ...business.values };
  for (const fact of business.kind.facts) {
    if (fact.is !== 'group') continue;
    const children = entities.filter(({ kind }) => kind.name === fact.of);
    if (fact.top !== undefined) values[fact.name] = await firstRows(set, fact, children);
    if (fact.sample !== undefined) values[fact.name] = sampled(set, fact, children, values[fact.name]);
  }
  const found = new Map<string, unknown>();
  for (const { name, params, value } of set.reports)
    found.set(name, await value.evaluate({ ...values, params }, placeOf(set, business)));
  return found;
}

/** The first by the order of the feature; of two alike the larger id first where the order goes down. */
async function firstRows(set: RuleSet, group: Grouped, children: readonly Entity[]): Promise<unknown[]> {
  const { order, where, top, fields } = group;
  const rated: { child: Entity; rate: number }[] = [];
  for (const child of children) {
    const place = placeOf(set, child);
    if (where && (await where.evaluate(child.values, place).catch(() => false)) !== true) continue;
    const rate = await order?.evaluate(child.values, place).catch(() => undefined);
    if (typeof rate === 'number') rated.push({ child, rate });
  }
  const sign = order?.text.startsWith('-') ? -1 : 1;
  rated.sort((a, b) => a.rate - b.rate || sign * byText(a.child.id, b.child.id));
  return rated.slice(0, top).map(({ child }) => rowOf(fields, child.values));
}

/** Each name with its count, the fixed texts of its line, and the first few who have it. */
function sampled(set: RuleSet, group: Grouped, children: readonly Entity[], counts: unknown): unknown {
  const [name = '', field] = String(group.value?.text).trim().split('.');
  const sorted = children.toSorted((a, b) => byText(a.id, b.id));
  const kind = set.kinds.find((each) => each.name === group.of) as Kind;
  const has = ({ values }: Entity, wanted: string) =>
    field === 'class' ? classOf(values[name]) === wanted : namesOf(values[name]).includes(wanted);
  return Object.fromEntries(
    Object.entries(counts as Record<string, number>).map(([wanted, count]) => {
      const sample = sorted.filter((each) => has(each, wanted)).slice(0, group.sample);
      return [wanted, { ...textsOf(kind, name, wanted), count, sample: sample.map(({ values }) => values) }];
    }),
  );
}

function textsOf(kind: Kind, name: string, wanted: string): Record<string, unknown> {
  const rule = kind.facts.find((fact) => fact.name === name);
  if (rule?.is !== 'rule' || rule.shape.is !== 'pick') return {};
  const line = rule.shape.lines.find((each) => each.name === wanted);
  const texts = line?.fields.map(([key, text]) => [key, text.literal] as const) ?? [];
  return Object.fromEntries(texts.filter(([, text]) => bare(text) !== undefined));
}
