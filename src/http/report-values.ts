/** The values a report reads: from the shared entity in Redis, and what only the history knows. */

import { classTag, type KeptEntity, pickTag } from '../core/history/kept-entity.ts';
import type { Page } from '../core/history/page.ts';
import type { History } from '../core/history.ts';
import type { Millis } from '../core/units.ts';
import type { KindPlan, Plan, ReportPlan } from '../rules/plan.ts';
import type { QueryPlan } from '../rules/plan-node.ts';
import { REPORT_KIND } from '../rules/report-definition.ts';
import type { RulePlan } from '../rules/rule-plan.ts';
import { feedValue, type RecountSpan } from '../step/recount.ts';
import { LARGEST_LIMIT } from './parameter.ts';

/** Which page of the report's list is asked for. */
export interface ListPage {
  /** Absent: as many as the rule file says. */
  readonly limit?: number;
  readonly after?: string;
}

export interface ReportQuestion {
  readonly plan: Plan;
  readonly report: ReportPlan;
  readonly history: History;
  readonly now: Millis;
  readonly page: ListPage;
  /** Personal fields are joined to rows. */
  readonly personal: boolean;
  readonly span?: RecountSpan | undefined;
}

/** What the history answers of it, by name, and where its list goes on. */
export interface HistoryValues {
  readonly values: Record<string, unknown>;
  readonly next?: string;
}

/** The features of a report that the database answers; `counts` are the values that Redis has. */
export async function historyValues(
  question: ReportQuestion,
  counts: Readonly<Record<string, unknown>>,
): Promise<HistoryValues> {
  const { plan, report } = question;
  const values: Record<string, unknown> = {};
  let next: string | undefined;
  for (const query of plan.queries) {
    if (query.kind !== REPORT_KIND || !report.expression.reads.includes(query.name)) continue;
    if (query.select.type === 'sample') {
      values[query.name] = await sampled(question, query, counts[query.name]);
      continue;
    }
    const page = await topRows(question, query);
    values[query.name] = page.rows;
    next ??= page.next;
  }
  for (const list of decisionLists(question)) {
    const page = await listed(question, list, counts[list.name]);
    values[list.name] = page.rows;
    next ??= page.next;
  }
  return { values, ...(next === undefined ? {} : { next }) };
}

/** A feature that lists the newest decisions of one rule. */
interface DecisionList {
  readonly name: string;
  readonly rule: string;
  readonly node: number;
  readonly window: Millis | undefined;
}

function decisionLists({ plan, report }: ReportQuestion): DecisionList[] {
  const part = plan.kindOf.get(`${REPORT_KIND}.part`);
  return (part?.nodes ?? []).flatMap((node, index) => {
    if (node.type !== 'fed' || node.verb !== 'latest' || !report.expression.reads.includes(node.name))
      return [];
    const types = [...(part as KindPlan).feeds].filter(([, feeds]) =>
      feeds.some((feed) => feed.node === index),
    );
    const [type] = types.map(([name]) => name);
    if (types.length !== 1 || !type?.startsWith('decision.')) return [];
    return [{ name: node.name, rule: type.slice('decision.'.length), node: index, window: node.window }];
  });
}

/** What the feature holds, or any page of the decisions it is made from. */
async function listed(
  question: ReportQuestion,
  { rule, node, window }: DecisionList,
  held: unknown,
): Promise<Page<Record<string, unknown>>> {
  const { plan, history, page, span, now } = question;
  const kind = plan.kinds.find(({ nodes }) =>
    nodes.some((other) => other.type === 'rule' && other.name === rule),
  );
  const key = kind?.key.length === 1 ? kind.key[0] : undefined;
  let rows = (Array.isArray(held) ? held : []) as Record<string, unknown>[];
  let next: string | undefined;
  if (page.limit !== undefined || page.after !== undefined) {
    const found = await history.decisions({
      rule,
      mode: 'live',
      limit: page.limit ?? LARGEST_LIMIT,
      ...(span ? { since: span.from, until: span.to } : window === undefined ? {} : { since: now - window }),
      ...(page.after === undefined ? {} : { after: page.after }),
    });
    rows = found.rows.flatMap((decision) => {
      const row = feedValue(plan, REPORT_KIND, node, decision);
      return row === undefined ? [] : [row as Record<string, unknown>];
    });
    next = found.next;
  }
  if (kind && key !== undefined) {
    const ids = rows.map((row) => String(row[key]));
    const persons = await personsOf(question, kind.name, ids);
    rows = rows.map((row) => ({ ...row, ...persons.get(String(row[key])) }));
  }
  return { rows, ...(next === undefined ? {} : { next }) };
}

/** The first rows by the order of the feature, or a further page of them. */
async function topRows(question: ReportQuestion, query: QueryPlan): Promise<Page<Record<string, unknown>>> {
  const { history, page } = question;
  const { select } = query;
  if (select.type !== 'top') return { rows: [] };
  const wanted = page.limit ?? select.top;
  const kept: KeptEntity[] = [];
  let after = page.after;
  // what `where` refuses is only known here: pages are read until there are enough
  do {
    const found: Page<KeptEntity> = await history.entities({
      kind: query.child,
      limit: Math.min(LARGEST_LIMIT, wanted - kept.length),
      order: { by: select.order.path[0] as string, descending: select.order.descending },
      ...(after === undefined ? {} : { after }),
    });
    kept.push(...found.rows.filter((entity) => holds(question, query, entity)));
    after = found.next;
  } while (after !== undefined && kept.length < wanted);
  const persons = await personsOf(
    question,
    query.child,
    kept.map(({ id }) => id),
  );
  const rows = kept.map(({ id, values }) => ({ ...picked(values, select.fields), ...persons.get(id) }));
  return { rows, ...(after === undefined ? {} : { next: after }) };
}

function holds({ plan, now }: ReportQuestion, { child, where }: QueryPlan, { values }: KeptEntity): boolean {
  if (where === undefined) return true;
  const { slots } = plan.kindOf.get(child) as KindPlan;
  const { timezone, currency } = plan.settings;
  const frame = {
    slots: slots.map((name) => values[name] ?? undefined),
    input: {},
    time: now,
    zone: timezone,
    currency,
  };
  try {
    return where.evaluate(frame) === true;
  } catch {
    return false;
  }
}

/** Name → its count, the texts of its line in the rule file, and a few who have it. */
async function sampled(
  question: ReportQuestion,
  query: QueryPlan,
  counts: unknown,
): Promise<Record<string, unknown>> {
  const { plan, history } = question;
  const { select, child } = query;
  if (select.type !== 'sample') return {};
  const source = sampleSource(select.value.text, plan.kindOf.get(child) as KindPlan);
  const sampled: Record<string, unknown> = {};
  for (const [name, count] of Object.entries((counts ?? {}) as Record<string, number>)) {
    const tags = source ? [source.tag(name)] : [];
    const found =
      source === undefined || count === 0
        ? []
        : (await history.entities({ kind: child, limit: select.sample, tags })).rows;
    const persons = await personsOf(
      question,
      child,
      found.map(({ id }) => id),
    );
    const sample = found.map(({ id, values }) => ({ ...values, ...persons.get(id) }));
    sampled[name] = { ...source?.texts(name), count, sample };
  }
  return sampled;
}

interface SampleSource {
  tag(name: string): string;
  texts(name: string): Record<string, unknown>;
}

/** What a tally counts, where lists can be asked for it: the names a rule picks, or its classes. */
function sampleSource(text: string, kind: KindPlan): SampleSource | undefined {
  const [, name, field] = /^\s*(\w+)(?:\.(name|class))?\s*$/.exec(text) ?? [];
  const rule = kind.nodes.flatMap((node) =>
    node.type === 'rule' && node.name === name ? [node.rule] : [],
  )[0];
  if (!rule) return undefined;
  if (rule.shape.type === 'pick' && field !== 'class')
    return { tag: (picked) => pickTag(rule.name, picked), texts: (picked) => lineTexts(rule, picked) };
  if (rule.shape.type === 'factors' && field === 'class')
    return { tag: (found) => classTag(rule.name, found), texts: () => ({}) };
  return undefined;
}

/** The texts of a line that are the same for everybody. */
export function lineTexts({ shape }: RulePlan, name: string): Record<string, unknown> {
  if (shape.type !== 'pick') return {};
  const line = shape.lines.find((other) => other.name === name);
  return Object.fromEntries(
    (line?.fields ?? []).flatMap(({ key, text }) =>
      typeof text === 'object' && text !== null ? [] : [[key, text]],
    ),
  );
}

async function personsOf(
  { personal, history }: ReportQuestion,
  kind: string,
  ids: readonly string[],
): Promise<ReadonlyMap<string, Readonly<Record<string, string>>>> {
  return personal && ids.length > 0 ? history.persons(kind, ids) : new Map();
}

function picked(
  values: Readonly<Record<string, unknown>>,
  fields: readonly string[],
): Record<string, unknown> {
  return Object.fromEntries(
    fields.flatMap((field) => (values[field] == null ? [] : [[field, values[field]]])),
  );
}
