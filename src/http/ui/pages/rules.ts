/** Rules: every one with its mode, owner, how often it ran, what it told, whether it fails, and when it was last edited. */

import { html } from 'hono/html';
import { WeirError } from '../../../core/errors.ts';
import { DAY, HOUR, type Millis, SECOND } from '../../../core/units.ts';
import type { Plan } from '../../../rules/plan.ts';
import { isVisible } from '../../../rules/plan.ts';
import type { RulePlan } from '../../../rules/rule-plan.ts';
import { type RuleEdit, relativePath, ruleEdits } from '../../rule-edits.ts';
import { type RuleFigures, ruleFigures } from '../../rule-standing.ts';
import { changePath } from '../backtest-part.ts';
import { ago, type Html, kindWord, mark, panel, table } from '../html-parts.ts';
import type { Page } from '../page.ts';
import { NOTHING } from '../show.ts';
import type { Visit } from '../visit.ts';
import { editsPanel, refusedNote } from './rule-changes.ts';

export function allRules(plan: Plan): RulePlan[] {
  return plan.kinds
    .filter(isVisible)
    .flatMap(({ nodes }) => nodes.flatMap((node) => (node.type === 'rule' ? [node.rule] : [])));
}

export function runsOf({ evaluations }: RuleFigures): number {
  return Object.values(evaluations).reduce((sum, count) => sum + count, 0);
}

export function modeMark({ texts }: Visit, mode: RulePlan['mode']): Html {
  return mode === 'live' ? mark('good', texts.mode_live) : mark('info', texts.mode_shadow);
}

/** From so long on a rate of a day says something. */
const LONG_ENOUGH: Millis = HOUR;

function aDay({ show }: Visit, published: number): string {
  const running = process.uptime() * SECOND;
  return running < LONG_ENOUGH ? NOTHING : show.number((published * DAY) / running, 0);
}

/** When the file of a rule was last edited, as far as the history knows it. */
async function lastChanges(visit: Visit): Promise<(rule: RulePlan) => Html> {
  const { options } = visit;
  const files = options.ruleFiles?.() ?? [];
  let edits: readonly RuleEdit[] = [];
  try {
    edits = await ruleEdits(options);
  } catch (error) {
    // the panel of the last edits says so
    if (!(error instanceof WeirError)) throw error;
  }
  return ({ at: place }) => {
    const path = relativePath(files, place.replace(/:\d+$/, ''));
    const last = edits.find((edit) => edit.at !== undefined && edit.files.some((file) => file.path === path));
    return last?.at === undefined ? NOTHING : html`<a href="${changePath(last)}">${ago(visit, last.at)}</a>`;
  };
}

export async function rulesPage(visit: Visit): Promise<Page> {
  const { texts, show, options } = visit;
  const plan = options.plan();
  const figuresOf = await ruleFigures(options);
  const changed = await lastChanges(visit);
  const body = table(
    texts.rules,
    [
      { head: texts.rule },
      { head: texts.state },
      { head: texts.about_whom },
      { head: texts.runs, number: true },
      { head: texts.decisions, number: true },
      { head: texts.a_day, number: true, extra: true },
      { head: texts.errors, number: true },
      { head: texts.owner, extra: true },
      { head: texts.version, number: true, extra: true },
      { head: texts.last_change, extra: true },
    ],
    allRules(plan).map((rule) => {
      const figures = figuresOf(rule.name);
      const { errors } = figures;
      return [
        html`<a href="/rules/${rule.name}">${show.label(rule.name)}</a> <small>${rule.description}</small>`,
        modeMark(visit, rule.mode),
        kindWord(visit, rule.kind),
        show.number(runsOf(figures), 0),
        show.number(figures.evaluations.published, 0),
        aDay(visit, figures.evaluations.published),
        errors > 0 ? mark('bad', show.number(errors, 0)) : '0',
        rule.owner,
        String(rule.version),
        changed(rule),
      ];
    }),
  );
  return {
    title: texts.rules,
    about: html`${texts.rule_set} <code>${plan.hash}</code> · ${texts.since_start}`,
    body: [
      refusedNote(visit),
      panel({ id: 'rules', title: texts.rules, body, wide: true }),
      await editsPanel(visit),
    ],
  };
}
