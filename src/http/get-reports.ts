/** Reports: JSON computed from the state now, over a span from the history, or as it was stored before. */

import type { Context } from 'hono';
import Type from 'typebox';
import type { Decision } from '../core/decision.ts';
import type { History } from '../core/history.ts';
import { DAY, type Millis } from '../core/units.ts';
import type { StoredEntity } from '../processor/read-entity.ts';
import { ExpressionError } from '../rules/expression/expression.ts';
import type { Plan, ReportPlan } from '../rules/plan.ts';
import { REPORT_KIND } from '../rules/report-definition.ts';
import { Recount, type RecountSpan } from '../step/recount.ts';
import { reportDocument } from '../step/report.ts';
import { callerOf, may } from './access.ts';
import { ANYTHING } from './answer-schemas.ts';
import type { AppOptions } from './app.ts';
import { iso, noHistory } from './history-answer.ts';
import { AFTER, LIMIT, time, type Values } from './parameter.ts';
import { problem } from './problem.ts';
import { historyValues, type ListPage } from './report-values.ts';
import { type Route, route } from './route.ts';

const LONGEST_SPAN: Millis = 400 * DAY;

const SPAN = {
  from: time('From here on; for reports with a span'),
  to: time('Before this; for reports with a span'),
};
const PAGE = { after: AFTER, limit: { ...LIMIT, otherwise: undefined } };
const AT = { at: time('As it was stored then') };
const ANSWERS = {
  200: {
    description: 'The document, as the rule file of the report writes it',
    schema: ANYTHING,
    headers: { 'weir-as-of': 'Stream time of the values', link: 'The next page of its list' },
  },
};

export const reportsRoute = route({
  method: 'GET',
  path: '/v1/reports',
  tag: 'Reports',
  summary: 'The reports there are',
  permission: 'read',
  answers: {
    200: {
      description: 'By name',
      schema: Type.Object({
        reports: Type.Array(
          Type.Object({
            name: Type.String(),
            description: Type.String(),
            address: Type.String(),
            path: Type.Optional(Type.String()),
            takes_span: Type.Boolean(),
            at: Type.String(),
          }),
        ),
      }),
    },
  },
  answer: (c, options) => {
    const reports = [...options.plan().reports.values()].map(({ name, description, path, range, at }) => ({
      name,
      description,
      address: `/v1/reports/${name}`,
      ...(path === undefined ? {} : { path: `/v1/${path}` }),
      takes_span: range !== undefined,
      at,
    }));
    return c.json({ reports });
  },
});

/** One route for each report, since they take different parameters, and one that says which there are. */
export function reportRoutes(plan: Plan): Route[] {
  const reports = [...plan.reports.values()];
  return [
    ...reports.flatMap((report) => {
      const own = report.path === undefined ? [] : [`/v1/${report.path}`];
      return [`/v1/reports/${report.name}`, ...own].map((path) => reportRoute(report, path));
    }),
    route({
      method: 'GET',
      path: '/v1/reports/{name}',
      summary: 'A report that there is not',
      permission: 'read',
      answers: {},
      problems: { 404: ['unknown-report'] },
      answer: (c) => {
        const detail = `Reports: ${reports.map(({ name }) => name).join(', ')}`;
        return problem(c, { slug: 'unknown-report', status: 404, title: 'No such report', detail });
      },
    }),
  ];
}

function reportRoute(report: ReportPlan, path: string): Route {
  return route({
    method: 'GET',
    path,
    label: '/v1/reports/{name}',
    tag: 'Reports',
    summary: report.description,
    permission: 'read',
    query: { ...AT, ...(report.range === undefined ? {} : SPAN), ...PAGE } as typeof AT &
      typeof SPAN &
      typeof PAGE,
    answers: ANSWERS,
    problems: { 400: ['bad-parameter'], 404: ['not-found', 'no-history'], 500: ['report-failed'] },
    answer: (c, options, { query }) => answerReport(c, options, report, query),
  });
}

async function answerReport(
  c: Context,
  options: AppOptions,
  report: ReportPlan,
  { at, from, to, limit, after }: Values<typeof AT & typeof SPAN & typeof PAGE>,
): Promise<Response> {
  const now = options.clock.now();
  const refused = spanProblem(from, to, at);
  if (refused) return problem(c, refused);
  if (at !== undefined) return storedAnswer(c, options, report.name, at);
  const span = from === undefined && to === undefined ? undefined : spanOf(report, from, to, now);
  const page = { ...(limit === undefined ? {} : { limit }), ...(after === undefined ? {} : { after }) };
  const stored = await options.readEntity(REPORT_KIND, REPORT_KIND);
  const { history } = options;
  if (span && !history) return noHistory(c);
  const personal = may(callerOf(c), 'personal');
  const request = { plan: options.plan(), report, stored, history, now, page, personal, span };
  try {
    const made = await makeReport(request);
    return c.json(made.document as object, 200, headersOf(c, made));
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    const detail = `${report.at}: ${error.message}`;
    return problem(c, {
      slug: 'report-failed',
      status: 500,
      title: 'The report fails on these values',
      detail,
    });
  }
}

export interface ReportRequest {
  readonly plan: Plan;
  readonly report: ReportPlan;
  /** The whole business as it stands; undefined before its first event. */
  readonly stored: StoredEntity | undefined;
  readonly history: History | undefined;
  readonly now: Millis;
  readonly page: ListPage;
  readonly personal: boolean;
  readonly span?: RecountSpan | undefined;
}

export interface MadeReport {
  readonly document: unknown;
  /** Where its list goes on. */
  readonly next?: string;
  /** Stream time of the values. */
  readonly asOf: Millis | undefined;
}

export async function makeReport(request: ReportRequest): Promise<MadeReport> {
  const { plan, report, stored, history, now, span } = request;
  const values: Record<string, unknown> = {};
  const kind = stored?.entity.kind;
  for (const name of report.expression.reads) {
    const slot = kind?.slotOf.get(name);
    const value = slot === undefined ? undefined : stored?.entity.slots[slot];
    if (value !== undefined) values[name] = value;
  }
  if (span && history && report.range !== undefined)
    Object.assign(values, await recounted(plan, report, report.range, span, history));
  const asked = history && (await historyValues({ ...request, history }, values));
  Object.assign(values, asked?.values);
  const document = reportDocument(report, values, now, plan.settings);
  return {
    document: document ?? {},
    asOf: stored?.streamTime,
    ...(asked?.next === undefined ? {} : { next: asked.next }),
  };
}

/** The features that look back as far as the report's range, over the span asked for. */
async function recounted(
  plan: Plan,
  report: ReportPlan,
  range: Millis,
  span: RecountSpan,
  history: History,
): Promise<Record<string, unknown>> {
  const recount = new Recount(plan, REPORT_KIND, report.expression.reads, range, span);
  for (const rule of recount.rules)
    await history.eachDecision(rule, span, (decision: Decision) => recount.take(decision));
  return recount.values();
}

async function storedAnswer(c: Context, options: AppOptions, name: string, at: Millis): Promise<Response> {
  const { history } = options;
  if (!history) return noHistory(c);
  const kept = await history.report(name, at);
  if (kept) return c.json(kept.document as object, 200, { 'weir-as-of': iso(kept.at) });
  return problem(c, {
    slug: 'not-found',
    status: 404,
    title: 'The history has no such report that old',
    detail: 'Reports are stored every hour',
  });
}

function spanOf({ range = DAY }: ReportPlan, from: Millis | undefined, to: Millis | undefined, now: Millis) {
  const end = to ?? now;
  return { from: from ?? end - range, to: end };
}

function spanProblem(from: Millis | undefined, to: Millis | undefined, at: Millis | undefined) {
  const bad = (detail: string) => ({
    slug: 'bad-parameter',
    status: 400 as const,
    title: 'A query parameter does not fit',
    detail,
  });
  if (at !== undefined && (from !== undefined || to !== undefined))
    return bad('`at` asks for a stored report, `from` and `to` for a new one: give one of them');
  if (from !== undefined && to !== undefined && from >= to) return bad('`from` must be before `to`');
  if (from !== undefined && to !== undefined && to - from > LONGEST_SPAN)
    return bad('`from` and `to` may be 400 days apart');
  return undefined;
}

function headersOf(c: Context, { next, asOf }: MadeReport): Record<string, string> {
  const headers: Record<string, string> = {};
  if (asOf !== undefined) headers['weir-as-of'] = iso(asOf);
  if (next !== undefined) {
    const url = new URL(c.req.url);
    url.searchParams.set('after', next);
    headers.link = `<${url.pathname}${url.search}>; rel="next"`;
  }
  return headers;
}
