/** Runs the tests inside rule files against the oracle, for the kinds that are local to a partition. */

import type { Decision } from './decision.ts';
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
          test.with === undefined
            ? runGiven(oracle, String(document.for), test)
            : runWith(oracle, String(document.for), test),
      })),
    );
}

/** Features not given stand as they do for an entity without events. */
async function runWith(oracle: Oracle, kindName: string, test: Yaml): Promise<string[]> {
  const kind = oracle.set.kinds.find(({ name }) => name === kindName);
  if (!kind) throw new Error(`no kind ${kindName}`);
  const { [kindName]: id, ...fixed } = test.with as Yaml;
  const parts = String(id).split('/');
  const entity = newEntity(kind, String(id), Object.fromEntries(kind.key.map((name, i) => [name, parts[i]])));
  const decisions: Decision[] = [];
  const moment = { now: startOf(test), cause: { timer: startOf(test) }, late: false, decisions };
  await evaluate(oracle.set, entity, moment, () => [], fixed);
  return Object.entries(test.expect as Yaml).flatMap(([name, expected]) =>
    mismatch(name, expected, entity.values[name]),
  );
}

async function runGiven(oracle: Oracle, kindName: string, test: Yaml): Promise<string[]> {
  const start = startOf(test);
  const given = (test.given as Yaml[]).flatMap((event, line) => repeated(event, line, start));
  given.sort((a, b) => a.time - b.time);
  const problems: string[] = [];
  for (const expectation of test.expect as Yaml[]) {
    const { at, [kindName]: id, ...expected } = expectation;
    const time = start + duration(at);
    const log: LogEntry[] = given
      .filter((event) => event.time <= time)
      .map((event, index) => ({ id: `${start}-${index}`, d: JSON.stringify(event) }));
    log.push({ id: `${start}-${log.length}`, d: JSON.stringify({ type: 'tick', time }) });
    const entity = (await oracle.run(log, 0)).entities.get(`${kindName}:${id}`);
    const rule = Object.keys(expected).find((name) => entity?.results[name]) ?? '';
    for (const [name, value] of Object.entries(expected)) {
      const result = entity?.results[rule];
      const actual =
        name === 'published_value'
          ? result?.published
          : name === 'published'
            ? result?.decision_count
            : (entity?.results[name]?.value ?? entity?.features[name]);
      problems.push(...mismatch(`${name} at ${at}`, value, actual));
    }
  }
  return problems;
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
