/** Actions: those that wait for a person first, then what became of the others; and one of them. */

import { html } from 'hono/html';
import { parseDecisionId } from '../../../core/history.ts';
import { actionCard, budgetTable } from '../action-card.ts';
import { actionView, pendingActions, recentActions } from '../action-view.ts';
import { statusMark } from '../decision-text.ts';
import { ago, at, empty, entityLink, facts, panel, tableOr, wordFor } from '../html-parts.ts';
import { fromHistory, notFound, type Page } from '../page.ts';
import type { Visit } from '../visit.ts';

export async function actionsPage(visit: Visit): Promise<Page> {
  const { texts, show } = visit;
  const waiting = await fromHistory(visit, async (history) => {
    const actions = await pendingActions(visit, history);
    return actions.length === 0
      ? empty(texts.no_actions)
      : html`<div class="cards">${actions.map((action) => actionCard(visit, action))}</div>`;
  });
  const recent = await fromHistory(visit, async (history) =>
    tableOr(
      texts.no_actions_yet,
      texts.actions,
      [
        { head: texts.when },
        { head: texts.action },
        { head: texts.who },
        { head: texts.state },
        { head: texts.moved, number: true },
      ],
      (await recentActions(visit, history))
        .slice(0, 50)
        .map((action) => [
          html`<a href="/actions/${action.id}">${ago(visit, action.requested)}</a>`,
          wordFor(visit, 'action', action.action),
          entityLink(visit, action.kind, action.entity),
          statusMark(visit, action.status),
          action.moved === undefined ? '' : show.number(action.moved),
        ]),
    ),
  );
  return {
    title: texts.actions,
    about: texts.actions_about,
    body: [
      panel({ id: 'waiting', title: texts.waiting_actions, body: waiting, wide: true }),
      panel({ id: 'recent', title: texts.recent_actions, body: recent, wide: true }),
    ],
  };
}

export async function actionPage(visit: Visit, id: string): Promise<Page> {
  const { texts, show, options } = visit;
  const place = parseDecisionId(id);
  const kept = place && (await options.history?.decision(place));
  const action = kept && actionView(kept.decision);
  if (!action) return notFound(visit);
  const { decision } = action;
  return {
    title: `${wordFor(visit, 'action', action.action)} ${action.entity}`,
    heading: html`${wordFor(visit, 'action', action.action)} · ${entityLink(visit, action.kind, action.entity)}`,
    about: html`${statusMark(visit, action.status)} ${at(visit, action.requested)}${action.expires === undefined ? '' : html` · ${texts.expires} ${ago(visit, action.expires)}`}`,
    body: [
      panel({
        id: 'budgets',
        title: texts.budgets_before_after,
        body: budgetTable(visit, action),
        wide: true,
      }),
      panel({
        id: 'why',
        title: texts.why,
        wide: true,
        body: tableOr(
          texts.no_reasons,
          texts.why,
          [{ head: '' }, { head: texts.moved, number: true }, { head: texts.inputs_then }],
          decision.reasons
            .filter(({ points }) => points !== undefined)
            .map(({ name, points = 0, inputs }) => [
              name,
              show.signed(points),
              html`<ul class="inputs">${Object.entries(inputs).map(([input, value]) => html`<li>${show.label(input)} <b>${show.value(value)}</b></li>`)}</ul>`,
            ]),
        ),
      }),
      panel({
        id: 'about',
        title: texts.details,
        body: facts([
          [texts.rule, html`<a href="/rules/${action.rule}">${show.label(action.rule)}</a>`],
          [texts.total, action.total === undefined ? '' : show.number(action.total)],
          [texts.moved, action.moved === undefined ? '' : show.number(action.moved)],
          [texts.decision, html`<a href="/decisions/${id}">${id}</a>`],
        ]),
      }),
    ],
  };
}
