/** Lists of entities from the history: filtered, ordered, page by page, as JSON or CSV. */

import type { Context } from 'hono';
import type { EntityQuery, KeptEntity, KeptPerson } from '../core/history/kept-entity.ts';
import { pickTag } from '../core/history/kept-entity.ts';
import type { History } from '../core/history.ts';
import type { KindPlan } from '../rules/plan.ts';
import { callerOf, may } from './access.ts';
import type { AppOptions } from './app.ts';
import { csvLine } from './csv-line.ts';
import { asOf, iso, noHistory } from './history-answer.ts';
import { listQuery, pickCalled } from './list-query.ts';
import { problem } from './problem.ts';
import { LARGEST_LIMIT, Query } from './query.ts';
import { lineTexts } from './report-values.ts';

export async function answerEntities(
  c: Context,
  options: AppOptions,
  kindName: string,
  collection: string,
): Promise<Response> {
  const kind = options.plan().kindOf.get(kindName);
  if (!kind) return problem(c, { slug: 'not-found', status: 404, title: `There is no kind ${kindName}` });
  const query = new Query(c.req.query(), options.clock.now());
  const asked = listQuery(query, kind, options.plan());
  const format = query.word('format', ['json', 'csv']) ?? 'json';
  const refused = query.problem();
  if (refused) return problem(c, refused);
  return answerList(c, options, { kind, collection, format }, asked);
}

/** The members of a picked name: `/v1/segments/at_risk/leads`. */
export async function answerMembers(
  c: Context,
  options: AppOptions,
  { kind: kindName, as, name }: { kind: string; as: string; name: string },
): Promise<Response> {
  const kind = options.plan().kindOf.get(kindName);
  const rule = kind && pickCalled(as, kind, options.plan());
  if (!kind || rule?.shape.type !== 'pick' || !rule.shape.lines.some((line) => line.name === name))
    return problem(c, { slug: 'not-found', status: 404, title: `There is no ${as} of this name` });
  const query = new Query(c.req.query(), options.clock.now());
  const asked = listQuery(query, kind, options.plan());
  const format = query.word('format', ['json', 'csv']) ?? (wantsCsv(c) ? 'csv' : 'json');
  const refused = query.problem();
  if (refused) return problem(c, refused);
  const tags = [...(asked.tags ?? []), pickTag(rule.name, name)];
  return answerList(c, options, { kind, collection: `${kind.name}s`, format }, { ...asked, tags });
}

/** The names a pick rule knows, each with its texts and how many entities have it. */
export async function answerPicks(
  c: Context,
  options: AppOptions,
  { kind: kindName, as }: { kind: string; as: string },
): Promise<Response> {
  const { history } = options;
  const kind = options.plan().kindOf.get(kindName);
  const rule = kind && pickCalled(as, kind, options.plan());
  if (rule?.shape.type !== 'pick')
    return problem(c, {
      slug: 'not-found',
      status: 404,
      title: `No rule is listed as ${as}`,
      detail: 'weir.yaml says which: `lists`',
    });
  const refused = new Query(c.req.query(), options.clock.now()).problem();
  if (refused) return problem(c, refused);
  if (!history) return noHistory(c);
  const counts = await history.tagCounts(kindName);
  const names = rule.shape.lines.map((line) => ({
    name: line.name,
    ...lineTexts(rule, line.name),
    count: counts.get(pickTag(rule.name, line.name)) ?? 0,
  }));
  return c.json({
    [`${as}s`]: names,
    rule: rule.name,
    version: rule.version,
    ...(await asOf(options, history)),
  });
}

async function answerList(
  c: Context,
  options: AppOptions,
  { kind, collection, format }: { kind: KindPlan; collection: string; format: 'json' | 'csv' },
  asked: EntityQuery,
): Promise<Response> {
  const { history } = options;
  if (!history) return noHistory(c);
  if (format === 'csv') return csv(c, history, kind, asked);
  const standing = await asOf(options, history);
  const { rows, next } = await history.entities(asked);
  const persons = await personsOf(c, history, kind.name, rows);
  const items = rows.map((row) => ({ ...row.values, ...persons.get(row.id), stream_time: iso(row.asOf) }));
  const more = next === undefined ? {} : { next };
  return c.json({ [collection]: items, ...more, ...standing });
}

/** Personal fields, where the caller may see them. */
async function personsOf(
  c: Context,
  history: History,
  kind: string,
  rows: readonly KeptEntity[],
): Promise<ReadonlyMap<string, KeptPerson>> {
  if (!may(callerOf(c), 'personal') || rows.length === 0) return new Map();
  return history.persons(
    kind,
    rows.map((row) => row.id),
  );
}

/** Every row that fits, page after page, as the client reads. */
function csv(c: Context, history: History, kind: KindPlan, asked: EntityQuery): Response {
  const personal = may(callerOf(c), 'personal');
  const columns = [...kind.slots, ...(personal ? ['email', 'name'] : [])];
  let after = asked.after;
  let left = true;
  const lines = new ReadableStream<Uint8Array>({
    start: (stream) => stream.enqueue(Buffer.from(csvLine(columns))),
    pull: async (stream) => {
      if (!left) return stream.close();
      const page = await history.entities({
        ...asked,
        limit: LARGEST_LIMIT,
        ...(after === undefined ? {} : { after }),
      });
      const persons = await personsOf(c, history, kind.name, page.rows);
      const text = page.rows
        .map((row) => ({ ...row.values, ...persons.get(row.id) }) as Record<string, unknown>)
        .map((row) => csvLine(columns.map((column) => row[column])));
      after = page.next;
      left = after !== undefined;
      stream.enqueue(Buffer.from(text.join('')));
    },
  });
  return c.body(lines, 200, {
    'content-type': 'text/csv; charset=utf-8',
    'content-disposition': `attachment; filename="${kind.name}s.csv"`,
  });
}

function wantsCsv(c: Context): boolean {
  return /\btext\/csv\b/.test(c.req.header('accept') ?? '');
}
