/** Runs the tests inside rule files against the oracle, for the kinds that are local to a partition. */

import { bare } from './decision.ts';
import { duration } from './duration.ts';
import { newEntity } from './entity.ts';
import { evaluate } from './evaluate.ts';
import { documentsOf, type RuleFile } from './load.ts';
import type { Oracle } from './oracle.ts';
import type { LogEntry } from './received.ts';

type Yaml = Record<string, unknown>;

export interface RuleTest {
  readonly rule: string;
  readonly name: string;
  /** What was expected and is not so; empty when the test passes. */
  run(): Promise<string[]>;
}

const START = Date.UTC(2026, 0, 5);

export function ruleTests(oracle: Oracle, files: readonly RuleFile[]): RuleTest[] {
  const kinds = oracle.set.kinds.map(({ name }) => name);
  return documentsOf(files)
    .filter((document) => kinds.includes(String(document.for)))
    .flatMap((document) =>
      ((document.tests ?? []) as Yaml[]).map((test) => ({
        rule: String(document.rule),
        name: String(test.name),
        run: () =>
          test.with === undefined ? runGiven(oracle, document, test) : runWith(oracle, document, test),
      })),
    );
}

/** Features not given stand as they do for an entity without events. */
async function runWith(oracle: Oracle, rule: Yaml, test: Yaml): Promise<string[]> {
  const kind = oracle.set.kinds.find(({ name }) => name === rule.for);
  if (!kind) throw new Error(`no kind ${rule.for}`);
  const { [kind.name]: id, ...fixed } = test.with as Yaml;
  const parts = String(id).split('/');
  const entity = newEntity(kind, String(id), Object.fromEntries(kind.key.map((name, i) => [name, parts[i]])));
  const moment = { now: startOf(test), cause: { timer: startOf(test) }, late: false, decisions: [] };
  await evaluate(oracle.set, entity, moment, () => [], fixed);
  return unmet(test.expect as Yaml, (name) => {
    const verdict = entity.verdicts.get(String(rule.rule));
    if (name === 'published_value') return verdict?.published;
    return name === 'published' ? verdict?.decisions : entity.values[name];
  });
}

async function runGiven(oracle: Oracle, rule: Yaml, test: Yaml): Promise<string[]> {
  const start = startOf(test);
  const given = (test.given as Yaml[]).flatMap((event, line) => repeated(event, line, start));
  given.sort((a, b) => a.time - b.time);
  const problems: string[] = [];
  for (const expectation of test.expect as Yaml[]) {
    const { at, [String(rule.for)]: id, ...expected } = expectation;
    const time = start + duration(at);
    const log: LogEntry[] = given
      .filter((event) => event.time <= time)
      .map((event, index) => ({ id: `${start}-${index}`, d: JSON.stringify(event) }));
    log.push({ id: `${start}-${log.length}`, d: JSON.stringify({ type: 'tick', time }) });
    const entity = (await oracle.run(log, 0)).entities.get(`${rule.for}:${id}`);
    const own = entity?.results[String(rule.rule)];
    const unlike = unmet(expected, (name) => {
      if (name === 'published_value') return own?.published;
      if (name === 'published') return own?.decision_count;
      return entity?.results[name]?.value ?? entity?.features[name];
    });
    problems.push(...unlike.map((problem) => `at ${at}: ${problem}`));
  }
  return problems;
}

function unmet(expected: Yaml, actualOf: (name: string) => unknown): string[] {
  return Object.entries(expected).flatMap(([name, value]) =>
    mismatch(name, value, bareIf(value, actualOf(name))),
  );
}

/** A number may be expected of a result that has a class too. */
function bareIf(expected: unknown, actual: unknown): unknown {
  return typeof expected === 'number' ? bare(actual) : actual;
}

function startOf(test: Yaml): number {
  return test.start === undefined ? START : Date.parse(String(test.start));
}

function repeated(event: Yaml, line: number, start: number): (Yaml & { time: number })[] {
  const { at, times = 1, every, ...fields } = event;
  return Array.from({ length: Number(times) }, (_, index) => ({
    id: `${line}.${index}`,
    ...fields,
    time: start + duration(at) + index * (every === undefined ? 0 : duration(every)),
  }));
}

/** What is written must be there; objects may have more, and an item of a list may be written by its name. */
function mismatch(name: string, expected: unknown, actual: unknown): string[] {
  if (Array.isArray(expected)) {
    const items = Array.isArray(actual) ? actual : [];
    if (items.length !== expected.length || !Array.isArray(actual))
      return [`${name}: ${JSON.stringify(actual)} is not ${JSON.stringify(expected)}`];
    return expected.flatMap((item, index) => mismatch(`${name}[${index}]`, item, items[index]));
  }
  if (typeof expected === 'object' && expected !== null)
    return Object.entries(expected).flatMap(([key, value]) =>
      mismatch(`${name}.${key}`, value, (actual as Yaml | undefined)?.[key]),
    );
  const named = typeof expected === 'string' ? (actual as Yaml | undefined)?.name : undefined;
  const same =
    typeof expected === 'number' && typeof actual === 'number'
      ? Math.abs(expected - actual) < 1e-9
      : expected === (named ?? actual) || (expected === null && actual === undefined);
  return same ? [] : [`${name}: ${JSON.stringify(actual)} is not ${JSON.stringify(expected)}`];
}
