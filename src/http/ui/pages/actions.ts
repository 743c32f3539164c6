/** Actions: those that wait for a person first, then what became of the others; and one of them. */

import { html } from 'hono/html';
import type { ActionStep } from '../../../core/history/kept-action.ts';
import { parseDecisionId } from '../../../core/history.ts';
import { actionCard, budgetTable } from '../action-card.ts';
import { type ActionView, actionView, pendingActions, recentActions } from '../action-view.ts';
import { statusMark } from '../decision-text.ts';
import {
  ago,
  at,
  empty,
  entityLink,
  facts,
  type Html,
  mark,
  panel,
  tableOr,
  wordFor,
} from '../html-parts.ts';
import { insightTable } from '../insight-table.ts';
import { fromHistory, notFound, type Page } from '../page.ts';
import { verdictForm } from '../verdict-form.ts';
import type { Visit } from '../visit.ts';
import { pager } from './leads.ts';

export async function actionsPage(visit: Visit): Promise<Page> {
  const { texts, url } = visit;
  const waiting = await fromHistory(visit, async (history) => {
    const actions = await pendingActions(visit, history);
    return actions.length === 0
      ? empty(texts.no_actions)
      : html`<div class="cards">${actions.map((action) => actionCard(visit, action))}</div>`;
  });
  const after = url.searchParams.get('after');
  const recent = await fromHistory(visit, async (history) => {
    const { actions, next } = await recentActions(visit, history, { limit: 50, ...(after ? { after } : {}) });
    return html`${actionTable(visit, actions)}${pager(visit, next)}`;
  });
  return {
    title: texts.actions,
    about: texts.actions_about,
    body: [
      panel({ id: 'waiting', title: texts.waiting_actions, body: waiting, wide: true }),
      panel({ id: 'recent', title: texts.recent_actions, body: recent, wide: true }),
    ],
  };
}

export function actionTable(visit: Visit, actions: readonly ActionView[]): Html {
  const { texts, show } = visit;
  return tableOr(
    texts.no_actions_yet,
    texts.actions,
    [
      { head: texts.when },
      { head: texts.action },
      { head: texts.who },
      { head: texts.state },
      { head: texts.moved, number: true },
      { head: texts.because, extra: true },
    ],
    actions.map((action) => [
      html`<a href="/actions/${action.id}">${ago(visit, action.requested)}</a>`,
      wordFor(visit, 'action', action.action),
      entityLink(visit, action.kind, action.entity),
      statusMark(visit, action.status),
      action.moved === undefined ? '' : show.number(action.moved),
      action.because ?? '',
    ]),
  );
}

export async function actionPage(visit: Visit, id: string): Promise<Page> {
  const { texts, show, options } = visit;
  const place = parseDecisionId(id);
  const kept = place && (await options.history?.action(place));
  if (!kept) return notFound(visit);
  const action = actionView(visit, kept);
  const { status, problem, because } = action;
  const { reasons } = (await options.history?.decision(place))?.decision ?? { reasons: [] };
  const verdict = verdictForm(visit, action);
  const told = await options.history?.insight(place);
  return {
    title: `${wordFor(visit, 'action', action.action)} ${action.entity}`,
    heading: html`${wordFor(visit, 'action', action.action)} · ${entityLink(visit, action.kind, action.entity)}`,
    about: html`${statusMark(visit, status)} ${at(visit, action.requested)}${action.expires === undefined ? '' : html` · ${texts.expires} ${ago(visit, action.expires)}`}`,
    body: [
      problem === undefined ? '' : html`<p>${mark('bad', problem)}</p>`,
      html`<div class="columns left-wide">${panel({
        id: 'budgets',
        title: texts.budgets_before_after,
        body: budgetTable(visit, action) || empty(texts.no_budgets),
      })}${verdict === '' ? '' : panel({ id: 'judge', title: texts.judge, body: verdict })}</div>`,
      panel({
        id: 'about',
        title: texts.details,
        wide: true,
        body: facts([
          [texts.rule, html`<a href="/rules/${action.rule}">${show.label(action.rule)}</a>`],
          [texts.requested_by, action.requestedBy],
          ...(because === undefined ? [] : [[texts.because, because] as const]),
          [texts.total, action.total === undefined ? '' : show.number(action.total)],
          [texts.moved, action.moved === undefined ? '' : show.number(action.moved)],
          [texts.decision, html`<a href="/decisions/${id}">${id}</a>`],
        ]),
      }),
      told === undefined || !options.history
        ? ''
        : panel({
            id: 'impact',
            title: texts.insights,
            wide: true,
            body: await insightTable(visit, options.history, [told], 'impact'),
          }),
      panel({
        id: 'why',
        title: texts.why,
        wide: true,
        body: tableOr(
          texts.no_reasons,
          texts.why,
          [{ head: texts.line }, { head: texts.moved, number: true }, { head: texts.inputs_then }],
          reasons
            .filter(({ points }) => points !== undefined)
            .map(({ name, points = 0, inputs }) => [
              name,
              show.signed(points),
              html`<ul class="inputs">${Object.entries(inputs).map(([input, value]) => html`<li>${show.label(input)} <b>${show.value(value)}</b></li>`)}</ul>`,
            ]),
        ),
      }),
      panel({ id: 'steps', title: texts.steps, wide: true, body: stepTable(visit, action.steps) }),
    ],
  };
}

function stepTable(visit: Visit, steps: readonly ActionStep[]): Html {
  const { texts } = visit;
  return tableOr(
    texts.no_actions_yet,
    texts.steps,
    [{ head: texts.when }, { head: texts.state }, { head: texts.by }, { head: texts.comment }],
    steps.map(({ decision, at: time, status, by, comment, because, problem, refused }) => [
      html`<a href="/decisions/${decision}">${at(visit, time)}</a>`,
      statusMark(visit, status),
      by ?? '',
      html`${comment ?? because ?? ''} ${problem === undefined ? '' : mark('bad', problem)} ${refused === undefined ? '' : mark('idle', wordFor(visit, 'problem', refused))}`,
    ]),
  );
}
