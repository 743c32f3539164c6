/** Lists of entities from the history: filtered, ordered, page by page, as JSON or CSV. */

import type { Context } from 'hono';
import Type from 'typebox';
import type { EntityQuery, KeptEntity, KeptPerson } from '../core/history/kept-entity.ts';
import { pickTag } from '../core/history/kept-entity.ts';
import type { History } from '../core/history.ts';
import type { KindPlan, Plan } from '../rules/plan.ts';
import { callerOf, may } from './access.ts';
import { page, STANDING, TIME } from './answer-schemas.ts';
import type { AppOptions } from './app.ts';
import { csvLine } from './csv-line.ts';
import { asOf, iso, noHistory } from './history-answer.ts';
import { listParameters, listQuery, pickCalled } from './list-query.ts';
import { LARGEST_LIMIT, word } from './parameter.ts';
import { problem } from './problem.ts';
import { lineTexts } from './report-values.ts';
import { type Route, route } from './route.ts';

const FORMAT = word('csv: every row that fits, as one file', ['json', 'csv']);
const ANSWERS = (collection: string) => ({
  200: {
    description: 'A page, or with `format=csv` everything',
    schema: page(
      collection,
      Type.Object(
        {
          decisions: Type.Record(
            Type.String(),
            Type.Object({ decision_id: Type.String(), decided_at: TIME, version: Type.Integer() }),
            { description: 'The last decision of each rule that has decided' },
          ),
          stream_time: TIME,
        },
        { additionalProperties: true },
      ),
    ),
  },
});

/** `/v1/leads`. */
export function listRoute(collection: string, kindName: string, tag: string, plan: Plan): Route {
  const parameters = { ...listParameters(plan.kindOf.get(kindName), plan), format: FORMAT };
  return route({
    method: 'GET',
    path: `/v1/${collection}`,
    tag,
    summary: `${tag}, filtered and ordered`,
    permission: 'read',
    query: parameters,
    answers: ANSWERS(collection),
    problems: { 404: ['not-found', 'no-history'] },
    answer: (c, options, { query }) => {
      const kind = plan.kindOf.get(kindName);
      if (!kind) return problem(c, { slug: 'not-found', status: 404, title: `There is no kind ${kindName}` });
      const { format = 'json' } = query;
      return answerList(c, options, { kind, collection, format }, listQuery(query, kind, plan));
    },
  });
}

interface Picks {
  readonly kind: string;
  /** The short name of its rule in the lists of weir.yaml. */
  readonly as: string;
}

/** The members of a picked name: `/v1/segments/at_risk/leads`. */
export function membersRoute({ kind: kindName, as }: Picks, plan: Plan): Route {
  const found = plan.kindOf.get(kindName);
  return route({
    method: 'GET',
    path: `/v1/${as}s/{name}/${kindName}s`,
    tag: 'Segments',
    summary: `The ${kindName}s of one ${as}`,
    permission: 'read',
    query: { ...listParameters(found, plan), format: FORMAT },
    answers: ANSWERS(`${kindName}s`),
    problems: { 404: ['not-found', 'no-history'] },
    answer: (c, options, { params, query }) => {
      const name = params.name as string;
      const rule = found && pickCalled(as, found, plan);
      if (!found || rule?.shape.type !== 'pick' || !rule.shape.lines.some((line) => line.name === name))
        return problem(c, { slug: 'not-found', status: 404, title: `There is no ${as} of this name` });
      const format = query.format ?? (wantsCsv(c) ? 'csv' : 'json');
      const asked = listQuery(query, found, plan);
      const tags = [...(asked.tags ?? []), pickTag(rule.name, name)];
      return answerList(c, options, { kind: found, collection: `${kindName}s`, format }, { ...asked, tags });
    },
  });
}

/** The names a pick rule knows, each with its texts and how many entities have it. */
export function picksRoute({ kind: kindName, as }: Picks, plan: Plan): Route {
  return route({
    method: 'GET',
    path: `/v1/${as}s`,
    tag: 'Segments',
    summary: `The ${as}s with their counts`,
    permission: 'read',
    answers: {
      200: {
        description: 'By name',
        schema: Type.Object({
          [`${as}s`]: Type.Array(
            Type.Object({ name: Type.String(), count: Type.Integer() }, { additionalProperties: true }),
          ),
          rule: Type.String(),
          version: Type.Integer(),
          ...STANDING,
        }),
      },
    },
    problems: { 404: ['not-found', 'no-history'] },
    answer: async (c, options) => {
      const { history } = options;
      const kind = plan.kindOf.get(kindName);
      const rule = kind && pickCalled(as, kind, plan);
      if (rule?.shape.type !== 'pick')
        return problem(c, {
          slug: 'not-found',
          status: 404,
          title: `No rule is listed as ${as}`,
          detail: 'weir.yaml says which: `lists`',
        });
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
    },
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
  if (format === 'csv') return csvAnswer(c, history, kind, asked);
  const standing = await asOf(options, history);
  const { rows, next } = await history.entities(asked);
  const persons = await personsOf(c, history, kind.name, rows);
  const items = rows.map((row) => ({
    ...row.values,
    ...persons.get(row.id),
    decisions: row.decisions,
    stream_time: iso(row.asOf),
  }));
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
function csvAnswer(c: Context, history: History, kind: KindPlan, asked: EntityQuery): Response {
  const personal = may(callerOf(c), 'personal');
  const columns = [...kind.slots, ...(personal ? ['email', 'name'] : [])];
  let after = asked.after;
  let left = true;
  const lines = new ReadableStream<Uint8Array>({
    start: (stream) => stream.enqueue(Buffer.from(csvLine(columns))),
    pull: async (stream) => {
      if (!left) return stream.close();
      const found = await history.entities({
        ...asked,
        limit: LARGEST_LIMIT,
        ...(after === undefined ? {} : { after }),
      });
      const persons = await personsOf(c, history, kind.name, found.rows);
      const text = found.rows
        .map((row) => ({ ...row.values, ...persons.get(row.id) }) as Record<string, unknown>)
        .map((row) => csvLine(columns.map((column) => row[column])));
      after = found.next;
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
