/** Insights as a table: impact and how sure it is, what to do with one click where it waits, and what came of it. */

import { html } from 'hono/html';
import type { KeptInsight, ReliabilityBucket } from '../../core/history/kept-insight.ts';
import { type History, parseDecisionId } from '../../core/history.ts';
import { reliabilityAnswer, reliabilityTables, worthOf } from '../get-insights.ts';
import { type ActionView, actionView, cannotJudge } from './action-view.ts';
import { statusMark } from './decision-text.ts';
import { ago, entityLink, type Html, tableOr, wordFor } from './html-parts.ts';
import { NOTHING } from './show.ts';
import type { Visit } from './visit.ts';

/** @param about what the page is about, which the table need not repeat: nothing, their campaign, or the action itself */
export async function insightTable(
  visit: Visit,
  history: History,
  insights: readonly KeptInsight[],
  about: 'all' | 'campaign' | 'impact',
): Promise<Html> {
  const { texts } = visit;
  const tables = await reliabilityTables(history, insights);
  const isAction = about === 'impact';
  const waiting = isAction ? new Map<string, ActionView>() : await waitingActions(visit, history, insights);
  return tableOr(
    texts.no_insights,
    texts.insights,
    [
      { head: texts.when },
      ...(about === 'all' ? [{ head: texts.kind_campaign }] : []),
      { head: texts.impact },
      { head: texts.confidence, number: true },
      { head: texts.action },
      { head: texts.state },
      { head: texts.came_of_it },
    ],
    insights.map((insight) => {
      const { id, kind, entity, status, statement, statedAt } = insight;
      const action = waiting.get(id);
      const buckets = tables.get(statement.type) ?? [];
      return [
        html`<a href="/actions/${id}">${ago(visit, statedAt)}</a>`,
        ...(about === 'all' ? [entityLink(visit, kind, entity)] : []),
        impactOf(visit, insight, buckets),
        confidenceOf(visit, insight, buckets),
        statement.text ?? wordFor(visit, 'insight', statement.type),
        html`${status === null ? NOTHING : statusMark(visit, status)}${action ? approveForm(visit, action) : ''}`,
        realisedOf(visit, insight),
      ];
    }),
  );
}

function impactOf(
  { texts, show }: Visit,
  { statement }: KeptInsight,
  buckets: readonly ReliabilityBucket[],
): Html {
  const { of, value, low, high } = statement;
  if (!worthOf(statement, buckets).known) return texts.not_known_yet;
  const interval =
    low === null || high === null
      ? ''
      : html` <small>${texts.eight_of_ten}: ${show.signed(low, 1)} – ${show.signed(high, 1)} %</small>`;
  return html`<strong>${show.signed(value, 1)} %</strong> ${of}${interval}`;
}

function confidenceOf(
  { show }: Visit,
  { statement }: KeptInsight,
  buckets: readonly ReliabilityBucket[],
): Html {
  const { confidence } = worthOf(statement, buckets);
  return confidence === null ? NOTHING : show.percent(confidence / 100);
}

function realisedOf({ texts, show }: Visit, { realised }: KeptInsight): Html {
  if (realised === null) return texts.still_open;
  const { value, because, applied } = realised;
  const how = texts[`by_${because}`];
  const not = applied ? '' : html`, ${texts.not_carried_out}`;
  return value === null
    ? html`<small>${how}${not}</small>`
    : html`<strong>${show.signed(value, 1)} %</strong> <small>${how}${not}</small>`;
}

/** Those that wait and that this caller may judge. */
async function waitingActions(
  visit: Visit,
  history: History,
  insights: readonly KeptInsight[],
): Promise<ReadonlyMap<string, ActionView>> {
  const pending = insights.filter(({ status }) => status === 'pending');
  const found = await Promise.all(
    pending.map(async ({ id }) => {
      const place = parseDecisionId(id);
      const kept = place && (await history.action(place));
      const action = kept && actionView(visit, kept);
      return action && action.status === 'pending' && cannotJudge(visit, action) === undefined
        ? [action]
        : [];
    }),
  );
  return new Map(found.flat().map((action) => [action.id, action]));
}

/** One click; what it would do in detail, and saying no, stands on the page of the action. */
function approveForm({ texts, options, url }: Visit, { id, hash, action, entity }: ActionView): Html {
  const nameless = options.access.tokens().length === 0;
  const by = nameless
    ? html`<label for="insight-by-${id}">${texts.your_name}</label><input id="insight-by-${id}" name="by" maxlength="200" autocomplete="off" required>`
    : '';
  return html`<form class="approve" method="post" action="/ui/actions/${id}">
<input type="hidden" name="hash" value="${hash}"><input type="hidden" name="back" value="${url.pathname}">
${by}<button name="deed" value="approve" aria-label="${texts.approve}: ${action} ${entity}">${texts.approve}</button></form>`;
}

export function reliabilityTable({ texts, show }: Visit, buckets: readonly ReliabilityBucket[]): Html {
  const { buckets: rows, realised, within_share, recalibrated_from } = reliabilityAnswer(buckets);
  const part = (share: number | null) => (share === null ? NOTHING : show.percent(share));
  const all = buckets.reduce((sum, { intervals }) => sum + intervals, 0);
  const held = buckets.reduce((sum, { within }) => sum + within, 0);
  const told = tableOr(
    texts.no_insights,
    texts.reliability,
    [
      { head: texts.stated_confidence },
      { head: texts.stated, number: true },
      { head: texts.outcome_known, number: true },
      { head: texts.came_above, number: true },
      { head: texts.came_within, number: true },
    ],
    rows.map((row) => [
      `${row.from}–${row.to} %`,
      show.number(row.stated, 0),
      show.number(row.realised, 0),
      part(row.above_share),
      part(row.within_share),
    ]),
  );
  const interval =
    within_share === null ? '' : texts.reliability_of(Math.round(held), all, show.percent(within_share));
  return html`${told}<p class="note">${interval} ${texts.corrected_from(realised, recalibrated_from)}</p>`;
}
