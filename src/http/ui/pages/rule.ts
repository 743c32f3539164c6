/** One rule as a table that people read, with its tests, what it did, and what it would do beside the live one. */

import { html } from 'hono/html';
import { formatDuration } from '../../../core/units.ts';
import type { RuleNode } from '../../../rules/plan-node.ts';
import type { RulePlan } from '../../../rules/rule-plan.ts';
import { ruleSource } from '../../rule-source.ts';
import { breakersOf, RESULTS, type RuleFigures, ruleFigures } from '../../rule-standing.ts';
import { decisionText } from '../decision-text.ts';
import {
  ago,
  at,
  entityLink,
  facts,
  type Html,
  kindWord,
  mark,
  panel,
  tableOr,
  tile,
} from '../html-parts.ts';
import { fromHistory, notFound, type Page } from '../page.ts';
import { shapeTable } from '../shape-table.ts';
import type { Visit } from '../visit.ts';
import { ruleEditPanels } from './rule-changes.ts';
import { allRules, modeMark, runsOf } from './rules.ts';

export async function rulePage(visit: Visit, name: string): Promise<Page> {
  const { texts, show, options } = visit;
  const rules = allRules(options.plan());
  const rule = rules.find((one) => one.name === name);
  if (!rule) return notFound(visit);
  const source = ruleSource(options.ruleFiles?.() ?? [], rule);
  const figures = (await ruleFigures(options))(name);
  const { evaluations, errors } = figures;
  return {
    title: show.label(name),
    heading: html`${show.label(name)} ${modeMark(visit, rule.mode)}`,
    about: rule.description,
    body: [
      html`<div class="tiles">${tile(show.number(runsOf(figures), 0), texts.runs)}${tile(show.number(evaluations.published, 0), texts.decisions)}${tile(show.number(errors, 0), texts.errors)}${tile(`v${rule.version}`, texts.version)}</div>`,
      await standingPanel(visit, rule, figures),
      panel({
        id: 'definition',
        title: texts.definition,
        wide: true,
        body: [shapeTable(visit, rule), conditions(visit, rule)],
      }),
      await ruleEditPanels(visit, rule),
      rule.mode === 'shadow' ? await comparison(visit, rule, liveOneOf(rule, rules)) : '',
      html`<div class="columns">${testsPanel(visit, source?.tests ?? [])}${await decisionsPanel(visit, rule)}</div>`,
      source === undefined
        ? ''
        : panel({
            id: 'source',
            title: texts.file,
            aside: html`<code>${rule.at}</code>`,
            wide: true,
            body: html`<details><summary>${texts.show_file}</summary><pre tabindex="0"><code>${source.text}</code></pre></details>`,
          }),
    ],
  };
}

/** Where the rule fails, and what came of its runs. */
async function standingPanel(visit: Visit, rule: RulePlan, { evaluations }: RuleFigures): Promise<Html> {
  const { texts, show, options } = visit;
  const node = options
    .plan()
    .kinds.flatMap(({ nodes }) => nodes)
    .find((one): one is RuleNode => one.type === 'rule' && one.rule === rule);
  const breakers = node ? await breakersOf(options, node).catch(() => []) : [];
  return panel({
    id: 'standing',
    title: texts.how_it_fares,
    aside: texts.since_start,
    body: [
      facts(RESULTS.map((result) => [texts[`run_${result}`], show.number(evaluations[result], 0)])),
      tableOr(
        texts.fails_nowhere,
        texts.fails_where,
        [
          { head: texts.partition },
          { head: texts.failures_in_a_row, number: true },
          { head: texts.problem },
          { head: texts.off_until },
        ],
        breakers.map(({ partition, failures, off }) => [
          String(partition),
          show.number(failures, 0),
          off ? mark('bad', off.error) : '',
          off ? at(visit, off.until) : '',
        ]),
      ),
    ],
  });
}

function conditions(visit: Visit, rule: RulePlan): Html {
  const { texts, show } = visit;
  const { when, every, hold, publish, owner, kind, at: place } = rule;
  const rows: (readonly [Html, Html])[] = [
    [texts.about_whom, kindWord(visit, kind)],
    [texts.owner, owner],
    [texts.file, html`<code>${place}</code>`],
  ];
  if (when) rows.push([texts.only_when, html`<code>${when.text}</code>`]);
  if (every !== undefined)
    rows.push([texts.at_most_every, typeof every === 'number' ? formatDuration(every) : show.value(every)]);
  if (hold !== undefined) rows.push([texts.holds_for, formatDuration(hold)]);
  if (rule.shape.type === 'factors' || rule.shape.type === 'value')
    rows.push([texts.told_when_moved, show.number(publish.changeOver)]);
  return facts(rows);
}

function testsPanel({ texts }: Visit, tests: readonly { name: string; text: string }[]): Html {
  return panel({
    id: 'tests',
    title: `${texts.tests} (${tests.length})`,
    body:
      tests.length === 0
        ? html`<p class="empty">${texts.no_tests}</p>`
        : html`<ul class="tests">${tests.map(({ name, text }) => html`<li><details><summary>${name}</summary><pre tabindex="0"><code>${text}</code></pre></details></li>`)}</ul>`,
  });
}

async function decisionsPanel(visit: Visit, { name }: RulePlan): Promise<Html> {
  const { texts } = visit;
  const body = await fromHistory(visit, async (history) => {
    const { rows } = await history.decisions({ rule: name, limit: 12 });
    return tableOr(
      texts.nothing_told,
      texts.decisions,
      [{ head: texts.who }, { head: texts.what }, { head: texts.when }],
      rows.map((decision) => [
        entityLink(visit, decision.kind, decision.entity),
        decisionText(visit, decision),
        html`<a href="/decisions/${decision.id}">${ago(visit, decision.time)}</a>`,
      ]),
    );
  });
  return panel({
    id: 'rule-decisions',
    title: texts.decisions,
    aside: html`<a href="/decisions?rule=${name}">${texts.see_all}</a>`,
    body,
  });
}

/** The rule it may take the place of: of the same kind and shape, whose name its own begins with. */
function liveOneOf(shadow: RulePlan, rules: readonly RulePlan[]): RulePlan | undefined {
  return rules
    .filter(
      ({ mode, kind, shape, name }) =>
        mode === 'live' &&
        kind === shadow.kind &&
        shape.type === shadow.shape.type &&
        shadow.name.startsWith(name),
    )
    .sort((a, b) => b.name.length - a.name.length)[0];
}

/** What the shadow rule told last beside what the live one says of the same entities. */
async function comparison(visit: Visit, shadow: RulePlan, live: RulePlan | undefined): Promise<Html> {
  const { texts, show } = visit;
  const body = await fromHistory(visit, async (history) => {
    const { rows } = await history.decisions({ rule: shadow.name, mode: 'shadow', limit: 50 });
    const newest = new Map(rows.toReversed().map((decision) => [decision.entity, decision]));
    const compared = await Promise.all(
      [...newest.values()].reverse().map(async (decision) => {
        const entity = live && (await history.entity(shadow.kind, decision.entity));
        return { decision, value: entity?.values[live?.name ?? ''] };
      }),
    );
    const other = compared.filter(({ decision, value }) => show.value(decision.value) !== show.value(value));
    return html`<p class="note">${live ? texts.compared_with(show.label(live.name), other.length, compared.length) : texts.no_live_one}</p>${tableOr(
      texts.nothing_told,
      texts.shadow_comparison,
      [
        { head: texts.who },
        { head: texts.live_word },
        { head: texts.mode_shadow },
        { head: texts.when, extra: true },
      ],
      compared.map(({ decision, value }) => [
        entityLink(visit, decision.kind, decision.entity),
        show.value(value),
        html`<strong>${show.value(decision.value)}</strong>`,
        ago(visit, decision.time),
      ]),
    )}`;
  });
  return panel({ id: 'shadow', title: texts.shadow_comparison, wide: true, body });
}
