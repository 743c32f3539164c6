/** Budgets of a campaign over time: a line for each channel, and the table of every change with what made it. */

import { html } from 'hono/html';
import type { History } from '../../core/history.ts';
import { type BudgetChange, budgetHistory } from './budget-history.ts';
import { at, empty, type Html, table } from './html-parts.ts';
import { linesFigure, MOST_LINES } from './lines-figure.ts';
import type { Visit } from './visit.ts';

/** Further back nothing is shown. */
const MOST_CHANGES = 200;

/** @param inForce by channel, as the stream has them now */
export async function budgetsFigure(
  visit: Visit,
  history: History,
  campaign: string,
  inForce: ReadonlyMap<string, number>,
  currency: string,
): Promise<Html> {
  const { texts, show } = visit;
  const { rows } = await history.budgetChanges(campaign, { limit: MOST_CHANGES });
  const changes = budgetHistory(rows);
  const last = changes.at(-1);
  if (last === undefined) return empty(texts.no_budget_changes);
  const now: BudgetChange = {
    time: Math.max(show.now, last.time),
    type: '',
    budgets: new Map([...last.budgets, ...inForce]),
  };
  const drawn = [...changes, now];
  const names = [...now.budgets].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1)).map(([name]) => name);
  const lines = names.slice(0, MOST_LINES).map((name) => ({
    name,
    values: drawn.map(({ budgets }) => budgets.get(name) ?? null),
  }));
  const amounts = (budgets: ReadonlyMap<string, number>) =>
    names
      .flatMap((name) =>
        budgets.has(name) ? [`${name} ${show.money(budgets.get(name) as number, currency)}`] : [],
      )
      .join(' · ');
  const cause = ({ action, type }: BudgetChange) =>
    action !== undefined
      ? html`<a href="/actions/${encodeURIComponent(action)}">${texts.action}</a>`
      : type === ''
        ? texts.as_it_stands
        : texts.agreed;
  const numbers = table(
    texts.budgets_over_time,
    [{ head: texts.when }, { head: texts.why }, { head: texts.budget }],
    drawn.toReversed().map((change) => [at(visit, change.time), cause(change), amounts(change.budgets)]),
  );
  return html`${linesFigure(
    visit,
    texts.budgets_over_time,
    drawn.map(({ time }) => time),
    lines,
  )}${names.length > MOST_LINES ? html`<p class="note">${texts.budgets_shown(MOST_LINES, names.length)}</p>` : ''}<details><summary>${texts.numbers}</summary>${numbers}</details>`;
}
