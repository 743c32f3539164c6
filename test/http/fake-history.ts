/** A history in memory for tests of HTTP: decisions, entities and persons as given, paged like the real one. */

import type { Decision } from '../../src/core/decision.ts';
import type { KeptEntity, KeptPerson } from '../../src/core/history/kept-entity.ts';
import { type Page, pageOf, readCursor } from '../../src/core/history/page.ts';
import type { History } from '../../src/core/history.ts';

export interface Kept {
  readonly decisions?: readonly Decision[];
  readonly entities?: readonly KeptEntity[];
  readonly persons?: Readonly<Record<string, KeptPerson>>;
  readonly reports?: readonly { readonly name: string; readonly at: number; readonly document: unknown }[];
}

export function fakeHistory({ decisions = [], entities = [], persons = {}, reports = [] }: Kept): History {
  const paged = <Row>(rows: readonly Row[], limit: number, after: string | undefined): Page<Row> => {
    const from = after === undefined ? 0 : (readCursor(after, ['number'])[0] as number);
    return pageOf(
      rows.slice(from, from + limit + 1).map((row, i) => ({ row, place: from + i + 1 })),
      limit,
      ({ row }) => row,
      ({ place }) => [place],
    );
  };
  const history: Partial<History> = {
    decisions: async ({ rule, since = 0, until = Number.POSITIVE_INFINITY, limit, after }) =>
      paged(
        decisions
          .filter((one) => (rule === undefined || one.rule === rule) && one.time >= since && one.time < until)
          .toReversed(),
        limit,
        after,
      ),
    decisionsAt: async (kind, entity, at) => {
      const last = new Map<string, Decision>();
      for (const one of decisions)
        if (one.kind === kind && one.entity === entity && one.time <= at) last.set(one.rule, one);
      return [...last.values()].sort((a, b) => (a.rule < b.rule ? -1 : 1));
    },
    eachDecision: async (rule, { from, to }, take) => {
      for (const one of decisions) if (one.rule === rule && one.time >= from && one.time < to) take(one);
    },
    entities: async ({ kind, tags = [], ranks = [], order, limit, after }) => {
      const rank = ({ values }: KeptEntity, name: string) => {
        const value = values[name] as number | { value: number } | undefined;
        return typeof value === 'object' ? value.value : value;
      };
      const found = entities.filter(
        (entity) =>
          entity.kind === kind &&
          tags.every((tag) => entity.tags.includes(tag)) &&
          ranks.every(
            ({ name, min, max }) =>
              (rank(entity, name) ?? Number.NaN) >= (min ?? Number.NEGATIVE_INFINITY) &&
              (rank(entity, name) ?? Number.NaN) <= (max ?? Number.POSITIVE_INFINITY),
          ),
      );
      if (order) {
        const sign = order.descending ? -1 : 1;
        found.sort((a, b) => sign * ((rank(a, order.by) ?? 0) - (rank(b, order.by) ?? 0)));
      }
      return paged(found, limit, after);
    },
    tagCounts: async () => {
      const counts = new Map<string, number>();
      for (const tag of entities.flatMap((entity) => entity.tags))
        counts.set(tag, (counts.get(tag) ?? 0) + 1);
      return counts;
    },
    pickChanges: async (rule, since) => {
      const changes = new Map<string, number>();
      for (const { entered = [], left = [], ...one } of decisions)
        if (one.rule === rule && one.time >= since && one.mode === 'live')
          for (const [names, step] of [[entered, 1] as const, [left, -1] as const])
            for (const name of names) changes.set(name, (changes.get(name) ?? 0) + step);
      return changes;
    },
    persons: async (_kind, ids) =>
      new Map(ids.flatMap((id) => (persons[id] ? [[id, persons[id]] as const] : []))),
    report: async (name, at = Number.POSITIVE_INFINITY) =>
      reports.filter((one) => one.name === name && one.at <= at).at(-1),
    ruleSetChanges: async () => [],
    asOf: async () => 0,
    asOfAll: async () => [],
  };
  return history as History;
}
