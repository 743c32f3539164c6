/** Holds what one partition came to against what the oracle makes of its log. */

import { splitEntityKey } from '../../src/core/entity-key.ts';
import { partitionKeys } from '../../src/core/partition.ts';
import type { RedisConnection } from '../../src/processor/redis-connection.ts';
import { RedisRuleLibrary } from '../../src/processor/redis-rule-library.ts';
import type { Plan } from '../../src/rules/plan.ts';
import { type Head, PartitionState } from '../../src/step/partition-state.ts';
import { isTombstone } from '../../src/step/record.ts';
import { decisionDifferences, entityDifferences } from '../../test/oracle/agree.ts';
import type { EntityView, Oracle } from '../../test/oracle/oracle.ts';
import type { LogEntry } from '../../test/oracle/received.ts';
import { viewsOf } from '../../test/step/engine-run.ts';
import type { Kept } from './archive.ts';
import { numberingProblems, surplus } from './decisions.ts';
import { PARTITIONS } from './deployment.ts';
import { GUEST } from './people-faults.ts';
import { type Element, logOfElements, recordsOf } from './stream-entries.ts';

export interface Judgement {
  readonly entries: number;
  readonly entities: number;
  readonly decisions: number;
  readonly wrongEntities: number;
  readonly lostDecisions: number;
  readonly duplicateDecisions: number;
  readonly wrongDecisions: number;
  readonly deadLettersWrong: number;
  readonly lateWrong: number;
  /** Sentences for people, the first few of each kind. */
  readonly problems: readonly string[];
}

type Fields = Record<string, unknown>;
const SHOWN = 8;

/** What a partition's streams held. */
export interface Held {
  readonly partition: number;
  readonly streams: Readonly<Record<Kept, readonly Element[]>>;
  readonly hostile: readonly string[];
  readonly erased: readonly string[];
}

export async function judgePartition(
  connection: RedisConnection,
  oracle: Oracle,
  plan: Plan,
  { partition, streams, hostile, erased }: Held,
): Promise<Judgement> {
  const told = recordsOf(streams.out);
  const late = recordsOf(streams.late);
  const wild = new Set<string | undefined>(hostile);
  const entries = logOfElements(streams.in).filter((entry) => !isMail(entry));
  const refused = new Set(entries.filter(({ d }) => wild.has(d)).map(({ id }) => id));
  const log = entries.filter(({ id }) => !refused.has(id));
  const [dead, wildLetters] = parted(recordsOf(streams.dead), ({ entry }) => !refused.has(String(entry)));
  const expected = await oracle.run(log, partition);
  const keys = partitionKeys(partition, PARTITIONS);
  const entities = await storedEntities(connection, plan, partition);
  const { leftOut } = expected;
  const known = ({ kind, rule, entity }: Fields) =>
    !isGuest(String(entity)) && !leftOut.has(`${kind}.${rule}`);
  const has = isOf(plan);
  const out = told.filter((one) => isLocal(plan, String(one.kind)) && has(one) && known(one));
  const decisions = expected.decisions.filter(({ entity }) => !isGuest(entity));

  const wrong = wrongEntities(withoutGuests(expected.entities), withoutGuests(entities));
  const counted = surplus(decisions, out);
  const numbering = numberingProblems(told, partition);
  const different = decisionDifferences(decisions, out, { leftOut }, 1_000);
  const letters = [
    ...letterProblems(
      expected.dead.map((letter) => ({ ...letter })),
      dead,
    ),
    ...[...refused]
      .filter((id) => wildLetters.filter(({ entry }) => entry === id).length !== 1)
      .map(
        (id) =>
          `entry ${id} is no event and has ${wildLetters.filter(({ entry }) => entry === id).length} dead letters`,
      ),
  ];
  const remaining = await unerased(connection, keys.state, erased);
  const lateWrong = lateProblems(
    expected.late,
    late.map(({ type }) => String(type)),
    plan,
  );
  const unexplained = told.filter(
    ({ value, error, reasons }) =>
      (value ?? null) !== null && error === undefined && (!Array.isArray(reasons) || reasons.length === 0),
  );
  return {
    entries: log.length,
    entities: expected.entities.size,
    decisions: out.length,
    wrongEntities: wrong.size + remaining.length,
    lostDecisions: counted.lost,
    duplicateDecisions: counted.duplicate + numbering.repeated,
    wrongDecisions: different.length + numbering.problems.length + unexplained.length,
    deadLettersWrong: letters.length,
    lateWrong: lateWrong.length,
    problems: [
      ...[...wrong.values()].flat().slice(0, SHOWN),
      ...remaining.map((key) => `${key} was erased and is still there`),
      ...numbering.problems.slice(0, SHOWN),
      ...different.slice(0, SHOWN),
      ...unexplained.slice(0, SHOWN).map(({ id }) => `decision ${id} has no reasons`),
      ...letters.slice(0, SHOWN),
      ...lateWrong,
    ].map((problem) => `partition ${partition}: ${problem}`),
  };
}

/** Responses and detectors, of which the oracle knows nothing, may take an event that everything else refuses. */
function lateProblems(expected: readonly string[], late: readonly string[], plan: Plan): string[] {
  const learning = new Set(
    plan.kinds.flatMap(({ feeds, nodes }) =>
      [...feeds].flatMap(([type, ways]) =>
        ways.some(({ node }) => ['response', 'detector'].includes(nodes[node]?.type ?? '')) ? [type] : [],
      ),
    ),
  );
  return [...new Set([...expected, ...late])].flatMap((type) => {
    const [mine, theirs] = [late, expected].map((types) => types.filter((other) => other === type).length);
    const fits = learning.has(type) ? (mine as number) <= (theirs as number) : mine === theirs;
    return fits ? [] : [`${mine} late events of type ${type}, the oracle has ${theirs}`];
  });
}

/** Decisions of rules that the set of files has: a file that was read for a moment had others. */
function isOf(plan: Plan): (decision: { readonly kind?: unknown; readonly rule?: unknown }) => boolean {
  const names = new Set(
    plan.kinds.flatMap(({ name, nodes }) =>
      nodes.flatMap((node) => (node.type === 'rule' ? [`${name}.${node.rule.name}`] : [])),
    ),
  );
  return ({ kind, rule }) => names.has(`${kind}.${rule}`);
}

/** Whom the trial itself looks after: the oracle knows neither erasures nor verdicts. */
function isGuest(id: string): boolean {
  return id.startsWith(GUEST);
}

function withoutGuests(views: ReadonlyMap<string, EntityView>): Map<string, EntityView> {
  return new Map([...views].filter(([key]) => !isGuest(splitEntityKey(key).id)));
}

/** Erased persons who have more than a tombstone. */
async function unerased(
  connection: RedisConnection,
  state: string,
  erased: readonly string[],
): Promise<string[]> {
  const found: string[] = [];
  for (const key of erased) {
    const record = await connection.ask('reading the state', (redis) => redis.hget(state, key));
    if (record !== null && !isTombstone(record)) found.push(key);
  }
  return found;
}

function parted<Item>(items: readonly Item[], holds: (item: Item) => boolean): [Item[], Item[]] {
  return [items.filter(holds), items.filter((item) => !holds(item))];
}

/** Every entity as its record says, brought to the stream time of the position. */
async function storedEntities(
  connection: RedisConnection,
  plan: Plan,
  partition: number,
): Promise<Map<string, EntityView>> {
  const keys = partitionKeys(partition, PARTITIONS);
  const [records, head] = await connection.ask('reading the state', (redis) =>
    Promise.all([redis.hgetall(keys.state), redis.hget(keys.position, 'head')]),
  );
  const layouts = await new RedisRuleLibrary(connection, plan).layouts();
  const state = new PartitionState(partition, plan, { layouts });
  if (head) state.restoreHead(JSON.parse(head) as Head);
  for (const [key, record] of Object.entries(records)) state.admit(key, record);
  const views = [...viewsOf(state)].filter(([key]) => isLocal(plan, splitEntityKey(key).kind));
  return new Map(views);
}

/** What a log alone says everything about; shared entities are made of the logs of all partitions. */
function isLocal(plan: Plan, kind: string): boolean {
  return plan.kindOf.get(kind)?.role === 'local';
}

function isMail({ d }: LogEntry): boolean {
  return /^\{"type":"(?:shared|learned)\./.test(d ?? '');
}

function wrongEntities(
  expected: ReadonlyMap<string, EntityView>,
  actual: ReadonlyMap<string, EntityView>,
): Map<string, string[]> {
  const wrong = new Map<string, string[]>();
  for (const key of new Set([...expected.keys(), ...actual.keys()])) {
    const found = entityDifferences(only(expected, key), only(actual, key));
    if (found.length > 0) wrong.set(key, found);
  }
  return wrong;
}

function only(views: ReadonlyMap<string, EntityView>, key: string): Map<string, EntityView> {
  const view = views.get(key);
  return new Map(view ? [[key, view]] : []);
}

/** One sentence for each place in the log that has too many letters, too few, or another reason. */
function letterProblems(expected: readonly Fields[], dead: readonly Fields[]): string[] {
  const nameOf = ({ entry, index, reason }: Fields) => `${entry}:${index} ${reason}`;
  const must = countBy(expected, nameOf);
  const is = countBy(dead, nameOf);
  return [...new Set([...must.keys(), ...is.keys()])]
    .filter((name) => must.get(name) !== is.get(name))
    .map((name) => `${is.get(name) ?? 0} dead letters about ${name}, the oracle has ${must.get(name) ?? 0}`);
}

function countBy<Item>(items: readonly Item[], name: (item: Item) => string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const item of items) counts.set(name(item), (counts.get(name(item)) ?? 0) + 1);
  return counts;
}
