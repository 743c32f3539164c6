/** What had been decided about an entity until a time in the past, and the form that asks for it. */

import { html } from 'hono/html';
import type { Decision } from '../../core/decision.ts';
import { parseInstant } from '../../core/instant.ts';
import { DAY, type Millis } from '../../core/units.ts';
import { localTime, whenLocal } from '../../core/zone.ts';
import { decisionText } from './decision-text.ts';
import { at, empty, type Html, mark, panel, tableOr } from './html-parts.ts';
import { fromHistory } from './page.ts';
import type { Visit } from './visit.ts';

/** The time that `?at=` asks for: with a zone, or as the clocks of the configured zone show it. */
export function askedTime({ url, options }: Visit): Millis | undefined {
  const given = url.searchParams.get('at') ?? '';
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?$/.test(given)) return parseInstant(given);
  const local = parseInstant(`${given.slice(0, 16)}:00Z`);
  return local === undefined
    ? undefined
    : whenLocal(options.plan().settings.timezone, local, local - 2 * DAY);
}

export function timeForm({ texts, options, url }: Visit, time: Millis): Html {
  const shown = new Date(localTime(options.plan().settings.timezone, time)).toISOString().slice(0, 16);
  return html`<form class="filters" method="get" action="${url.pathname}" role="search" aria-label="${texts.as_it_was}"><p><label for="at">${texts.as_it_was}</label><input id="at" name="at" type="datetime-local" value="${shown}"></p><p><button>${texts.filter}</button></p></form>`;
}

/** Of each rule the last decision until then, with the values it was made from. */
export async function pastPanels(visit: Visit, kind: string, id: string, time: Millis): Promise<Html> {
  const { texts } = visit;
  return fromHistory(visit, async (history) => {
    const decisions = await history.decisionsAt(kind, id, time);
    if (decisions.length === 0)
      return panel({ id: 'past', title: texts.decisions, body: empty(texts.nothing_told) });
    return html`${decisions.map((decision) => pastPanel(visit, decision))}`;
  });
}

function pastPanel(visit: Visit, decision: Decision): Html {
  const { texts, show } = visit;
  const { rule, version, rules, id, time, error, mode } = decision;
  return panel({
    id: `rule-${rule}`,
    title: html`<a href="/rules/${rule}">${show.label(rule)}</a>`,
    aside: html`${mode === 'live' ? '' : mark('info', texts.mode_shadow)} <small>v${version} · <code>${rules}</code></small>`,
    body: html`<p class="result">${decisionText(visit, decision)}</p>
${error === undefined ? '' : html`<p>${mark('bad', error)}</p>`}
${recordedReasons(visit, decision)}
<p class="note"><a href="/decisions/${id}">${at(visit, time)}</a></p>`,
  });
}

/** The reasons as they were written down with the decision. */
export function recordedReasons({ texts, show }: Visit, { reasons }: Decision): Html {
  return tableOr(
    texts.no_reasons,
    texts.why,
    [{ head: texts.factor }, { head: texts.points, number: true }, { head: texts.inputs_then }],
    reasons.map(({ name, points, inputs, no_data }) => [
      show.label(name),
      no_data ? html`<em>${texts.no_data}</em>` : points === undefined ? '' : show.signed(points),
      html`<ul class="inputs">${Object.entries(inputs).map(([input, value]) => html`<li>${show.label(input)} <b>${show.value(value)}</b></li>`)}</ul>`,
    ]),
  );
}
