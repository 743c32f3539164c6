/** One action as a card: budgets before and after, why, until when, and who may say so. */

import { html } from 'hono/html';
import { type ActionView, cannotJudge } from './action-view.ts';
import { statusMark } from './decision-text.ts';
import { ago, entityLink, type Html, table, wordFor } from './html-parts.ts';
import { changeBars } from './svg-chart.ts';
import { verdictForm } from './verdict-form.ts';
import type { Visit } from './visit.ts';

/** @param costs what an application costs each channel, where it is known */
export function actionCard(visit: Visit, action: ActionView, costs?: ReadonlyMap<string, number>): Html {
  const { texts, show } = visit;
  const { id, kind, entity, status, expires, moved } = action;
  return html`<article class="card" aria-labelledby="action-${id}">
<header><h3 id="action-${id}"><a href="/actions/${id}">${wordFor(visit, 'action', action.action)}</a> · ${entityLink(visit, kind, entity)}</h3>${statusMark(visit, status)}</header>
${budgetTable(visit, action, costs)}
${impactLine(visit, action)}
<p class="note">${moved === undefined ? '' : html`${texts.moves} <strong>${show.number(moved)}</strong> · `}${expires === undefined ? '' : html`${texts.expires} ${ago(visit, expires)} · `}<a href="/actions/${id}">${status === 'pending' ? texts.why : texts.details}</a></p>
${
  status === 'pending' && cannotJudge(visit, action) === undefined
    ? html`<details class="deeds"><summary>${texts.judge}</summary>${verdictForm(visit, action)}</details>`
    : ''
}</article>`;
}

/** `+3.8 % applications expected (+0.9 % … +7.1 %)`. */
function impactLine({ texts, show }: Visit, { impact }: ActionView): Html {
  if (!impact) return '';
  const percent = (value: number) => `${show.signed(value, 1)} %`;
  return html`<p class="note"><strong>${percent(impact.value)}</strong> ${show.label(impact.of).toLowerCase()} ${texts.expected} (${percent(impact.low)} … ${percent(impact.high)})</p>`;
}

export function budgetTable(
  { texts, show }: Visit,
  { budgets, reserve }: ActionView,
  costs?: ReadonlyMap<string, number>,
): Html {
  if (budgets.length === 0) return '';
  const most = Math.max(...budgets.flatMap(({ from, to }) => [from, to]), 0);
  const share = (from: number, to: number) =>
    from > 0 && to !== from ? html` <small>${show.signedPercent(to / from - 1)}</small>` : '';
  const chart = { head: html`<span class="unseen">${texts.chart}</span>`, extra: true as const };
  const bars = (channel: string, from: number, to: number) =>
    changeBars(from, to, most, `${channel}: ${show.number(from)} → ${show.number(to)}`);
  const rows = [...budgets, ...(reserve ? [{ channel: texts.reserve, ...reserve }] : [])];
  // beside costs there is less room
  if (costs)
    return table(
      texts.budgets_before_after,
      [
        { head: texts.kind_channel },
        { head: texts.budget, number: true },
        { head: texts.per_application, number: true },
        chart,
      ],
      rows.map(({ channel, from, to }) => [
        channel,
        html`${show.number(from)} → <strong>${show.number(to)}</strong>${share(from, to)}`,
        show.value(costs.get(channel)),
        bars(channel, from, to),
      ]),
    );
  return table(
    texts.budgets_before_after,
    [
      { head: texts.kind_channel },
      { head: texts.before, number: true },
      { head: texts.after, number: true },
      { head: texts.difference, number: true },
      chart,
    ],
    rows.map(({ channel, from, to }) => [
      channel,
      show.number(from),
      html`<strong>${show.number(to)}</strong>`,
      html`${show.signed(to - from)}${share(from, to)}`,
      bars(channel, from, to),
    ]),
  );
}
