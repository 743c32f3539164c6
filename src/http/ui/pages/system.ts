/** System: is it running, how far behind is it, what came, what is kept; and what became of one event. */

import { html } from 'hono/html';
import { figure, figures, quantile } from '../../figures.ts';
import { chartFigure } from '../chart-figure.ts';
import { empty, facts, type Html, kindWord, mark, panel, table, tableOr, tile } from '../html-parts.ts';
import type { Page } from '../page.ts';
import { NOTHING } from '../show.ts';
import type { Visit } from '../visit.ts';
import { pulsePart } from './today.ts';

export async function systemPage(visit: Visit): Promise<Page> {
  const { texts, options } = visit;
  const reason = await options.notReady().catch(() => texts.redis_away);
  return {
    title: texts.system,
    about: reason === undefined ? mark('good', texts.ready) : mark('bad', reason),
    body: [
      await lagPart(visit),
      flowPart(visit),
      html`<div class="columns">${await pulsePart(visit)}${findEvent(visit)}</div>`,
      await typesPanel(visit),
      await keptPanel(visit),
    ],
  };
}

export async function lagPart({ options, show, texts }: Visit): Promise<Html> {
  const { meter } = options;
  const number = async (name: string, digits = 0) => {
    const value = await figure(meter, name);
    return value === undefined ? NOTHING : show.number(value, digits);
  };
  const age = async (share: number) => {
    const seconds = await quantile(meter, 'weir_event_age_seconds', share);
    return seconds === undefined ? NOTHING : `${show.number(seconds, 2)} s`;
  };
  return html`<section class="panel wide" id="lag" aria-labelledby="lag-title" data-part="/ui/parts/lag" data-topics="stats"><header><h2 id="lag-title">${texts.lag}</h2></header>
<div class="tiles">
${tile(await number('weir_stream_lag_events'), texts.waiting_entries)}
${tile(`${await number('weir_stream_oldest_pending_seconds', 1)} s`, texts.oldest)}
${tile(await age(0.5), texts.age_p50)}
${tile(await age(0.95), texts.age_p95)}
${tile(await number('weir_history_lag_entries'), texts.history_lag)}
${tile(await number('weir_timers_due'), texts.timers_due)}
${tile(await number('weir_partitions_owned'), texts.partitions_owned)}
</div></section>`;
}

/** Events and lag over the last ten minutes, each on a scale of its own. */
export function flowPart(visit: Visit): Html {
  const { texts, show, options } = visit;
  const looks = options.pulse?.perMinute() ?? [];
  const chart = (title: string, of: (look: (typeof looks)[number]) => number) =>
    html`<div><h3>${title}</h3>${chartFigure(visit, { title, points: looks.map((look) => ({ x: look.time, y: Math.round(of(look)) })) })}</div>`;
  return panel({
    id: 'flow',
    title: texts.events_and_lag,
    wide: true,
    part: { path: 'flow', topics: 'stats' },
    body:
      looks.length < 2
        ? empty(texts.too_early)
        : html`<div class="columns">${chart(texts.events_per_minute, ({ rate }) => rate)}${chart(texts.waiting_entries, ({ waiting }) => waiting)}</div>
<details><summary>${texts.numbers}</summary>${table(
            texts.events_and_lag,
            [
              { head: texts.when },
              { head: texts.events_per_minute, number: true },
              { head: texts.waiting_entries, number: true },
            ],
            looks
              .toReversed()
              .map(({ time, rate, waiting }) => [
                show.clock(time),
                show.number(rate, 0),
                show.number(waiting, 0),
              ]),
          )}</details>`,
  });
}

function findEvent({ texts }: Visit): Html {
  return panel({
    id: 'find',
    title: texts.find_event,
    body: html`<form class="filters" method="get" action="/events" role="search" aria-label="${texts.find_event}"><p><label for="event-id">${texts.id}</label><input id="event-id" name="id" required autocomplete="off"></p><p><button>${texts.find}</button></p></form><p class="note">${texts.find_event_about}</p>`,
  });
}

async function typesPanel({ options, show, texts }: Visit): Promise<Html> {
  const { meter } = options;
  const applied = await figures(meter, 'weir_events_applied_total');
  const of = async (name: string) => {
    const found = await figures(meter, name);
    return (type: string) =>
      found.filter(({ labels }) => labels.type === type).reduce((sum, { value }) => sum + value, 0);
  };
  const [duplicates, dead, late] = [
    await of('weir_events_duplicate_total'),
    await of('weir_events_dead_total'),
    await of('weir_events_late_total'),
  ];
  const rows = applied
    .toSorted((a, b) => b.value - a.value)
    .map(({ labels: { type = '' }, value }) => [
      type,
      show.number(value, 0),
      show.number(duplicates(type), 0),
      show.number(late(type), 0),
      show.number(dead(type), 0),
    ]);
  return panel({
    id: 'types',
    title: texts.events_by_type,
    wide: true,
    aside: html`<small>${texts.since_start}</small>`,
    body: tableOr(
      texts.no_events,
      texts.events_by_type,
      [
        { head: texts.type },
        { head: texts.applied, number: true },
        { head: texts.duplicates, number: true, extra: true },
        { head: texts.late, number: true, extra: true },
        { head: texts.dead, number: true },
      ],
      rows,
    ),
  });
}

async function keptPanel(visit: Visit): Promise<Html> {
  const { options, show, texts } = visit;
  const entities = await figures(options.meter, 'weir_entities');
  const visible = entities.filter(({ labels }) => !(labels.kind ?? '').includes('.'));
  const memory = await figure(options.meter, 'weir_redis_memory_ratio');
  const { hash, settings } = options.plan();
  return panel({
    id: 'kept',
    title: texts.what_is_kept,
    wide: true,
    body: facts([
      ...visible.map(
        ({ labels, value }) => [kindWord(visit, labels.kind ?? ''), show.number(value, 0)] as const,
      ),
      [texts.rule_set, html`<code>${hash}</code>`],
      [texts.partitions, show.number(settings.partitions, 0)],
      [texts.redis_memory, memory ? show.percent(memory, 1) : NOTHING],
      [texts.time_zone, settings.timezone],
    ]),
  });
}
