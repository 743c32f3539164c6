/** The verdict over a simulated world at its end: every invariant held against what its servers keep. */

import type { Decision } from '../../../src/core/decision.ts';
import { compareEntryIds, type Entry } from '../../../src/core/entry.ts';
import { PUBLIC_STREAM } from '../../../src/processor/processor.ts';
import { entryOfFields } from '../../../src/processor/stream-entry.ts';
import { type Head, PartitionState } from '../../../src/step/partition-state.ts';
import { agree, decisionDifferences, entityDifferences } from '../../oracle/agree.ts';
import type { EntityView, OracleRun } from '../../oracle/oracle.ts';
import { viewsOf } from '../../step/engine-run.ts';
import type { Element } from '../redis/store.ts';
import type { Holding } from './holding.ts';
import { judgeActions } from './judge-actions.ts';
import { judgeHistory } from './judge-history.ts';
import { judgeShared } from './judge-shared.ts';
import { oracleKnows } from './oracle-knows.ts';
import { plainFold } from './plain-fold.ts';
import { CHANGED } from './rules.ts';
import type { World } from './world.ts';

/** The oracle does not hear what becomes of actions. */
const NOT_HEARD = ['channel.budget', 'campaign.rebalance'];
const SHOWN = 6;

/** Sentences, each beginning with its invariant; none when all is well. */
export async function judge(world: World): Promise<string[]> {
  if (world.problems.length > 0) return world.problems;
  const problems: string[] = [];
  const holdings = world.partitions.map((partition) => holdingOf(world, partition));
  const expected: (OracleRun | undefined)[] = [];
  for (const holding of holdings) {
    const { log, partition } = holding;
    const run = oracleKnows(world, log)
      ? await world.rules.oracle.run(log.filter(isNoMail), partition)
      : undefined;
    expected.push(run);
    const where = (problem: string) => `${problem} (partition ${holding.partition})`;
    problems.push(...judgeFold(world, holding).map(where));
    problems.push(...judgeNumbers(world, holding).map(where), ...judgeRules(world, holding).map(where));
    if (run) problems.push(...judgeOracle(run, holding).map(where));
    if (world.postgres) problems.push(...judgeHistory(world, world.postgres, holding).map(where));
  }
  problems.push(
    ...judgeActions(world, holdings),
    ...judgeShared(world, holdings, expected),
    ...judgeArrivals(world, holdings),
  );
  problems.push(...judgeLosses(world));
  return problems;
}

/** The oracle takes what partitions tell each other for granted. */
function isNoMail({ d = '' }: Entry): boolean {
  return !/^\{"type":"(?:shared|learned)\./.test(d);
}

function keptOf(world: World, key: string): readonly Element[] {
  return world.server.store.find(key, 'stream')?.kept ?? [];
}

function holdingOf(world: World, partition: number): Holding {
  const keys = world.keys(partition);
  const { store } = world.server;
  const out = keptOf(world, keys.out).filter(([, fields]) => fields[0] === 'd');
  const texts = out.map(([, fields]) => fields[1] as string);
  const state = restored(world, partition, store.find(keys.state, 'hash')?.fields ?? []);
  return {
    partition,
    log: keptOf(world, keys.in).map(([id, fields]) => entryOfFields(id, fields)),
    out,
    texts,
    decisions: texts.map((text) => JSON.parse(text) as Decision),
    dead: dataOf(keptOf(world, keys.dead)),
    late: dataOf(keptOf(world, keys.late)),
    state,
    views: viewsOf(state),
  };
}

/** Records as whoever loads them sees them, under the rules that are in force. */
function restored(
  world: World,
  partition: number,
  records: Iterable<readonly [string, string]>,
): PartitionState {
  const { versions } = world.rules;
  const head = JSON.parse(world.position(partition, 'head') ?? '{}') as Head;
  const inForce = versions.find(({ plan }) => plan.hash === head.rules) ?? versions[0];
  if (!inForce) throw new Error('there are no rules');
  const layouts = new Map(
    versions.flatMap(({ plan }) => plan.kinds.map(({ layout }) => [layout.id, layout] as const)),
  );
  const state = new PartitionState(partition, inForce.plan, { incarnation: 1, layouts });
  state.restoreHead(head);
  for (const [key, record] of records) state.admit(key, record);
  return state;
}

/** Trimming ends a quiet stream with an element that says nothing. */
function dataOf(elements: readonly Element[]): string[] {
  return elements.flatMap(([, fields]) => (fields[0] === 'd' ? [fields[1] as string] : []));
}

/** State, decisions, letters and timers are those of the plain fold over the log that is left. */
function judgeFold(world: World, holding: Holding): string[] {
  const { partition, log, decisions, texts, dead, late, views } = holding;
  const { store } = world.server;
  const keys = world.keys(partition);
  const fold = plainFold(partition, world.rules, log, decisions, world.options.clockMode);
  const problems = entityDifferences(viewsOf(restored(world, partition, fold.records)), views, SHOWN).map(
    (each) => `I1 ${each}`,
  );
  problems.push(...listProblems('I2 decisions', texts, fold.decisions));
  problems.push(...listProblems('I2 dead letters', dead, fold.dead));
  problems.push(...listProblems('I2 late events', late, fold.late));
  const timers = store.find(keys.timers, 'zset')?.scores ?? new Map();
  problems.push(...mapProblems('I1 timers', timers, fold.timers));
  const decided = store.find(keys.decided, 'hash')?.fields ?? new Map();
  problems.push(...mapProblems('I2 last decisions', decided, fold.decided));
  return problems;
}

function listProblems(what: string, is: readonly string[], must: readonly string[]): string[] {
  const at = Array.from({ length: Math.max(is.length, must.length) }, (_, i) => i).find(
    (i) => is[i] !== must[i],
  );
  if (at === undefined) return [];
  const [mine, other] = [is[at], must[at]].map((text) => text?.slice(0, 300) ?? 'nothing');
  return [
    `${what}: ${is.length}, the plain fold gives ${must.length}; number ${at} is ${mine} and not ${other}`,
  ];
}

function mapProblems(
  what: string,
  is: ReadonlyMap<string, unknown>,
  must: ReadonlyMap<string, unknown>,
): string[] {
  return [...new Set([...is.keys(), ...must.keys()])]
    .filter((key) => is.get(key) !== must.get(key))
    .slice(0, SHOWN)
    .map((key) => `${what}: ${key} is ${is.get(key)}, the plain fold gives ${must.get(key)}`);
}

/** A rule set is in force from its activation on, where that named the one before. */
function judgeRules(world: World, { log, decisions }: Holding): string[] {
  const known = new Set(world.rules.versions.map(({ plan }) => plan.hash));
  let inForce = world.rules.versions[0]?.plan.hash;
  const byEntry = new Map<string, string | undefined>();
  for (const { id, d = '' } of log) {
    if (d.startsWith('{"type":"rules.activated"')) {
      const { hash, previous } = JSON.parse(d) as { hash: string; previous: string };
      if (previous === inForce && known.has(hash)) inForce = hash;
    }
    byEntry.set(id, inForce);
  }
  return decisions
    .filter(({ entry, rules }) => byEntry.get(entry) !== rules)
    .slice(0, SHOWN)
    .map(
      ({ id, entry, rules }) => `I2 decision ${id} is of rules ${rules}, in force were ${byEntry.get(entry)}`,
    );
}

/** Every decision has a number of its own, without a gap, and its reasons; the position has applied everything. */
function judgeNumbers(world: World, { partition, decisions, log }: Holding): string[] {
  const problems: string[] = [];
  decisions.forEach(({ id, reasons }, i) => {
    if (Number(id.split('-')[2]) !== i) problems.push(`I2 decision number ${i} has the id ${id}`);
    if (world.gone.has(id)) problems.push(`I2 decision ${id} has the id of one that was lost`);
    if (!Array.isArray(reasons) || reasons.length === 0) problems.push(`I5 decision ${id} has no reasons`);
  });
  const entry = world.position(partition, 'entry');
  if (entry !== log.at(-1)?.id)
    problems.push(`I1 the position is ${entry}, the log ends at ${log.at(-1)?.id}`);
  const entries = Number(world.position(partition, 'entries'));
  if (world.lost === 0 && entries !== log.length)
    problems.push(`I1 ${entries} entries counted of ${log.length}`);
  return problems.slice(0, SHOWN);
}

/** Local entities, their decisions and what was refused, by the oracle, which shares no code with the product. */
function judgeOracle(expected: OracleRun, { log, views, decisions, dead, late }: Holding): string[] {
  const changes = log.some(({ d }) => d?.startsWith('{"type":"rules.activated"'));
  const leftOut = new Set([...expected.leftOut, ...NOT_HEARD, ...(changes ? CHANGED : [])]);
  const local = new Map([...expected.entities].map(([key, view]) => [key, { ...view, leftOut }]));
  const problems = entityDifferences(without(local, leftOut), views, SHOWN);
  const [own, others] = [expected.decisions, decisions].map((list) =>
    (list as { kind: string; rule: string }[]).filter(({ kind, rule }) => !leftOut.has(`${kind}.${rule}`)),
  ) as [typeof expected.decisions, Decision[]];
  problems.push(...decisionDifferences(own, others, { leftOut }, SHOWN));
  const nameOf = ({ entry, index, reason }: { entry: string; index: number; reason: string }) =>
    `${entry}:${index} ${reason}`;
  const letters = dead
    .map((text) => JSON.parse(text) as { entry: string; index: number; reason: string })
    .filter(({ reason }) => reason !== 'unknown_action');
  if (!agree(letters.map(nameOf).sort(), expected.dead.map(nameOf).sort()))
    problems.push(`dead letters are ${letters.map(nameOf)}, the oracle has ${expected.dead.map(nameOf)}`);
  if (late.length !== expected.late.length)
    problems.push(`${late.length} late events, the oracle has ${expected.late.length}`);
  return problems.map((problem) => `I1 ${problem}`);
}

/** The oracle's views without what is left out of them, as the other side is compared. */
function without(
  views: ReadonlyMap<string, EntityView>,
  leftOut: ReadonlySet<string>,
): Map<string, EntityView> {
  const names = new Set([...leftOut].map((name) => name.slice(name.indexOf('.') + 1)));
  const strip = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(strip);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).flatMap(([name, inner]) => (names.has(name) ? [] : [[name, strip(inner)]])),
    );
  };
  return new Map(
    [...views].map(([key, view]) => {
      const kind = key.slice(0, key.indexOf(':'));
      const kept = (fields: object) =>
        Object.fromEntries(
          Object.entries(fields)
            .filter(([name]) => !leftOut.has(`${kind}.${name}`))
            .map(([name, value]) => [name, strip(value)]),
        );
      return [
        key,
        { ...view, features: kept(view.features), results: kept(view.results) as EntityView['results'] },
      ];
    }),
  );
}

/** What Redis said it has, and did not lose, is in the log of a partition. */
function judgeArrivals(world: World, holdings: readonly Holding[]): string[] {
  const logs = holdings.flatMap(({ log }) => log.map(({ d = '', f = '' }) => d + f)).join('\n');
  const { lostAt } = world;
  const missing = world.producer.acknowledged.filter(
    ({ id, at }) => (lostAt === undefined || at > lostAt) && !logs.includes(`"id":"${id}"`),
  );
  const published = keptOf(world, PUBLIC_STREAM).at(-1)?.[0];
  const intake = world.position(0, 'intake');
  const problems = missing
    .slice(0, SHOWN)
    .map(({ id }) => `I2 event ${id} was acknowledged and is in no log`);
  if (published !== undefined && compareEntryIds(intake ?? '0-0', published) < 0)
    problems.push(`I2 the intake stands at ${intake}, the stream ends at ${published}`);
  return problems;
}

/** Who had committed what is gone now, and was alone, has said so. */
function judgeLosses(world: World): string[] {
  const silent = world.witnesses.filter(({ process }) => process.isUp && !world.reported.has(process));
  return silent.map(
    ({ partition }) => `I9 the tail of partition ${partition} was lost and its owner did not say so`,
  );
}
