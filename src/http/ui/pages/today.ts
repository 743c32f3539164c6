/** Today: what needs a person first, then what changed, whom to call and where the money goes. */

import { html } from 'hono/html';
import { classTag } from '../../../core/history/kept-entity.ts';
import { figure, quantile } from '../../figures.ts';
import { actionCard } from '../action-card.ts';
import { costsOf } from '../action-view.ts';
import { anomalyList } from '../anomaly-list.ts';
import { decisionText } from '../decision-text.ts';
import { ago, empty, entityLink, type Html, mark, panel, table, tableOr, tile } from '../html-parts.ts';
import { leadRules } from '../lead-rules.ts';
import { type Needs, readNeeds } from '../needs.ts';
import { fromHistory, type Page } from '../page.ts';
import { personsOf } from '../persons.ts';
import { changeMark, changeReason, scoreChange } from '../score-change.ts';
import { columnChart } from '../svg-chart.ts';
import type { Visit } from '../visit.ts';
import { segmentTiles } from './segments.ts';

const SHOWN = 2;

export async function today(visit: Visit): Promise<Page> {
  const { texts, show } = visit;
  const needs = await readNeeds(visit);
  return {
    title: texts.today,
    heading: texts.today,
    about: html`${show.time(show.now)} · ${show.zone}`,
    body: [
      needsPart(visit, needs),
      html`<div class="columns">${await anomaliesPart(visit, needs)}${await actionsPart(visit, needs)}</div>`,
      await callsPart(visit),
      await segmentsPart(visit),
      html`<div class="columns left-wide">${await changesPart(visit)}${await pulsePart(visit)}</div>`,
    ],
  };
}

/** The one place that is read out when it changes. */
export function needsPart(
  visit: Visit,
  { actions, anomalies, dead, failing, refused, lag, away }: Needs,
): Html {
  const { texts, show } = visit;
  const lines: Html[] = [];
  const line = (tone: 'bad' | 'warn' | 'info', path: string, words: Html, note: Html = '') =>
    lines.push(
      html`<li>${mark(tone, html`<a href="${path}">${words}</a>`)}${note && html` <small>${note}</small>`}</li>`,
    );
  const unknown = anomalies.filter(({ acknowledged }) => acknowledged === null);
  const grave = unknown.filter(({ severity }) => ['critical', 'high'].includes(severity)).length;
  if (away === 'redis') line('bad', '/system', texts.redis_away);
  if (away === 'history') line('bad', '/system', texts.history_away);
  const soonest = Math.min(...actions.map(({ expires = Number.POSITIVE_INFINITY }) => expires));
  if (actions.length > 0)
    line(
      'warn',
      '/actions',
      texts.needs_approvals(actions.length),
      html`${texts.oldest} ${ago(visit, Math.min(...actions.map(({ requested }) => requested)))}${Number.isFinite(soonest) ? html`, ${texts.first_expires} ${ago(visit, soonest)}` : ''}`,
    );
  if (grave > 0) line('bad', '/anomalies', texts.needs_grave(grave));
  if (unknown.length > grave) line('warn', '/anomalies', texts.needs_anomalies(unknown.length - grave));
  if (failing.length > 0)
    line('bad', '/rules', texts.needs_failing(failing.length), failing.map(({ rule }) => rule).join(', '));
  if (refused) line('bad', '/rules', texts.files_refused);
  if (dead > 0) line('info', '/dead', texts.needs_dead(dead));
  if (lag.oldest > 5)
    line('bad', '/system', texts.needs_lag(lag.entries), `${texts.oldest} ${show.number(lag.oldest, 1)} s`);
  return html`<section class="needs" id="needs" aria-labelledby="needs-title" data-part="/ui/parts/needs" data-topics="anomalies actions stats">
<h2 id="needs-title">${texts.needs_you}</h2>
<div aria-live="polite">${lines.length === 0 ? html`<p>${mark('good', texts.needs_nothing)}</p>` : html`<ul>${lines}</ul>`}</div>
</section>`;
}

export async function anomaliesPart(visit: Visit, { anomalies }: Needs): Promise<Html> {
  const { texts } = visit;
  return panel({
    id: 'anomalies',
    title: texts.open_anomalies,
    aside: html`<a href="/anomalies">${texts.see_all}</a>`,
    part: { path: 'anomalies', topics: 'anomalies' },
    body: await fromHistory(visit, async () =>
      anomalies.length === 0 ? empty(texts.no_anomalies) : anomalyList(visit, anomalies.slice(0, SHOWN)),
    ),
  });
}

export async function actionsPart(visit: Visit, { actions }: Needs): Promise<Html> {
  const { texts } = visit;
  const more = actions.length - SHOWN;
  return panel({
    id: 'actions',
    title: texts.waiting_actions,
    aside: html`<a href="/actions">${texts.see_all}</a>`,
    part: { path: 'actions', topics: 'actions' },
    body: await fromHistory(visit, async (history) =>
      actions.length === 0
        ? empty(texts.no_actions)
        : html`${await Promise.all(actions.slice(0, SHOWN).map(async (action) => actionCard(visit, action, await costsOf(history, action))))}${more > 0 ? html`<p class="more"><a href="/actions">${texts.more(more)}</a></p>` : ''}`,
    ),
  });
}

/** The leads that are most likely to convert: those of the first class of the rule that lists call `class`. */
export async function callsPart(visit: Visit): Promise<Html> {
  const { texts, show } = visit;
  const { chance, score } = leadRules(visit);
  if (!chance) return '';
  return panel({
    id: 'calls',
    title: texts.whom_to_call,
    wide: true,
    aside: html`<a href="/leads?class=${chance.best}">${texts.see_all}</a>`,
    part: { path: 'calls', topics: 'decisions' },
    body: await fromHistory(visit, async (history) => {
      const { rows } = await history.entities({
        kind: 'lead',
        limit: 6,
        tags: [classTag(chance.rule, chance.best)],
        order: { by: chance.rule, descending: true },
      });
      const persons = await personsOf(visit, history, 'lead', rows);
      const changes = await Promise.all(
        rows.map(({ id }) => scoreChange(visit, history, chance.rule, ['lead', id])),
      );
      const columns = [
        { head: texts.kind_lead },
        { head: show.label(chance.rule), number: true as const },
        { head: texts.change_day, number: true as const },
        { head: texts.why },
        ...(score ? [{ head: show.label(score), number: true as const, extra: true as const }] : []),
        { head: texts.state, extra: true as const },
        { head: texts.offer },
      ];
      return tableOr(
        texts.nobody,
        texts.whom_to_call,
        columns,
        rows.map(({ id, values }, i) => [
          html`${entityLink(visit, 'lead', id)}${persons.get(id)?.name ? html` <small>${persons.get(id)?.name}</small>` : ''}`,
          html`<strong>${show.value(numberOf(values[chance.rule]))}</strong>`,
          changeMark(visit, changes[i]),
          changeReason(visit, changes[i]),
          ...(score ? [show.value(values[score])] : []),
          show.value(values.status),
          offerOf(visit, values.recommendations),
        ]),
      );
    }),
  });
}

function numberOf(value: unknown): unknown {
  return typeof value === 'object' && value !== null && 'value' in value ? value.value : value;
}

function offerOf({ show }: Visit, lines: unknown): string {
  const [first] = (Array.isArray(lines) ? lines : []) as { title?: unknown; name?: unknown }[];
  return show.value(first?.title ?? first?.name);
}

export async function segmentsPart(visit: Visit): Promise<Html> {
  return panel({
    id: 'segments',
    title: visit.texts.segments,
    wide: true,
    aside: html`<a href="/segments">${visit.texts.see_all}</a>`,
    part: { path: 'segments', topics: 'stats' },
    body: await segmentTiles(visit),
  });
}

export async function changesPart(visit: Visit): Promise<Html> {
  const { texts, show } = visit;
  return panel({
    id: 'changes',
    title: texts.what_changed,
    aside: html`<a href="/decisions">${texts.see_all}</a>`,
    part: { path: 'changes', topics: 'decisions' },
    body: await fromHistory(visit, async (history) => {
      const { rows } = await history.decisions({ mode: 'live', limit: 10 });
      return tableOr(
        texts.nothing_changed,
        texts.what_changed,
        [{ head: texts.who }, { head: texts.what }, { head: texts.when, extra: true }],
        rows.map((decision) => [
          entityLink(visit, decision.kind, decision.entity),
          html`<small>${show.label(decision.rule)}</small> ${decisionText(visit, decision)}`,
          ago(visit, decision.time),
        ]),
      );
    }),
  });
}

export async function pulsePart(visit: Visit): Promise<Html> {
  const { texts, show, options } = visit;
  const rates = options.pulse?.perMinute() ?? [];
  const lag = (await figure(options.meter, 'weir_stream_lag_events')) ?? 0;
  const age = await quantile(options.meter, 'weir_event_age_seconds', 0.95);
  const last = rates.at(-1)?.rate;
  const came = options.pulse?.lastEvent();
  return panel({
    id: 'pulse',
    title: texts.pulse,
    aside: html`<a href="/system">${texts.see_all}</a>`,
    part: { path: 'pulse', topics: 'stats' },
    body: html`<div class="tiles">${tile(last === undefined ? '–' : show.number(last, 0), texts.events_per_minute)}${tile(show.number(lag, 0), texts.lag)}${tile(age === undefined ? '–' : `${show.number(age, 1)} s`, texts.age_p95)}${tile(came === undefined ? '–' : ago(visit, came), texts.last_event)}</div>
${columnChart(
  rates.map(({ rate }) => rate),
  texts.events_per_minute,
)}
<details><summary>${texts.numbers}</summary>${table(
      texts.events_per_minute,
      [{ head: texts.when }, { head: texts.events_per_minute, number: true }],
      rates.toReversed().map(({ time, rate }) => [show.clock(time), show.number(rate, 0)]),
    )}</details>`,
  });
}
