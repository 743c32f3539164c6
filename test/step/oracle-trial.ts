/** The engine over several partitions beside the oracle: late and repeated events, kills, mail in any order. */

import assert from 'node:assert/strict';
import type { ActionNews } from '../../src/core/action.ts';
import type { Decision as EngineDecision } from '../../src/core/decision.ts';
import type { KeptEntity } from '../../src/core/history/kept-entity.ts';
import type { History } from '../../src/core/history.ts';
import type { SharedPartial } from '../../src/core/mail.ts';
import { partitionOf } from '../../src/core/partition.ts';
import { makeReport } from '../../src/http/get-reports.ts';
import type { KindPlan, Plan } from '../../src/rules/plan.ts';
import { summaryOf } from '../../src/step/entity-summary.ts';
import { ownerOf } from '../../src/step/route.ts';
import { fakeHistory } from '../http/fake-history.ts';
import { agree, decisionDifferences, entityDifferences } from '../oracle/agree.ts';
import { documents } from '../oracle/documents.ts';
import { inOrder } from '../oracle/house-story.ts';
import { withoutLeftOut } from '../oracle/left-out.ts';
import { mixedStory } from '../oracle/mixed-story.ts';
import { type EntityView, type Oracle, view } from '../oracle/oracle.ts';
import type { Letter } from '../oracle/owner.ts';
import type { Partition } from '../oracle/partition.ts';
import { Random } from '../oracle/random.ts';
import { recount } from '../oracle/recount.ts';
import { DurablePartition } from './durable-partition.ts';
import { viewOf } from './engine-run.ts';

export interface TrialOptions {
  readonly events: number;
  readonly leads: number;
  readonly days: number;
  readonly seed: number;
  /** Campaigns beside the leads, and events of each. */
  readonly campaigns?: number;
  readonly campaignEvents?: number;
  readonly amends?: boolean;
  /** How often all values are compared; at the end they always are. */
  readonly checks?: number;
  readonly onProgress?: (applied: number) => void;
}

export interface Verdict {
  readonly events: number;
  readonly duplicates: number;
  readonly late: number;
  readonly deaths: number;
  readonly letters: number;
  readonly entities: number;
  readonly sharedEntities: number;
  /** Reports there are, and their documents that were compared. */
  readonly reports: number;
  readonly documents: number;
  /** Actions that were carried out. */
  readonly actions: number;
  readonly decisions: number;
  readonly sharedDecisions: number;
  readonly values: number;
  /** Sentences, the first few; `differences` counts them all. */
  readonly problems: readonly string[];
}

/** The same partition in the engine and under the oracle. */
interface Side {
  readonly engine: DurablePartition;
  readonly oracle: Partition;
  /** Told by the engine and not yet compared. */
  told: EngineDecision[];
  /** What a person and a platform answer to its actions. */
  answers: ActionAnswer[];
}

interface ActionAnswer {
  readonly type: 'action.approved' | 'action.applied';
  readonly act: ActionNews;
  readonly action: unknown;
}

/** On its way: the engine's text, and what the oracle knew in that place when it was sent. */
interface Sent {
  readonly to: number;
  readonly text: string;
  readonly letter: Letter;
}

const SECOND = 1_000;
const DAY = 86_400_000;
const HOUR = 3_600_000;
/** What time alone changed may wait for ten seconds, and once more at its owner: rounds without mail in which it would have come. */
const STILL = 4;
/** Differences of one comparison that are named. */
const NAMED = 20;

export class OracleTrial {
  readonly problems: string[] = [];
  readonly #plan: Plan;
  readonly #oracle: Oracle;
  readonly #random: Random;
  readonly #sides: Side[];
  readonly #last = new Map<string, string>();
  #mail: Sent[] = [];
  #entry = 0;
  #counts = {
    events: 0,
    actions: 0,
    deaths: 0,
    letters: 0,
    decisions: 0,
    sharedDecisions: 0,
    values: 0,
    documents: 0,
  };

  constructor(plan: Plan, oracle: Oracle, seed: number) {
    this.#plan = plan;
    this.#oracle = oracle;
    this.#random = new Random(seed);
    this.#sides = Array.from({ length: plan.settings.partitions }, (_, partition) => ({
      engine: new DurablePartition(partition, plan),
      oracle: oracle.partition(),
      told: [],
      answers: [],
    }));
  }

  async run(options: TrialOptions): Promise<Verdict> {
    const { events, checks = 0, onProgress } = options;
    const random = this.#random;
    let round = roundOf(random);
    // a story may be a few events longer than asked for: that makes no further comparison
    let left = checks;
    let arrived = 0;
    for (const { event, route } of inOrder(mixedStory(options))) {
      await this.#apply(partitionOf(route, this.#sides.length), event);
      arrived += 1;
      if (arrived % 1000 === 0) onProgress?.(arrived);
      if (--round > 0) continue;
      round = roundOf(random);
      await this.#round();
      if (left === 0 || arrived < ((checks - left + 1) * events) / (checks + 1)) continue;
      left -= 1;
      await this.#quiet(this.#now() + 1);
      await this.#compareValues();
    }
    // now, and once windows have gone on by themselves
    for (const later of [1, 3 * DAY]) {
      await this.#quiet(this.#now() + later);
      await this.#compareValues();
    }
    return this.#verdict(arrived);
  }

  async #apply(partition: number, value: object): Promise<void> {
    const { engine, oracle } = this.#sides[partition] as Side;
    this.#entry += 1;
    const entry = { id: `${this.#entry}-0`, d: JSON.stringify(value) };
    engine.apply(entry);
    await oracle.apply(entry);
  }

  /** Commits, all partitions brought to one time, some of the mail delivered. */
  async #round(): Promise<void> {
    for (const side of this.#sides) await this.#commit(side);
    for (const side of this.#sides) await this.#answer(side);
    await this.#tick(this.#now());
    await this.#deliver(0.6);
    await this.#compareDecisions();
  }

  async #tick(time: number): Promise<void> {
    for (const [partition, side] of this.#sides.entries()) {
      await this.#apply(partition, { type: 'tick', time });
      await this.#commit(side);
    }
  }

  async #commit(side: Side): Promise<void> {
    // dead before the commit, or right after it
    if (this.#random.chance(0.004)) this.#die(side);
    const { decisions, mail } = side.engine.commit();
    if (this.#random.chance(0.004)) this.#die(side);
    side.told.push(...decisions);
    for (const decision of decisions) this.#hear(side, decision);
    await side.oracle.settle();
    for (const [to, text] of mail) {
      const partial = JSON.parse(text) as SharedPartial;
      if (partial.type !== 'shared.partial' || to === '*') continue;
      const features = Object.keys(partial.states).map((definition) => definition.split('@')[0] as string);
      const { kind, id, partition, seq } = partial;
      const shares = side.oracle.shares.frozen(`${kind}:${id}`, features, side.oracle.fold.now);
      this.#mail.push({ to, text, letter: { kind, id, partition, seq, shares } });
    }
  }

  /** Whatever is proposed is approved, and done as it was asked for. */
  #hear({ answers }: Side, { mode, act, value }: EngineDecision): void {
    const { status, action } = (value ?? {}) as { status?: string; action?: unknown };
    if (mode !== 'live' || act === undefined || act.refused) return;
    if (status === 'pending') answers.push({ type: 'action.approved', act, action });
    if (status === 'approved') answers.push({ type: 'action.applied', act, action });
  }

  /** The oracle keeps no actions: of a report that counted it is told what it was about, and of others the time alone. */
  async #answer(side: Side): Promise<void> {
    for (const { type, act, action } of side.answers.splice(0)) {
      const { id: action_id, hash, idempotency_key, keys, budgets = [] } = act;
      this.#entry += 1;
      const id = `${this.#entry}-0`;
      // one after the other: of reports of one time the engine counts the later one, and the oracle knows no reports
      const head = { id: `answer-${id}`, type, time: side.engine.streamTime + 1 };
      const own = type === 'action.approved' ? { hash, by: 'ana' } : { idempotency_key };
      side.engine.apply({ id, d: JSON.stringify({ ...head, action_id, ...own }) });
      const before = side.told.length;
      await this.#commit(side);
      const news = side.told.slice(before).find((decision) => decision.act?.id === action_id);
      const counted = type === 'action.applied' && news !== undefined && news.act?.refused === undefined;
      const more = counted ? { ...keys, action, budgets } : {};
      if (counted) this.#counts.actions += 1;
      await side.oracle.apply({ id, d: JSON.stringify({ ...head, action_id, ...own, ...more }) });
    }
  }

  #die({ engine }: Side): void {
    engine.die();
    this.#counts.deaths += 1;
  }

  /** A share of the mail, in any order, some of it twice. All partitions have reached the time it was sent at. */
  async #deliver(share: number): Promise<void> {
    const random = this.#random;
    for (const sent of random.shuffled(this.#mail.splice(0))) {
      if (!random.chance(share)) {
        this.#mail.push(sent);
        continue;
      }
      if (random.chance(0.05)) this.#mail.push(sent);
      const { engine, oracle } = this.#sides[sent.to] as Side;
      this.#entry += 1;
      engine.apply({ id: `${this.#entry}-0`, d: sent.text });
      await oracle.take(sent.letter);
      this.#counts.letters += 1;
    }
  }

  /** Nothing happens any more but that time passes, until all mail has arrived and nobody has had any for a while. */
  async #quiet(time: number): Promise<void> {
    let still = 0;
    for (let passed = 0; passed <= 120 * SECOND || still < STILL; passed += 10 * SECOND) {
      assert.ok(passed < HOUR, 'the mail ends within an hour');
      await this.#tick(time + passed);
      still = this.#mail.length === 0 ? still + 1 : 0;
      while (this.#mail.length > 0) await this.#deliver(0.8);
    }
    await this.#compareDecisions();
  }

  #now(): number {
    return Math.max(...this.#sides.map(({ engine }) => engine.streamTime));
  }

  async #compareDecisions(): Promise<void> {
    for (const side of this.#sides) {
      await side.oracle.settle();
      await this.#commit(side);
      const expected = side.oracle.fold.decisions.splice(0);
      const actual = side.told.filter((decision) => !this.#isOfPick(decision));
      side.told = [];
      this.#counts.decisions += actual.length;
      this.#counts.sharedDecisions += actual.filter(({ kind }) => this.#isShared(kind)).length;
      this.#note(
        decisionDifferences(expected, actual, { last: this.#last, leftOut: this.#oracle.set.leftOut }, NAMED),
      );
    }
  }

  /** Actions that lines of a pick propose: the oracle knows of the line, and not of what is done about it. */
  #isOfPick({ act, kind, rule }: EngineDecision): boolean {
    if (act === undefined) return false;
    const node = this.#plan.kindOf.get(kind)?.nodes.find((other) => other.name === rule);
    return node?.type === 'rule' && node.rule.shape.type !== 'allocate';
  }

  #isShared(kind: string): boolean {
    return this.#plan.kindOf.get(kind)?.role === 'shared';
  }

  async #compareValues(): Promise<void> {
    const expected = new Map<string, EntityView>();
    const actual = new Map<string, EntityView>();
    const partitions = this.#sides.map(({ oracle }) => oracle);
    for (const { engine, oracle } of this.#sides) {
      for (const [key, entity] of [...oracle.fold.entities, ...oracle.owner.entities])
        expected.set(key, view(entity));
      for (const [key, entity] of engine.entities)
        if (['local', 'shared'].includes(entity.kind.role)) actual.set(key, viewOf(entity));
    }
    this.#note(entityDifferences(expected, actual, NAMED));
    const time = this.#now();
    const counted = await recount(this.#oracle.set, partitions, time);
    const { leftOut } = this.#oracle.set;
    for (const [key, { kind, values }] of counted)
      for (const { name } of kind.facts) {
        const { features = {}, results = {} } = actual.get(key) ?? {};
        const found = withoutLeftOut(name in results ? results[name]?.value : features[name], leftOut);
        if (values[name] !== undefined || found !== undefined) this.#counts.values += 1;
        if (!agree(values[name], found))
          this.#note([`${key} ${name}: ${JSON.stringify(found)}, recounted ${JSON.stringify(values[name])}`]);
      }
    for (const { features, results } of actual.values())
      this.#counts.values += Object.keys(features).length + Object.keys(results).length;
    await this.#compareReports(counted, time);
  }

  async #compareReports(counted: Awaited<ReturnType<typeof recount>>, time: number): Promise<void> {
    const business = counted.get('all:all');
    if (!business) return this.#note(['nothing is known of the whole business']);
    const entities = this.#sides.flatMap(({ oracle }) => [...oracle.fold.entities.values()]);
    const expected = await documents(this.#oracle.set, entities, business);
    const partition = ownerOf(this.#plan.kindOf.get('all') as KindPlan, 'all', this.#sides.length);
    const entity = this.#sides[partition]?.engine.entities.get('all:all');
    const history = this.#history();
    for (const [name, report] of this.#plan.reports) {
      const stored = entity && { entity, partition, position: '0-0', streamTime: time, decided: new Map() };
      const request = { plan: this.#plan, report, stored, history, now: time, page: {}, personal: false };
      const { document } = await makeReport(request);
      this.#counts.documents += 1;
      for (const [field, value] of Object.entries(expected.get(name) ?? { no: 'document' }))
        if (!agree(value, (document as Record<string, unknown>)[field]))
          this.#note([
            `report ${name}: ${difference(value, (document as Record<string, unknown>)[field])} at ${field}`,
          ]);
    }
  }

  /** Lists as the database gives them: by id, or by a rank and then by id. */
  #history(): History {
    const entities: KeptEntity[] = this.#sides.flatMap(({ engine }, partition) =>
      [...engine.entities.values()]
        .filter(({ kind }) => kind.role === 'local')
        .map((entity) => {
          const { values, decisions, tags } = summaryOf(entity);
          return {
            kind: entity.kind.name,
            id: entity.id,
            partition,
            values,
            decisions,
            tags,
            asOf: 0,
            entry: '0-0',
          };
        }),
    );
    entities.sort((a, b) => (a.id < b.id ? -1 : 1));
    const up = fakeHistory({ entities });
    const down = fakeHistory({ entities: entities.toReversed() });
    return { ...up, entities: (query) => (query.order?.descending ? down : up).entities(query) };
  }

  #note(problems: readonly string[]): void {
    this.problems.push(...problems);
  }

  #verdict(events: number): Verdict {
    const sum = (count: (side: Side) => number) =>
      this.#sides.reduce((total, side) => total + count(side), 0);
    return {
      ...this.#counts,
      events,
      reports: this.#plan.reports.size,
      duplicates: sum(({ oracle }) => oracle.duplicates),
      late: sum(({ oracle }) => oracle.fold.late.length),
      entities: sum(({ oracle }) => oracle.fold.entities.size),
      sharedEntities: sum(({ oracle }) => oracle.owner.entities.size),
      problems: this.problems,
    };
  }
}

/** Events until the next commit: sometimes few, mostly many. */
function roundOf(random: Random): number {
  return random.chance(0.2) ? random.whole(1, 30) : random.whole(20, 800);
}

/** The first place at which two values differ. */
function difference(expected: unknown, actual: unknown): string {
  if (Array.isArray(expected) && Array.isArray(actual)) {
    const at = expected.findIndex((item, index) => !agree(item, actual[index]));
    if (at >= 0) return `[${at}] ${difference(expected[at], actual[at])}`;
  }
  return `${JSON.stringify(actual)}, the oracle has ${JSON.stringify(expected)}`;
}
