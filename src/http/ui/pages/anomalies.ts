/** Anomalies: the open ones, the gravest first, and those that are over. */

import { html } from 'hono/html';
import { anomalyList } from '../anomaly-list.ts';
import { empty, panel } from '../html-parts.ts';
import { fromHistory, type Page } from '../page.ts';
import type { Visit } from '../visit.ts';
import { pager } from './leads.ts';

export async function anomaliesPage(visit: Visit): Promise<Page> {
  const { texts, show, url } = visit;
  const after = url.searchParams.get('after');
  const open = await fromHistory(visit, async (history) => {
    const { rows } = await history.anomalies({ active: true, limit: 200 });
    const heard = rows.filter(({ muted }) => !muted || muted.until <= show.now);
    const quiet = rows.filter((row) => !heard.includes(row));
    const list = heard.length === 0 ? empty(texts.no_anomalies) : anomalyList(visit, heard);
    return html`${list}${quiet.length === 0 ? '' : html`<h3>${texts.muted}</h3>${anomalyList(visit, quiet)}`}`;
  });
  const over = await fromHistory(visit, async (history) => {
    const { rows, next } = await history.anomalies({ active: false, limit: 20, ...(after ? { after } : {}) });
    return html`${rows.length === 0 ? empty(texts.none_over) : anomalyList(visit, rows)}${pager(visit, next)}`;
  });
  return {
    title: texts.anomalies,
    about: texts.anomalies_about,
    body: html`<div class="columns">${panel({
      id: 'anomalies',
      title: texts.open_anomalies,
      body: open,
    })}${panel({ id: 'over', title: texts.over_anomalies, body: over })}</div>`,
  };
}
