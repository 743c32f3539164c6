/** One entity: its results with why they are so, its score over time, what happened to it, and its features. */

import { html } from 'hono/html';
import type { Decision } from '../../../core/decision.ts';
import type { KeptEvent } from '../../../core/history/event-trace.ts';
import type { ActionQuery } from '../../../core/history/kept-action.ts';
import type { StoredEntity } from '../../../processor/read-entity.ts';
import { type ExplainedResult, explain } from '../../../step/explain.ts';
import { actionCard } from '../action-card.ts';
import { type ActionView, pendingActions } from '../action-view.ts';
import { decisionText } from '../decision-text.ts';
import { explanation } from '../explanation.ts';
import { at, empty, facts, type Html, kindWord, panel, table } from '../html-parts.ts';
import { fromHistory, notFound, type Page } from '../page.ts';
import { askedTime, pastPanels, timeForm } from '../past-decisions.ts';
import { scoreFigure } from '../score-figure.ts';
import type { Visit } from '../visit.ts';

const SHOWN = 30;
/** Many of a campaign's are clicks, of which one line is enough. */
const MOST_EVENTS = 120;

/** @param more panels of the kind's own, above the rest */
export async function entityPage(
  visit: Visit,
  kind: string,
  id: string,
  more: (stored: StoredEntity) => Promise<readonly Html[]> = async () => [
    await openActions(visit, { kind, entity: id }),
  ],
): Promise<Page> {
  const stored = await visit.options.readEntity(kind, id);
  if (!stored) return notFound(visit);
  const { texts } = visit;
  const { entity, streamTime, partition, decided } = stored;
  // what says something comes first
  const says = ({ value }: ExplainedResult) =>
    value !== null && !(Array.isArray(value) && value.length === 0);
  const results = explain(entity, streamTime, decided).toSorted((a, b) => Number(says(b)) - Number(says(a)));
  const name = kind === id ? kindWord(visit, kind) : `${kindWord(visit, kind)} ${id}`;
  const past = askedTime(visit);
  if (past !== undefined)
    return {
      title: name,
      about: html`${texts.as_of} ${at(visit, past)} · <a href="${visit.url.pathname}">${texts.back_to_now}</a>`,
      body: [timeForm(visit, past), await pastPanels(visit, kind, id, past)],
    };
  const person = visit.may('personal') ? entity.person : undefined;
  return {
    title: name,
    about: html`${person ? html`<strong>${person.name ?? ''}</strong> ${person.email ?? ''} · ` : ''}${texts.as_of} ${at(visit, streamTime)} · ${texts.partition} ${partition}`,
    body: [
      ...(await more(stored)),
      html`<div class="columns lead-on">${resultPanels(visit, results, kind, id)}<div>${await scorePanels(visit, kind, id, results)}${featuresPanel(visit, stored)}</div></div>`,
      await timelinePanel(visit, kind, id),
      timeForm(visit, streamTime),
    ],
  };
}

/** Actions about it that wait for a person; nothing where none does. */
export async function openActions(
  visit: Visit,
  asked: Pick<ActionQuery, 'campaign' | 'kind' | 'entity'>,
  wanted: (action: ActionView) => boolean = () => true,
): Promise<Html> {
  if (!visit.options.history) return '';
  let found = 0;
  const body = await fromHistory(visit, async (history) => {
    const actions = (await pendingActions(visit, history, asked)).filter(wanted);
    found = actions.length;
    return html`${actions.map((action) => actionCard(visit, action))}`;
  });
  return found === 0
    ? ''
    : panel({ id: 'open-actions', title: visit.texts.waiting_actions, wide: true, body });
}

function resultPanels(visit: Visit, results: ReturnType<typeof explain>, kind: string, id: string): Html {
  if (results.length === 0)
    return html`<div>${panel({ id: 'results', title: visit.texts.results, body: empty(visit.texts.no_rules_here) })}</div>`;
  return html`<div>${results.map((result) => explanation(visit, result, [kind, id]))}</div>`;
}

/** A line for each result that is a number and was told more than once. */
async function scorePanels(
  visit: Visit,
  kind: string,
  id: string,
  results: ReturnType<typeof explain>,
): Promise<readonly Html[]> {
  const numeric = results.filter(
    ({ reasons, published }) => published > 0 && reasons.some(({ points }) => points !== undefined),
  );
  const panels: Html[] = [];
  for (const { rule } of numeric.slice(0, 2)) {
    const body = await fromHistory(visit, async (history) => {
      const { rows } = await history.decisionsOf(kind, id, { rule, limit: 200 });
      return scoreFigure(visit, rule, rows);
    });
    panels.push(panel({ id: `line-${rule}`, title: visit.show.label(rule), body }));
  }
  return panels;
}

function featuresPanel({ texts, show }: Visit, { entity }: StoredEntity): Html {
  const nodes = entity.kind.nodes.filter((node) => node.type !== 'rule' && node.slot >= 0);
  const [known, unknown] = [true, false].map((wanted) =>
    nodes.filter((node) => ((entity.slots[node.slot] ?? null) !== null) === wanted),
  ) as [typeof nodes, typeof nodes];
  const rows = known.map(
    (node) => [show.label(node.name), factText(show, node.name, hidden(entity.slots[node.slot]))] as const,
  );
  const missing = unknown.map((node) => show.label(node.name)).join(', ');
  return panel({
    id: 'features',
    title: texts.features,
    body: [
      rows.length === 0 ? empty(texts.nothing_known) : facts(rows),
      missing === '' ? '' : html`<p class="note">${texts.not_known}: ${missing}</p>`,
    ],
  });
}

/** A moment is told as one: features that are moments are called `…_at`. */
function factText(show: Visit['show'], name: string, value: unknown): string {
  return typeof value === 'number' && name.endsWith('_at') ? show.time(value) : show.brief(value);
}

/** What only models read is not for people. */
function hidden(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || !('curve' in value)) return value;
  const { curve: _, ...rest } = value as Record<string, unknown>;
  return rest;
}

async function timelinePanel(visit: Visit, kind: string, id: string): Promise<Html> {
  const { texts } = visit;
  const body = await fromHistory(visit, async (history) => {
    const [events, decisions] = await Promise.all([
      history.eventsOf(kind, id, { limit: MOST_EVENTS }),
      history.decisionsOf(kind, id, { limit: SHOWN }),
    ]);
    const keys = visit.options.plan().kindOf.get(kind)?.key ?? [];
    const runs = alike(events.rows);
    const caused = causedBy(runs, decisions.rows);
    const told = new Set([...caused.values()].flat());
    const rows = [
      ...runs.map((run) => ({
        time: run[0].time,
        cells: eventCells(visit, run, keys, caused.get(run[0]) ?? []),
      })),
      ...decisions.rows
        .filter((decision) => !told.has(decision))
        .map((decision) => ({ time: decision.time, cells: decisionCells(visit, decision) })),
    ]
      .sort((a, b) => b.time - a.time)
      .slice(0, SHOWN);
    if (rows.length === 0) return empty(texts.nothing_happened);
    const columns = [{ head: texts.when }, { head: texts.what }, { head: texts.details }];
    return table(
      texts.timeline,
      columns,
      rows.map(({ time, cells }) => [at(visit, time), ...cells]),
    );
  });
  return panel({ id: 'timeline', title: texts.timeline, body, wide: true });
}

type Run = readonly [KeptEvent, ...KeptEvent[]];

/** What a campaign has most of, and what says little one by one. */
const MANY = ['campaign.impression', 'campaign.click'];

/** Events of one type, or of those there are many of, that follow each other: where there are more than two of them. */
function alike(events: readonly KeptEvent[]): Run[] {
  const runs: [KeptEvent, ...KeptEvent[]][] = [];
  const sort = ({ type }: KeptEvent) => (MANY.includes(type) ? '' : type);
  for (const event of events) {
    const last = runs.at(-1);
    if (last && sort(last[0]) === sort(event)) last.push(event);
    else runs.push([event]);
  }
  return runs.flatMap((run) => (run.length > 2 ? [run] : run.map((event): Run => [event])));
}

/** What each event that stands alone changed: told beside it, and not once more. */
function causedBy(runs: readonly Run[], decisions: readonly Decision[]): Map<KeptEvent, Decision[]> {
  const caused = new Map<KeptEvent, Decision[]>();
  for (const [event, ...others] of runs) {
    if (others.length > 0 || event.id === null || event.repeated) continue;
    const mine = decisions.filter(
      ({ cause }) => 'event' in cause && cause.event === event.id && cause.type === event.type,
    );
    if (mine.length > 0) caused.set(event, mine);
  }
  return caused;
}

/** @param caused the decisions that the event made, last one first */
function eventCells(
  visit: Visit,
  run: Run,
  keys: readonly string[],
  caused: readonly Decision[],
): readonly Html[] {
  const { texts } = visit;
  const [{ type, id, data, repeated, source }] = run;
  if (run.length > 1)
    return [
      html`${[...new Set(run.map((event) => event.type))].map(
        (one) =>
          html`<span class="event">${one} × ${run.filter((event) => event.type === one).length}</span><br>`,
      )}`,
      html`<small>${texts.since} ${at(visit, (run.at(-1) as KeptEvent).time)}</small>`,
    ];
  const shown = Object.entries(data)
    .filter(([name, value]) => typeof value !== 'object' && !keys.includes(name))
    .slice(0, 4)
    .map(([name, value]) => `${name} ${value}`)
    .join(' · ');
  const link =
    id === null
      ? type
      : html`<a href="/events?id=${encodeURIComponent(id)}&amp;source=${encodeURIComponent(source)}">${type}</a>`;
  return [
    html`<span class="event">${link}</span>`,
    html`${shown}${repeated ? html` <em>${texts.repeated}</em>` : ''}${caused.toReversed().map((decision) => {
      const [link, text] = decisionCells(visit, decision);
      return html`<br><span aria-hidden="true">→</span> ${link} ${text}`;
    })}`,
  ];
}

function decisionCells(visit: Visit, decision: Decision): readonly Html[] {
  return [
    html`<a class="decided" href="/decisions/${decision.id}">${visit.show.label(decision.rule)}</a>`,
    decisionText(visit, decision),
  ];
}
