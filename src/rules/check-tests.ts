/** Checks the tests of rules against what is declared: entities, features, event types and their fields. */

import type { Definitions } from './compile-plan.ts';
import type { Diagnostics } from './diagnostics.ts';
import { REPORT_KIND } from './report-definition.ts';
import type { GivenEvent, RuleTest, TestFacts } from './rule-test.ts';

const SPEAK_OF_DECISIONS = ['published', 'published_value'];

/** A test whose facts are settled: which entity, which values. */
export function* checkTests(
  tests: readonly RuleTest[],
  definitions: Definitions,
  diagnostics: Diagnostics,
): Generator<void, readonly RuleTest[]> {
  for (const test of tests) {
    yield;
    if (definitions.reports.some(({ name }) => name === test.rule)) {
      checkReportTest(test, definitions, diagnostics);
      continue;
    }
    const rule = definitions.rules.find(({ name }) => name === test.rule);
    const kind = rule?.kind.text;
    if (kind === undefined) continue;
    for (const event of test.given) checkGiven(event, definitions, diagnostics);
    const subject = test.with && checkFacts(test.with, kind, definitions, diagnostics, false);
    for (const expectation of test.expect)
      checkFacts(
        expectation,
        kind,
        definitions,
        diagnostics,
        true,
        test.with ? (subject ?? kind) : undefined,
      );
  }
  return tests;
}

/** Of a report only values `with` something are tested: what it reads is kept up to date elsewhere. */
function checkReportTest(test: RuleTest, definitions: Definitions, diagnostics: Diagnostics): void {
  if (test.with === undefined) {
    diagnostics.report(test.place, 'a test of a report has values `with`: { all: all, … }');
    return;
  }
  checkFacts(test.with, REPORT_KIND, definitions, diagnostics, false);
  for (const expectation of test.expect)
    for (const [name, { key }] of expectation.values)
      if (name !== test.rule) diagnostics.reportUnknown(key, 'report', name, [test.rule], ' in this test');
}

function checkGiven(event: GivenEvent, { catalogue, events }: Definitions, diagnostics: Diagnostics): void {
  const type = catalogue.get(event.type.text);
  if (type === undefined) {
    if (!diagnostics.mayBeLost(event.type.text) && !event.type.broken)
      diagnostics.reportUnknown(event.type, 'event type', event.type.text, events.keys());
    return;
  }
  let unknown = false;
  for (const field of event.fields) {
    if (type.fields.includes(field.text)) continue;
    unknown = true;
    diagnostics.reportUnknown(field, 'field', field.text, type.fields, ` of ${type.name}`);
  }
  if (unknown) return;
  const data: Record<string, unknown> = { ...event.data };
  for (const id of type.ids) if (typeof data[id] === 'number') data[id] = String(data[id]);
  const problem = type.check(data);
  if (problem === undefined) return;
  const place = event.fields.find(({ text }) => problem.field.split(/[.[]/)[0] === text) ?? event.type;
  diagnostics.report(place, `${type.name}: ${problem.problem}`);
}

/** Reports unknown names; @returns the kind of entity that the facts are about */
function checkFacts(
  facts: TestFacts,
  ruleKind: string,
  { declared, kinds }: Definitions,
  diagnostics: Diagnostics,
  expected: boolean,
  subject?: string,
): string | undefined {
  const kind = subject ?? subjectKind(facts, ruleKind, kinds);
  if (kind === undefined) {
    diagnostics.report(facts.place, `which ${ruleKind}? Name it: \`${ruleKind}: 1\``);
    return undefined;
  }
  const names = declared.of(kind);
  for (const [name, { key }] of facts.values) {
    if (name === kind || names.has(name) || (expected && SPEAK_OF_DECISIONS.includes(name))) continue;
    if (diagnostics.mayBeLost(name)) continue;
    const elsewhere = declared.kindsWith(name);
    if (elsewhere.length > 0)
      diagnostics.report(
        key,
        `unknown feature \`${name}\` of ${kind}`,
        `this is a feature of ${elsewhere.join(' and ')}`,
      );
    else diagnostics.reportUnknown(key, 'feature', name, names.keys(), ` of ${kind}`);
  }
  return kind;
}

/** The kind whose name is a key of the facts: the rule's own, else the first. */
export function subjectKind(
  facts: TestFacts,
  ruleKind: string,
  kinds: { has(kind: string): boolean },
): string | undefined {
  if (facts.values.has(ruleKind)) return ruleKind;
  return [...facts.values.keys()].find((name) => kinds.has(name));
}
