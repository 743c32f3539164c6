/** One campaign: cost per application of its channels with their bands, spend against budget, and its actions. */

import { html } from 'hono/html';
import { entityId } from '../../../core/entity-key.ts';
import type { StoredEntity } from '../../../processor/read-entity.ts';
import { actionCard } from '../action-card.ts';
import { recentActions } from '../action-view.ts';
import { anomalyList } from '../anomaly-list.ts';
import { budgetsFigure } from '../budgets-figure.ts';
import { type ChannelRow, channelRow } from '../channel-row.ts';
import { empty, entityLink, type Html, mark, panel, tableOr } from '../html-parts.ts';
import { insightTable } from '../insight-table.ts';
import { fromHistory, type Page } from '../page.ts';
import { NOTHING } from '../show.ts';
import { bandChart, shareBar } from '../svg-chart.ts';
import type { Visit } from '../visit.ts';
import { actionTable } from './actions.ts';
import { currencyOf } from './campaigns.ts';
import { entityPage, openActions } from './entity.ts';

/** More are not read for one page. */
const MOST_CHANNELS = 60;

export function campaignPage(visit: Visit, id: string): Promise<Page> {
  return entityPage(visit, 'campaign', id, async (stored) => {
    const channels = await readChannels(visit, stored, id);
    const slot = stored.entity.kind.slotOf.get('currency');
    const currency = currencyOf(visit, slot === undefined ? undefined : stored.entity.slots[slot]);
    return [
      cpaPanel(visit, channels, currency),
      html`<div class="columns">${spendPanel(visit, channels, currency)}${await anomaliesPanel(visit, id, channels)}</div>`,
      await insightsPanel(visit, id),
      await budgetsPanel(visit, id, channels, currency),
      await actionsPanel(visit, id),
    ];
  });
}

async function readChannels(visit: Visit, { entity }: StoredEntity, id: string): Promise<ChannelRow[]> {
  const slot = entity.kind.slotOf.get('channels');
  const rows = (slot === undefined ? [] : (entity.slots[slot] ?? [])) as { channel?: string }[];
  const read = rows.slice(0, MOST_CHANNELS).map(async ({ channel = '' }) => {
    const stored = await visit.options.readEntity('channel', entityId([id, channel]));
    return stored ? [channelRow(stored)] : [];
  });
  return (await Promise.all(read)).flat();
}

/** The chart is a column of the table, so that its numbers stand beside it. */
function cpaPanel(visit: Visit, channels: readonly ChannelRow[], currency: string): Html {
  const { texts, show } = visit;
  const money = (value: number | undefined) => (value === undefined ? NOTHING : show.money(value, currency));
  const known = channels.flatMap(({ cpaToday, cpaBefore, forecast }) => [
    cpaToday ?? 0,
    cpaBefore ?? 0,
    forecast?.high ?? 0,
  ]);
  const most = Math.max(...known, 0) * 1.05 || 1;
  const forecasts = channels.some(({ forecast }) => forecast !== undefined);
  const interval = (forecast: ChannelRow['forecast']) =>
    forecast
      ? html`${money(forecast.value)} <small>${money(forecast.low)} – ${money(forecast.high)}</small>`
      : NOTHING;
  return panel({
    id: 'cpa',
    title: texts.cpa_by_channel,
    aside: html`<small class="legend"><i class="now"></i> ${texts.today_word} <i class="tick"></i> ${texts.four_weeks}${forecasts ? html` <i class="band"></i> ${texts.forecast}` : ''}</small>`,
    wide: true,
    body: tableOr(
      texts.no_channels,
      texts.cpa_by_channel,
      [
        { head: texts.kind_channel },
        { head: texts.today_word, number: true },
        { head: html`0 – ${money(most)}`, extra: true },
        { head: texts.four_weeks, number: true },
        ...(forecasts ? [{ head: texts.forecast, number: true as const }] : []),
      ],
      channels.map((row) => {
        const { channel, id, cpaToday, cpaBefore, forecast } = row;
        const title = `${channel}: ${money(cpaToday)}, ${texts.four_weeks} ${money(cpaBefore)}`;
        const chart = bandChart(
          { now: cpaToday, before: cpaBefore, low: forecast?.low, high: forecast?.high },
          most,
          title,
        );
        return [
          html`${link(id, channel)}${row.paused ? html` ${mark('idle', texts.paused)}` : ''}`,
          html`<strong>${money(cpaToday)}</strong>`,
          chart,
          money(cpaBefore),
          ...(forecasts ? [interval(forecast)] : []),
        ];
      }),
    ),
  });
}

function link(id: string, channel: string): Html {
  return html`<a href="/channels/${id.split('/').map(encodeURIComponent).join('/')}">${channel}</a>`;
}

function spendPanel(visit: Visit, channels: readonly ChannelRow[], currency: string): Html {
  const { texts, show } = visit;
  const money = (value: number | undefined) => (value === undefined ? NOTHING : show.money(value, currency));
  const total = (read: (row: ChannelRow) => number | undefined) =>
    channels.reduce((sum, row) => sum + (read(row) ?? 0), 0);
  const rows = channels.map(({ channel, id, spentToday, budget, applicationsToday }) => [
    link(id, channel),
    money(spentToday),
    money(budget),
    budget ? shareBar(spentToday ?? 0, budget, show.percent((spentToday ?? 0) / budget)) : '',
    applicationsToday === undefined ? NOTHING : show.number(applicationsToday, 0),
  ]);
  const [spent, budget] = [total((row) => row.spentToday), total((row) => row.budget)];
  const sum = [
    texts.all_channels,
    html`<strong>${money(spent)}</strong>`,
    html`<strong>${money(budget)}</strong>`,
    budget > 0 ? shareBar(spent, budget, show.percent(spent / budget)) : '',
    show.number(
      total((row) => row.applicationsToday),
      0,
    ),
  ];
  return panel({
    id: 'spend',
    title: texts.spend_against_budget,
    body: tableOr(
      texts.no_channels,
      texts.spend_against_budget,
      [
        { head: texts.kind_channel },
        { head: texts.spend_day, number: true },
        { head: texts.budget, number: true },
        { head: texts.share, extra: true },
        { head: texts.applications, number: true },
      ],
      rows.length === 0 ? [] : [...rows, sum],
    ),
  });
}

async function insightsPanel(visit: Visit, id: string): Promise<Html> {
  const { texts } = visit;
  const body = await fromHistory(visit, async (history) => {
    const { rows } = await history.insights({ campaign: id, limit: 6 });
    return insightTable(visit, history, rows, 'campaign');
  });
  const aside = html`<a href="/insights">${texts.all_insights}</a>`;
  return panel({ id: 'campaign-insights', title: texts.insights, aside, wide: true, body });
}

async function budgetsPanel(
  visit: Visit,
  id: string,
  channels: readonly ChannelRow[],
  currency: string,
): Promise<Html> {
  const inForce = new Map(
    channels.flatMap(({ channel, budget }) => (budget === undefined ? [] : [[channel, budget] as const])),
  );
  const body = await fromHistory(visit, (history) => budgetsFigure(visit, history, id, inForce, currency));
  return panel({ id: 'campaign-budgets', title: visit.texts.budgets_over_time, wide: true, body });
}

async function actionsPanel(visit: Visit, id: string): Promise<Html> {
  const { texts } = visit;
  const body = await fromHistory(visit, async (history) => {
    const { actions } = await recentActions(visit, history, { campaign: id, limit: 9 });
    const [last, ...before] = actions;
    if (!last) return empty(texts.no_actions_yet);
    const card = html`<div>${actionCard(visit, last)}</div>`;
    return html`<div class="columns">${card}${before.length === 0 ? '' : html`<div>${actionTable(visit, before)}</div>`}</div>`;
  });
  return panel({ id: 'campaign-actions', title: texts.actions, wide: true, body });
}

async function anomaliesPanel(visit: Visit, id: string, channels: readonly ChannelRow[]): Promise<Html> {
  const { texts } = visit;
  const body = await fromHistory(visit, async (history) => {
    const own = await history.anomalies({ kind: 'campaign', entity: id, limit: 10 });
    const theirs = await Promise.all(
      channels.map((channel) => history.anomalies({ kind: 'channel', entity: channel.id, limit: 5 })),
    );
    const byId = new Map([own, ...theirs].flatMap(({ rows }) => rows.map((row) => [row.id, row])));
    const found = [...byId.values()];
    found.sort((a, b) => Number(a.resolved !== null) - Number(b.resolved !== null) || b.opened - a.opened);
    return found.length === 0 ? empty(texts.no_anomalies_here) : anomalyList(visit, found.slice(0, 8));
  });
  return panel({ id: 'campaign-anomalies', title: texts.anomalies, body });
}

/** A channel, and the campaign it belongs to above it. */
export function channelPage(visit: Visit, id: string): Promise<Page> {
  const [campaign, channel] = id
    .split('/')
    .map((part) => part.replaceAll('%2F', '/').replaceAll('%25', '%')) as [string, string?];
  return entityPage(visit, 'channel', id, async () => [
    html`<p class="crumbs">${entityLink(visit, 'campaign', campaign)}</p>`,
    await openActions(
      visit,
      { campaign },
      (action) => action.entity === id || action.budgets.some((row) => row.channel === channel),
    ),
  ]);
}
