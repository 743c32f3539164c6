/** Campaigns: what each may spend today, what it has spent, what an application costs, and what waits. */

import { html } from 'hono/html';
import { pendingActions } from '../action-view.ts';
import { statusMark } from '../decision-text.ts';
import { ago, entityLink, type Html, panel, tableOr } from '../html-parts.ts';
import { fromHistory, type Page } from '../page.ts';
import { NOTHING } from '../show.ts';
import { shareBar } from '../svg-chart.ts';
import type { Visit } from '../visit.ts';
import { pager } from './leads.ts';

interface Row {
  readonly channel?: string;
  readonly budget?: number;
  readonly spend_7d?: number;
  readonly applications_7d?: number;
}

export async function campaignsPage(visit: Visit): Promise<Page> {
  const { texts, show, url } = visit;
  const body = await fromHistory(visit, async (history) => {
    const after = url.searchParams.get('after');
    const { rows, next } = await history.entities({
      kind: 'campaign',
      limit: 50,
      ...(after ? { after } : {}),
    });
    const waiting = await pendingActions(visit, history);
    return html`${tableOr(
      texts.no_campaigns,
      texts.campaigns,
      [
        { head: texts.kind_campaign },
        { head: texts.channels, number: true, extra: true },
        { head: texts.budget_today, number: true },
        { head: texts.spend_7d, number: true },
        { head: texts.of_seven_budgets, extra: true },
        { head: texts.applications_7d, number: true },
        { head: texts.cpa_7d, number: true },
        { head: texts.action },
        { head: texts.updated, extra: true },
      ],
      rows.map(({ id, values, asOf }) => {
        const channels = (Array.isArray(values.channels) ? values.channels : []) as Row[];
        const sum = (name: 'budget' | 'spend_7d' | 'applications_7d') =>
          channels.reduce((total, row) => total + (row[name] ?? 0), 0);
        const [budget, spend, applications] = [sum('budget'), sum('spend_7d'), sum('applications_7d')];
        const money = (value: number) => show.money(value, currencyOf(visit, values.currency));
        const action = waiting.find(({ kind, entity }) => kind === 'campaign' && entity === id);
        return [
          entityLink(visit, 'campaign', id),
          show.number(channels.length, 0),
          money(budget),
          money(spend),
          budget > 0 ? shareBar(spend, 7 * budget, show.percent(spend / (7 * budget))) : '',
          show.number(applications, 0),
          applications > 0 ? html`<strong>${money(spend / applications)}</strong>` : NOTHING,
          action ? html`<a href="/actions/${action.id}">${statusMark(visit, action.status)}</a>` : '',
          ago(visit, asOf),
        ] as Html[];
      }),
    )}${pager(visit, next)}`;
  });
  return {
    title: texts.campaigns,
    about: texts.campaigns_about,
    body: panel({ id: 'campaigns', title: texts.campaigns, body, wide: true }),
  };
}

/** Of the campaign, or the one of the settings. */
export function currencyOf({ options }: Visit, own: unknown): string {
  return typeof own === 'string' ? own : options.plan().settings.currency;
}
