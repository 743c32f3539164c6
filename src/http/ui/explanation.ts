/** One result explained: what it is, from which inputs then and now, why it was not told, when it changes. */

import { html } from 'hono/html';
import { type Judged, missing } from '../../rules/expression/judgement.ts';
import type { ExplainedReason, ExplainedResult } from '../../step/explain.ts';
import { statusMark } from './decision-text.ts';
import { ago, at, type Html, mark, panel, table, wordFor } from './html-parts.ts';
import { ruleTestText } from './rule-test-text.ts';
import { NOTHING } from './show.ts';
import type { Visit } from './visit.ts';

/** @param about its kind and id, where the result can be copied as a test */
export function explanation(
  visit: Visit,
  result: ExplainedResult,
  about?: readonly [kind: string, id: string],
): Html {
  const { texts, show } = visit;
  const copied = about && ruleTestText(...about, result);
  const { rule, version, mode, value, decided_at, decision_id, published, description } = result;
  return panel({
    id: `rule-${rule}`,
    title: html`<a href="/rules/${rule}">${show.label(rule)}</a>`,
    aside: html`${mode === 'live' ? '' : mark('info', texts.mode_shadow)} <small>v${version}</small>`,
    body: html`<p class="result">${resultText(visit, value)}</p>
<p class="note">${description}</p>
${result.error === null ? '' : html`<p>${mark('bad', result.error)}</p>`}
${result.reasons.length === 0 ? '' : reasonTable(visit, result, `${show.label(rule)}: ${texts.why}`)}
<p class="note">${decided_at === null || decision_id === null ? texts.never_told : html`${texts.told(published)}, <a href="/decisions/${decision_id}">${texts.last_time} ${ago(visit, Date.parse(decided_at))}</a>`}${result.late ? html` · ${texts.by_late_event}` : ''}</p>
${result.nearest === null ? '' : html`<p class="note">${texts.would_need} ${result.nearest.name === 'when' ? '' : html`<b>${show.label(result.nearest.name)}</b> `}${result.nearest.missing.map((part) => missingPart(visit, part))}</p>`}
${result.not_published === null ? '' : html`<p class="note">${texts.not_told}: ${result.not_published}</p>`}
${result.looked_up.map(({ name, of, age_seconds }) => html`<p class="note">${show.label(name)}: ${of ?? NOTHING}${age_seconds === null ? '' : html`, ${texts.age} ${show.number(age_seconds, 0)} s`}</p>`)}
${result.next_change === null ? '' : html`<p class="note">${texts.next_change}: ${at(visit, Date.parse(result.next_change.at))}, ${show.label(result.next_change.because)}</p>`}
${copied === undefined ? '' : html`<details><summary>${texts.as_a_test}</summary><p class="note">${texts.as_a_test_about} <a href="/rules/${rule}#source">${texts.file}</a></p><pre tabindex="0"><code>${copied}</code></pre></details>`}`,
  });
}

/** Of an action, what it is and whether it waits; of what is picked, the names. */
function resultText(visit: Visit, value: unknown): Html {
  const { show } = visit;
  const { action, status } = (value ?? {}) as { action?: unknown; status?: unknown };
  if (typeof action === 'string' && typeof status === 'string')
    return html`${wordFor(visit, 'action', action)} · ${statusMark(visit, status)}`;
  if (Array.isArray(value)) return show.labels(value);
  return show.value(value);
}

/** Of a pick the lines that hold, or held at the decision, come first; the others are there for whoever asks. */
function reasonTable(visit: Visit, { reasons }: ExplainedResult, caption: string): Html {
  const { texts } = visit;
  const points = reasons.some((reason) => reason.points !== undefined || reason.no_data);
  const picks = reasons.some(({ holds }) => holds !== undefined);
  if (!points && !picks) return html`${reasons.map((reason) => inputs(visit, reason))}`;
  if (points)
    return table(
      caption,
      pointColumns(visit),
      reasons.map((reason) => row(visit, reason)),
    );
  const columns = [{ head: texts.line }, { head: texts.holds }, { head: texts.inputs_now }];
  const [held, others] = [reasons.filter(({ holds }) => holds), reasons.filter(({ holds }) => !holds)];
  const rows = (some: readonly ExplainedReason[]) => some.map((reason) => row(visit, reason));
  return html`${held.length === 0 ? '' : table(caption, columns, rows(held))}${
    others.length === 0
      ? ''
      : html`<details><summary>${texts.do_not_hold(others.length)}</summary>${table(caption, columns, rows(others))}</details>`
  }`;
}

function pointColumns({ texts }: Visit) {
  return [{ head: texts.factor }, { head: texts.points, number: true as const }, { head: texts.inputs_now }];
}

function row(visit: Visit, reason: ExplainedReason): readonly Html[] {
  return [visit.show.label(reason.name), pointsOf(visit, reason), inputs(visit, reason)];
}

function pointsOf(
  { texts, show }: Visit,
  { points, points_at_decision, no_data, holds }: ExplainedReason,
): Html {
  if (no_data) return html`<em>${texts.no_data}</em>`;
  if (points !== undefined) {
    const moved = points_at_decision !== undefined && points_at_decision !== points;
    return html`<strong>${show.signed(points)}</strong>${moved ? html` <small>${texts.was} ${show.signed(points_at_decision)}</small>` : ''}`;
  }
  return holds === undefined ? '' : holds ? mark('good', texts.yes) : mark('idle', texts.no);
}

/** The part of a condition that does not hold, what it is now and how far off. */
function missingPart({ texts, show }: Visit, { text, left, value, off_by, no_data, error }: Judged): Html {
  const is = error ?? (no_data ? texts.no_data : show.brief(left ?? value));
  return html`<code>${text}</code> <b>${is}</b>${off_by ? html` <small>${texts.off_by(show.number(off_by))}</small>` : ''} `;
}

/** What each is now, and what it was where that is something else. */
function inputs(visit: Visit, reason: ExplainedReason): Html {
  const { show, texts } = visit;
  const lacking = reason.condition === undefined ? [] : missing(reason.condition);
  return html`${lacking.length === 0 ? '' : html`<p class="note">${texts.lacks}: ${lacking.map((part) => missingPart(visit, part))}</p>`}${
    reason.stays_until
      ? html`<p class="note">${texts.stays_until} <code>${reason.stays_until.text}</code></p>`
      : ''
  }<ul class="inputs">${Object.entries(reason.inputs).map(([name, { now, at_decision }]) => {
    const [is, was] = [show.brief(now), show.brief(at_decision)];
    const before = at_decision === null || is === was ? '' : html` <i>${texts.was} ${was}</i>`;
    return html`<li>${show.label(name)} <b>${is}</b>${before}</li>`;
  })}</ul>`;
}
