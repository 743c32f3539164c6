/** Reports: what there is, and each as tables of what its JSON holds. */

import { html } from 'hono/html';
import { ExpressionError } from '../../../rules/expression/expression.ts';
import { REPORT_KIND } from '../../../rules/report-definition.ts';
import { makeReport } from '../../get-reports.ts';
import { documentTables } from '../document-tables.ts';
import { at, type Html, mark, panel, tableOr } from '../html-parts.ts';
import { notFound, type Page, whileThere } from '../page.ts';
import type { Visit } from '../visit.ts';

export async function reportsPage(visit: Visit): Promise<Page> {
  const { texts, show, options } = visit;
  const body = tableOr(
    texts.no_reports,
    texts.reports,
    [{ head: texts.report }, { head: texts.meaning }],
    [...options.plan().reports.values()].map(({ name, description }) => [
      html`<a href="/reports/${name}">${show.label(name)}</a>`,
      description,
    ]),
  );
  return {
    title: texts.reports,
    about: texts.reports_about,
    body: panel({ id: 'reports', title: texts.reports, body, wide: true }),
  };
}

export async function reportPage(visit: Visit, name: string): Promise<Page> {
  const { texts, show, options } = visit;
  const report = options.plan().reports.get(name);
  if (!report) return notFound(visit);
  let asOf: number | undefined;
  const body = await whileThere(visit, async (): Promise<Html> => {
    try {
      const made = await makeReport({
        plan: options.plan(),
        report,
        stored: await options.readEntity(REPORT_KIND, REPORT_KIND),
        history: options.history,
        now: show.now,
        page: {},
        personal: visit.may('personal'),
      });
      asOf = made.asOf;
      return documentTables(visit, show.label(name), made.document);
    } catch (error) {
      if (!(error instanceof ExpressionError)) throw error;
      return html`<p>${mark('bad', `${report.at}: ${error.message}`)}</p>`;
    }
  });
  return {
    title: show.label(name),
    about: html`${report.description}${asOf === undefined ? '' : html` · ${texts.as_of} ${at(visit, asOf)}`}`,
    body: panel({
      id: 'report',
      title: show.label(name),
      aside: html`<a href="/v1/reports/${name}">JSON</a>`,
      wide: true,
      body,
    }),
  };
}
