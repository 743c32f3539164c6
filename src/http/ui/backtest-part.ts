/** What the history would have been under other rules: asked for, under way, or done; of one rule or of all. */

import { html } from 'hono/html';
import type { BacktestOutcome, BacktestSides, BacktestStanding, RuleOutcome } from '../../core/backtest.ts';
import { decidesOtherwise } from '../../core/backtest.ts';
import { decisionReasons, decisionText } from './decision-text.ts';
import { at, entityLink, type Html, mark, table, tile } from './html-parts.ts';
import { whileThere } from './page.ts';
import { NOTHING } from './show.ts';
import type { Visit } from './visit.ts';

/** Of both lists on the page of a rule. */
const SHOWN = 8;

/** For the script, which asks for it again while it runs: `?old=…&new=…&rule=…`. */
export function backtestPart(visit: Visit): Promise<Html> {
  const asked = visit.url.searchParams;
  const rule = asked.get('rule') ?? undefined;
  return backtestOf(visit, { old: asked.get('old') ?? '', new: asked.get('new') ?? '' }, rule);
}

export async function backtestOf(visit: Visit, sides: BacktestSides, rule?: string): Promise<Html> {
  const { backtests } = visit.options;
  if (!backtests) return '';
  const query = new URLSearchParams({ ...sides, ...(rule === undefined ? {} : { rule }) });
  const body = await whileThere(visit, async () => told(visit, sides, await backtests.standing(sides), rule));
  return html`<div class="backtest" id="backtest-${sides.new}" data-part="/ui/parts/backtest?${query}" data-topics="stats">
<h3>${visit.texts.would_have}</h3>${body}</div>`;
}

function told(
  visit: Visit,
  sides: BacktestSides,
  standing: BacktestStanding | undefined,
  rule: string | undefined,
): Html {
  const { texts, show, url } = visit;
  const page = url.pathname.startsWith('/ui/') ? changePath(sides) : url.pathname;
  if (standing?.state === 'running')
    return html`<p><progress max="1" value="${standing.share}"></progress> ${texts.comparing}: ${show.percent(standing.share)}, ${show.number(standing.events, 0)} · <a href="${page}">${texts.look_again}</a></p>`;
  if (standing?.state === 'done') {
    const { outcome } = standing;
    return html`${rule === undefined ? allRules(visit, outcome) : oneRule(visit, outcome, rule, sides)}${spanNote(visit, outcome)}`;
  }
  const off = visit.may('operate') ? '' : html` disabled`;
  return html`${standing === undefined ? '' : html`<p>${mark('bad', html`<span class="lines">${standing.problem}</span>`)}</p>`}
<form method="post" action="/ui/backtests"><input type="hidden" name="old" value="${sides.old}"><input type="hidden" name="new" value="${sides.new}"><input type="hidden" name="back" value="${page}">
<p><button${off}>${texts.would_have_ask}</button> <span class="note">${off === '' ? texts.would_have_about : texts.would_have_role}</span></p></form>`;
}

export function changePath({ old, new: is }: BacktestSides): string {
  return `/rule-changes/${old}/${is}`;
}

function allRules(visit: Visit, { rules }: BacktestOutcome): Html {
  const found = rules.filter(decidesOtherwise);
  if (found.length === 0) return html`<p>${mark('good', visit.texts.no_rule_differs)}</p>`;
  return html`${found.map((one) => html`<h4 id="backtest-${one.rule}"><a href="/rules/${one.rule}">${visit.show.label(one.rule)}</a></h4>${ruleBody(visit, one)}`)}`;
}

function oneRule(visit: Visit, { rules }: BacktestOutcome, name: string, sides: BacktestSides): Html {
  const { texts } = visit;
  const own = rules.find(({ rule }) => rule === name);
  const others = rules.filter((one) => one.rule !== name && decidesOtherwise(one)).length;
  const rest =
    others === 0 ? '' : html`<p><a href="${changePath(sides)}">${texts.others_differ(others)}</a></p>`;
  if (own === undefined || !decidesOtherwise(own))
    return html`<p>${mark('good', texts.decides_same)}</p>${rest}`;
  return html`${ruleBody(visit, own)}${rest}`;
}

function ruleBody(visit: Visit, outcome: RuleOutcome): Html {
  const { texts, show } = visit;
  const { published, changes, differing, up, down, money, ends, examples, kind } = outcome;
  const count = (value: number) => show.number(value, 0);
  const moved = money.map(({ currency, actions, amounts }) =>
    tile(
      html`${show.money(amounts[0], currency)} → ${show.money(amounts[1], currency)}`,
      texts.would_move,
      texts.in_actions(count(actions[0]), count(actions[1])),
    ),
  );
  return html`<div class="tiles">${tile(
    html`${count(published[0])} → ${count(published[1])}`,
    texts.decisions,
    html`<span class="came">+${count(changes.added)} ${texts.came}</span> · <span class="went">−${count(changes.removed)} ${texts.went}</span> · ${count(changes.changed)} ${texts.changed_word}`,
  )}${tile(count(differing), texts.end_otherwise, up + down === 0 ? '' : texts.end_up_down(count(up), count(down)))}${moved}</div>
${
  ends.length === 0
    ? ''
    : table(
        texts.largest_differences,
        [{ head: texts.largest_differences }, { head: texts.old_rules }, { head: texts.new_rules }],
        ends
          .slice(0, SHOWN)
          .map(({ id, old, new: is }) => [
            entityLink(visit, kind, id),
            show.value(old),
            html`<strong>${show.value(is)}</strong>`,
          ]),
      )
}${
  examples.length === 0
    ? ''
    : table(
        texts.differing_decisions,
        [{ head: texts.differing_decisions }, { head: texts.old_rules }, { head: texts.new_rules }],
        examples.slice(0, SHOWN).map((example) => exampleRow(visit, example)),
      )
}`;
}

function exampleRow(visit: Visit, { old, new: is }: RuleOutcome['examples'][number]): readonly Html[] {
  const { time, kind, entity } = is ?? (old as NonNullable<typeof old>);
  const side = (decision: typeof old) =>
    decision === null
      ? html`<em>${visit.texts.decided_nothing}</em>`
      : html`${decisionText(visit, decision)}<br><small>${decisionReasons(visit, decision) || NOTHING}</small>`;
  return [html`${entityLink(visit, kind, entity)}<br><small>${at(visit, time)}</small>`, side(old), side(is)];
}

function spanNote(visit: Visit, { events, from, to, took, cold }: BacktestOutcome): Html {
  const { texts, show } = visit;
  if (events === 0) return '';
  const until = Math.max(...cold.map(({ warmFrom }) => warmFrom));
  const warm =
    cold.length === 0
      ? ''
      : html` · ${texts.not_warm(texts.features_counted(cold.length), show.time(until))}`;
  return html`<p class="note">${texts.compared(show.number(events, 0), show.time(from), show.time(to), show.number(took / 1000, 1))}${warm}</p>`;
}
