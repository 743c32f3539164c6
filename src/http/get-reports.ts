/** Reports: JSON computed from the state now, over a span from the history, or as it was stored before. */

import type { Context } from 'hono';
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
import type { AppOptions } from './app.ts';
import { iso, noHistory } from './history-answer.ts';
import { problem } from './problem.ts';
import { Query } from './query.ts';
import { historyValues, type ListPage } from './report-values.ts';

const LONGEST_SPAN: Millis = 400 * DAY;

export function answerReports(c: Context, options: AppOptions): Response {
  const refused = new Query(c.req.query(), options.clock.now()).problem();
  if (refused) return problem(c, refused);
  const reports = [...options.plan().reports.values()].map(({ name, description, path, range, at }) => ({
    name,
    description,
    address: `/v1/reports/${name}`,
    ...(path === undefined ? {} : { path: `/v1/${path}` }),
    takes_span: range !== undefined,
    at,
  }));
  return c.json({ reports });
}

export async function answerReport(c: Context, options: AppOptions, name: string): Promise<Response> {
  const report = options.plan().reports.get(name);
  if (!report) {
    const detail = `Reports: ${[...options.plan().reports.keys()].join(', ')}`;
    return problem(c, { slug: 'unknown-report', status: 404, title: 'No such report', detail });
  }
  const now = options.clock.now();
  const query = new Query(c.req.query(), now);
  const at = query.time('at');
  const from = report.range === undefined ? undefined : query.time('from');
  const to = report.range === undefined ? undefined : query.time('to');
  const [after, limited] = [query.text('after'), c.req.query('limit') !== undefined];
  const limit = query.limit();
  const refused = query.problem() ?? spanProblem(from, to, at);
  if (refused) return problem(c, refused);
  if (at !== undefined) return storedAnswer(c, options, name, at);
  const span = from === undefined && to === undefined ? undefined : spanOf(report, from, to, now);
  const page = { ...(limited ? { limit } : {}), ...(after === undefined ? {} : { after }) };
  const stored = await options.readEntity(REPORT_KIND, REPORT_KIND);
  const { history } = options;
  if (span && !history) return noHistory(c);
  const personal = may(callerOf(c), 'personal');
  try {
    const made = await makeReport({
      plan: options.plan(),
      report,
      stored,
      history,
      now,
      page,
      personal,
      span,
    });
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
