/** Decisions: the log of what was decided, and one of them with the inputs it was made from. */

import { html } from 'hono/html';
import { parseDecisionId } from '../../../core/history.ts';
import { decisionReasons, decisionText } from '../decision-text.ts';
import { at, entityLink, facts, type Html, mark, panel, table, tableOr } from '../html-parts.ts';
import { fromHistory, notFound, type Page } from '../page.ts';
import { recordedReasons } from '../past-decisions.ts';
import type { Visit } from '../visit.ts';
import { pager } from './leads.ts';

export async function decisionsPage(visit: Visit): Promise<Page> {
  const { texts, show, url } = visit;
  const [rule, after] = [url.searchParams.get('rule'), url.searchParams.get('after')];
  const body = await fromHistory(visit, async (history) => {
    const asked = { ...(rule ? { rule } : {}), ...(after ? { after } : {}) };
    const { rows, next } = await history.decisions({ limit: 50, ...asked });
    return html`${tableOr(
      texts.nothing_told,
      texts.decisions,
      [
        { head: texts.when },
        { head: texts.who },
        { head: texts.rule },
        { head: texts.what },
        { head: texts.why, extra: true },
      ],
      rows.map((decision) => [
        html`<a href="/decisions/${decision.id}">${at(visit, decision.time)}</a>`,
        entityLink(visit, decision.kind, decision.entity),
        html`<a href="/rules/${decision.rule}">${show.label(decision.rule)}</a>${decision.mode === 'shadow' ? html` ${mark('info', texts.mode_shadow)}` : ''}`,
        decisionText(visit, decision),
        decisionReasons(visit, decision),
      ]),
    )}${pager(visit, next)}`;
  });
  const title = rule ? `${texts.decisions}: ${show.label(rule)}` : texts.decisions;
  return {
    title,
    about: texts.decisions_about,
    body: [rulesChoice(visit, rule), panel({ id: 'decisions', title, body, wide: true })],
  };
}

function rulesChoice({ texts, options, show }: Visit, chosen: string | null): Html {
  const names = options
    .plan()
    .kinds.flatMap(({ role, nodes }) =>
      role === 'local' || role === 'shared'
        ? nodes.flatMap((node) => (node.type === 'rule' ? [node.name] : []))
        : [],
    );
  return html`<form class="filters" method="get" action="/decisions" role="search" aria-label="${texts.filter}"><p><label for="rule">${texts.rule}</label><select id="rule" name="rule"><option value="">${texts.any}</option>${names.map((name) => html`<option value="${name}"${name === chosen ? html` selected` : ''}>${show.label(name)}</option>`)}</select></p><p><button>${texts.filter}</button></p></form>`;
}

export async function decisionPage(visit: Visit, id: string): Promise<Page> {
  const { texts, show, options } = visit;
  const place = parseDecisionId(id);
  const kept = place && (await options.history?.decision(place));
  if (!kept) return notFound(visit);
  const { decision, orphaned } = kept;
  const { cause } = decision;
  const caused =
    'timer' in cause
      ? html`${texts.by_time} ${at(visit, cause.timer)}`
      : html`<a href="/events?id=${encodeURIComponent(cause.event)}">${cause.type}</a>`;
  return {
    title: `${show.label(decision.rule)} ${id}`,
    heading: html`${show.label(decision.rule)} · ${entityLink(visit, decision.kind, decision.entity)}`,
    about: html`${at(visit, decision.time)}${orphaned ? html` ${mark('bad', texts.orphaned)}` : ''}`,
    body: [
      panel({
        id: 'decision',
        title: texts.decision,
        body: html`<p class="result">${decisionText(visit, decision)}</p>${facts([
          [texts.id, decision.id],
          [
            texts.rule,
            html`<a href="/rules/${decision.rule}">${show.label(decision.rule)}</a> v${decision.version}`,
          ],
          [texts.rule_set, html`<code>${decision.rules}</code>`],
          [texts.cause, caused],
          [texts.entry, html`<code>${decision.entry}</code>`],
        ])}`,
      }),
      panel({
        id: 'reasons',
        title: texts.why,
        body: recordedReasons(visit, decision),
        wide: true,
      }),
    ],
  };
}

/** What became of an event, asked for by its id. */
export async function eventPage(visit: Visit): Promise<Page> {
  const { texts, show, url } = visit;
  const [id, source] = [url.searchParams.get('id') ?? '', url.searchParams.get('source') ?? undefined];
  const trace = id === '' ? undefined : await visit.options.history?.event(id, source);
  if (!trace) return { ...notFound(visit), title: texts.event, about: texts.no_such_event };
  const tones = { processed: 'good', late: 'warn', dead: 'bad', orphaned: 'bad' } as const;
  return {
    title: `${texts.event} ${id}`,
    about: mark(tones[trace.status], texts[`event_${trace.status}`]),
    body: [
      ...trace.events.map((event, i) =>
        panel({
          id: `event-${i}`,
          title: event.type,
          body: facts([
            [texts.when, at(visit, event.time)],
            [texts.source, event.source],
            [texts.who, event.kind && event.entity ? entityLink(visit, event.kind, event.entity) : ''],
            [texts.entry, html`<code>${event.entry}</code> · ${texts.partition} ${event.partition}`],
            ...Object.entries(event.data).map(
              ([name, value]) => [show.label(name), show.value(value)] as const,
            ),
          ]),
        }),
      ),
      ...trace.dead.map(({ id: letter, problem }, i) =>
        panel({
          id: `dead-${i}`,
          title: texts.dead_letter,
          body: html`<p><a href="/dead/${encodeURIComponent(letter)}">${visit.may('personal') ? problem : texts.not_yours}</a></p>`,
        }),
      ),
      panel({
        id: 'caused',
        title: texts.caused,
        wide: true,
        body:
          trace.decisions.length === 0
            ? html`<p class="empty">${texts.nothing_told}</p>`
            : table(
                texts.caused,
                [{ head: texts.rule }, { head: texts.who }, { head: texts.what }],
                trace.decisions.map((decision) => [
                  html`<a href="/decisions/${decision.id}">${show.label(decision.rule)}</a>`,
                  entityLink(visit, decision.kind, decision.entity),
                  decisionText(visit, decision),
                ]),
              ),
      }),
    ],
  };
}
