/** Runs the tests that stand in rule files, through the same decode and step as production, on the log clock. */

import { formatDuration, type Millis } from '../core/units.ts';
import { subjectKind } from '../rules/check-tests.ts';
import { ExpressionError } from '../rules/expression/expression.ts';
import type { Located } from '../rules/located.ts';
import type { Plan, ReportPlan } from '../rules/plan.ts';
import type { RuleNode } from '../rules/plan-node.ts';
import type { Expectation, GivenEvent, RuleTest } from '../rules/rule-test.ts';
import { formatPosition } from '../rules/source-file.ts';
import type { Entity } from '../step/entity.ts';
import { type ExplainedResult, explain } from '../step/explain.ts';
import { reportDocument } from '../step/report.ts';
import type { Result } from '../step/result.ts';
import { tryRule } from '../step/try-rule.ts';
import { matches, show } from './expected-value.ts';
import { RuleTestRun } from './rule-test-run.ts';

export interface TestFailure {
  readonly rule: string;
  readonly test: string;
  /** `FAIL file:line:column: at 3d, lead 123: … is …, expected …` and the reasons, a line each. */
  readonly message: string;
}

/** Every failure of one test; empty when it passes. `see` is told each result that the test looks at. */
export function runRuleTest(
  plan: Plan,
  test: RuleTest,
  see?: (result: ExplainedResult) => void,
): TestFailure[] {
  const report = plan.reports.get(test.rule);
  if (report) return runReport(plan, report, test);
  return test.with ? runWith(plan, test, see) : runGiven(plan, test, see);
}

function runReport(plan: Plan, report: ReportPlan, test: RuleTest): TestFailure[] {
  const values: Record<string, unknown> = Object.create(null);
  for (const [name, { value }] of test.with?.values ?? []) values[name] = value;
  try {
    const document = reportDocument(report, values, test.start, plan.settings);
    return test.expect.flatMap((expectation) =>
      [...expectation.values.values()].flatMap(({ located, value }) =>
        matches(document, value)
          ? []
          : [failure(test, located, `${report.name} is ${difference(document, value)}`)],
      ),
    );
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    return [failure(test, test.place, `${report.name} fails: ${error.message}`)];
  }
}

type See = ((result: ExplainedResult) => void) | undefined;

function runWith(plan: Plan, test: RuleTest, see: See): TestFailure[] {
  const facts = test.with as NonNullable<RuleTest['with']>;
  const kind = kindOfRule(plan, test.rule);
  const values = new Map([...facts.values].map(([name, { value }]) => [name, value]));
  const id = String(values.get(kind) ?? '');
  values.delete(kind);
  const tried = tryRule(plan, kind, id, test.rule, values, test.start);
  if (!tried)
    return [failure(test, test.place, `rule ${test.rule} is off or not there: its tests cannot run`)];
  tell(see, test.rule, tried.entity, test.start);
  return check(test, test.expect[0] as Expectation, kind, id, tried.entity, test.start);
}

function runGiven(plan: Plan, test: RuleTest, see: See): TestFailure[] {
  const run = new RuleTestRun(plan, test.start);
  const failures: TestFailure[] = [];
  const events = test.given.flatMap((given, i) => expand(given, i)).sort((a, b) => a.at - b.at);
  const ruleKind = kindOfRule(plan, test.rule);
  let next = 0;
  for (const expectation of [...test.expect].sort((a, b) => (a.at ?? 0) - (b.at ?? 0))) {
    const at = expectation.at ?? 0;
    for (; next < events.length && (events[next] as TimedEvent).at <= at; next++) {
      const { at: after, event } = events[next] as TimedEvent;
      run.give(event, after);
    }
    run.passTo(at);
    for (const problem of run.problems.splice(0))
      failures.push(failure(test, test.place, `a given event is refused: ${problem}`));
    const kind = subjectKind(expectation, ruleKind, plan.kindOf) ?? ruleKind;
    const id = String(expectation.values.get(kind)?.value ?? '');
    const { entity, now } = run.entityAt(kind, id, at);
    tell(see, test.rule, entity, now);
    failures.push(...check(test, expectation, kind, id, entity, now));
  }
  return failures;
}

function tell(see: See, rule: string, entity: Entity | undefined, now: Millis): void {
  const result = see && entity && explain(entity, now, new Map()).find((other) => other.rule === rule);
  if (result) see(result);
}

interface TimedEvent {
  readonly at: Millis;
  readonly event: Record<string, unknown>;
}

function expand(given: GivenEvent, index: number): TimedEvent[] {
  return Array.from({ length: given.times }, (_, n) => ({
    at: given.at + n * given.every,
    event: { id: given.id ?? `given-${index}-${n}`, type: given.type.text, data: given.data },
  }));
}

function kindOfRule(plan: Plan, rule: string): string {
  return (
    plan.kinds.find((kind) => kind.nodes.some((node) => node.type === 'rule' && node.name === rule))?.name ??
    ''
  );
}

function check(
  test: RuleTest,
  expectation: Expectation,
  kind: string,
  id: string,
  entity: Entity | undefined,
  now: Millis,
): TestFailure[] {
  const failures: TestFailure[] = [];
  const when = expectation.at === undefined ? '' : `at ${formatDuration(expectation.at) || '0s'}, `;
  for (const [name, { located, value: expected }] of expectation.values) {
    if (name === kind) continue;
    const actual = entity ? actualValue(entity, test.rule, name) : undefined;
    if (matches(actual, expected)) continue;
    const because = entity ? reasonsFor(entity, name === 'published_value' ? test.rule : name, now) : '';
    failures.push(
      failure(test, located, `${when}${kind} ${id}: ${name} is ${difference(actual, expected)}${because}`),
    );
  }
  return failures;
}

/** Lists whose names agree are shown whole: what differs is inside. */
function difference(actual: unknown, expected: unknown): string {
  const [is, wanted] = [show(actual), show(expected)];
  if (is !== wanted) return `${is}, expected ${wanted}`;
  return `${JSON.stringify(actual)}, expected ${JSON.stringify(expected)}`;
}

/** `published_value` and `published` speak of the rule under test; every other name is a current value. */
function actualValue(entity: Entity, rule: string, name: string): unknown {
  const node = entity.kind.nodes.find(
    (other): other is RuleNode => other.type === 'rule' && other.name === rule,
  );
  if (node && (name === 'published_value' || name === 'published')) {
    const result = entity.states[node.state] as Result;
    return name === 'published' ? result.count : result.published;
  }
  const slot = entity.kind.slotOf.get(name);
  return slot === undefined ? undefined : entity.slots[slot];
}

function reasonsFor(entity: Entity, rule: string, now: Millis): string {
  const explained = explain(entity, now, new Map()).find((result) => result.rule === rule);
  if (!explained) return '';
  if (explained.error) return `\n  because the rule fails: ${explained.error}`;
  const parts = explained.reasons
    .filter((reason) => reason.points !== 0 && reason.holds !== false)
    .map((reason) =>
      reason.points === undefined
        ? reason.name
        : `${reason.name} ${reason.points > 0 ? '+' : ''}${reason.points}`,
    );
  return parts.length === 0 ? '' : `\n  because ${parts.join(', ')}`;
}

function failure(test: RuleTest, place: Pick<Located, 'source' | 'span'>, message: string): TestFailure {
  const at = formatPosition(place.source.position(place.span.start));
  return { rule: test.rule, test: test.name, message: `FAIL ${at}: ${message}` };
}
