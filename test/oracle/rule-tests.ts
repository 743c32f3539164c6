/** Runs the tests inside the files of rules and reports against the oracle. */

import { bare } from './decision.ts';
import { duration } from './duration.ts';
import { type Entity, newEntity } from './entity.ts';
import { evaluate } from './evaluate.ts';
import { documentsOf, type RuleFile } from './load.ts';
import type { Oracle } from './oracle.ts';
import type { Partition } from './partition.ts';
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
  const kinds = [...oracle.set.kinds, ...oracle.set.shared].map(({ name }) => name);
  return documentsOf(files)
    .filter((document) => document.report !== undefined || kinds.includes(String(document.for)))
    .filter((document) => !oracle.set.leftOut.has(`${document.for}.${document.rule}`))
    .flatMap((document) =>
      ((document.tests ?? []) as Yaml[]).map((test) => ({
        rule: String(document.rule ?? document.report),
        name: String(test.name),
        run: () => runTest(oracle, document, test),
      })),
    );
}

async function runTest(oracle: Oracle, document: Yaml, test: Yaml): Promise<string[]> {
  if (document.report !== undefined) return runReport(oracle, String(document.report), test);
  if (test.with !== undefined) return runWith(oracle, document, test);
  return runGiven(oracle, document, test);
}

async function runReport({ set }: Oracle, name: string, test: Yaml): Promise<string[]> {
  const report = set.reports.find((each) => each.name === name);
  const { zone, currency } = set;
  const values = { ...(test.with as Yaml), params: report?.params };
  const document = await report?.value.evaluate(values, { zone, currency });
  return unmet(test.expect as Yaml, (expected) => (expected === name ? document : undefined));
}

/** Features not given stand as they do for an entity without events. */
async function runWith(oracle: Oracle, rule: Yaml, test: Yaml): Promise<string[]> {
  const kinds = [...oracle.set.kinds, ...oracle.set.shared];
  const kind = kinds.find(({ name }) => name === rule.for);
  if (!kind) throw new Error(`no kind ${rule.for}`);
  const { [kind.name]: id, ...fixed } = test.with as Yaml;
  const parts = String(id).split('/');
  const entity = newEntity(kind, String(id), Object.fromEntries(kind.key.map((name, i) => [name, parts[i]])));
  const moment = { now: startOf(test), cause: { timer: startOf(test) }, late: false, decisions: [] };
  await evaluate(oracle.set, entity, moment, () => [], fixed);
  // what is held back counts as if it had been long enough
  const held = rule.hold === undefined ? 0 : duration(rule.hold);
  if (held > 0) await evaluate(oracle.set, entity, { ...moment, now: moment.now + held }, () => [], fixed);
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
    const kind = kindOf(oracle, String(rule.for), expectation);
    const { at, [kind]: id, ...expected } = expectation;
    const time = start + duration(at);
    const shared = oracle.set.shared.some(({ name }) => name === kind);
    const log: LogEntry[] = given
      .filter((event) => event.time <= time)
      .map((event, index) => ({ id: `${start}-${index}`, d: JSON.stringify(event) }));
    log.push({ id: `${start}-${log.length}`, d: JSON.stringify({ type: 'tick', time }) });
    const entity = await (shared ? sharedAfter : localAfter)(oracle, log, `${kind}:${id}`, time);
    const own = entity?.verdicts.get(String(rule.rule));
    const unlike = unmet(expected, (name) => {
      if (name === 'published_value') return own?.published;
      if (name === 'published') return own?.decisions ?? 0;
      return entity?.values[name];
    });
    problems.push(...unlike.map((problem) => `at ${at}: ${problem}`));
  }
  return problems;
}

/** Usually an entity of the rule; else the one that the expectation names. */
function kindOf({ set }: Oracle, usual: string, expectation: Yaml): string {
  if (Object.hasOwn(expectation, usual)) return usual;
  return [...set.kinds, ...set.shared].find(({ name }) => Object.hasOwn(expectation, name))?.name ?? usual;
}

async function localAfter(
  oracle: Oracle,
  log: readonly LogEntry[],
  key: string,
): Promise<Entity | undefined> {
  const own = oracle.partition();
  for (const entry of log) await own.apply(entry);
  await own.settle();
  return own.fold.entities.get(key);
}

const HALF_HOUR = 1_800_000;

/** A minute later, with all mail delivered at once and time passing in between. */
async function sharedAfter(
  oracle: Oracle,
  log: readonly LogEntry[],
  key: string,
  time: number,
): Promise<Entity | undefined> {
  const own = oracle.partition();
  let seq = 0;
  const pass = async (until: number) => {
    for (let now = own.fold.now + HALF_HOUR; now < until; now += HALF_HOUR) seq = await mailed(own, now, seq);
    seq = await mailed(own, until, seq);
  };
  for (const entry of log) {
    const { time: at = time } = JSON.parse(entry.d ?? '') as { time?: number };
    if (Number.isFinite(own.fold.now)) await pass(at);
    await own.apply(entry);
    seq = await mailed(own, own.fold.now, seq);
  }
  await pass(time + 60_000);
  return own.owner.entities.get(key);
}

/** Sources give to the business: what they were told leads to mail once more. */
async function mailed(own: Partition, now: number, from: number): Promise<number> {
  let seq = from;
  own.fold.tick(now);
  await own.settle();
  for (let round = 0; round < 2; round++)
    for (const key of [...own.shares.keys]) {
      const [kind, id] = key.split(':') as [string, string];
      const shares = own.shares.frozen(key, own.shares.featuresOf(key), now);
      seq += 1;
      await own.take({ kind, id, partition: 0, seq, shares });
    }
  return seq;
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
