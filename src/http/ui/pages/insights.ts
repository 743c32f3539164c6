/** Insights: all that was stated, of one type or of all, and how far statements can be relied upon. */

import { html } from 'hono/html';
import { panel } from '../html-parts.ts';
import { insightTable, reliabilityTable } from '../insight-table.ts';
import { fromHistory, type Page } from '../page.ts';
import type { Visit } from '../visit.ts';
import { pager } from './leads.ts';

export async function insightsPage(visit: Visit): Promise<Page> {
  const { texts, url } = visit;
  const [type, after] = [url.searchParams.get('type'), url.searchParams.get('after')];
  const list = await fromHistory(visit, async (history) => {
    const { rows, next } = await history.insights({
      limit: 50,
      ...(type ? { type } : {}),
      ...(after ? { after } : {}),
    });
    return html`${await insightTable(visit, history, rows, 'all')}${pager(visit, next)}`;
  });
  const reliability = await fromHistory(visit, async (history) =>
    reliabilityTable(visit, await history.reliability(type ?? undefined)),
  );
  return {
    title: texts.insights,
    about: texts.insights_about,
    body: [
      panel({ id: 'insights', title: texts.insights, body: list, wide: true }),
      panel({ id: 'reliability', title: texts.reliability, body: reliability, wide: true }),
    ],
  };
}
