/** Rules: every one with its mode, owner, how often it ran, what it told and whether it fails. */

import { html } from 'hono/html';
import type { Plan } from '../../../rules/plan.ts';
import { isVisible } from '../../../rules/plan.ts';
import type { RulePlan } from '../../../rules/rule-plan.ts';
import { type RuleFigures, ruleFigures } from '../../rule-standing.ts';
import { type Html, kindWord, mark, panel, table } from '../html-parts.ts';
import type { Page } from '../page.ts';
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

export async function rulesPage(visit: Visit): Promise<Page> {
  const { texts, show, options } = visit;
  const plan = options.plan();
  const figuresOf = await ruleFigures(options);
  const body = table(
    texts.rules,
    [
      { head: texts.rule },
      { head: texts.state },
      { head: texts.about_whom },
      { head: texts.runs, number: true },
      { head: texts.decisions, number: true },
      { head: texts.errors, number: true },
      { head: texts.owner, extra: true },
      { head: texts.version, number: true, extra: true },
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
        errors > 0 ? mark('bad', show.number(errors, 0)) : '0',
        rule.owner,
        rule.version,
      ].map((cell) => (typeof cell === 'number' ? String(cell) : cell));
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
