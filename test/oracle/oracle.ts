/** The oracle: a partition's log → what every value and every decision must be, by brute force. */

import type { Decision } from './decision.ts';
import type { RuleSet } from './definition.ts';
import type { Entity } from './entity.ts';
import { finalValues } from './final-values.ts';
import type { LeftOut } from './left-out.ts';
import { documentsOf, loadRuleSet, type RuleFile } from './load.ts';
import { identity, Partition, type Refused } from './partition.ts';
import { type Happening, type LogEntry, receive } from './received.ts';

export interface EntityView {
  readonly features: Record<string, unknown>;
  readonly results: Record<string, ResultView>;
  /** What the oracle does not look at, as `kind.name`. */
  readonly leftOut?: LeftOut;
}

export interface ResultView {
  readonly value: unknown;
  readonly published: unknown;
  readonly decision_count: number;
}

export interface OracleRun {
  readonly partition: number;
  /** By entity key, `lead:123`. */
  readonly entities: Map<string, EntityView>;
  readonly decisions: Decision[];
  readonly leftOut: LeftOut;
  readonly dead: readonly Refused[];
  readonly duplicates: number;
  /** Events that every feature refused. */
  /** Types of the events that no feature it knows would take any more. */
  readonly late: readonly string[];
  /** Stream time at the end. */
  readonly time: number;
}

export class Oracle {
  readonly set: RuleSet;
  readonly #moreTypes: ReadonlySet<string>;

  private constructor(set: RuleSet, moreTypes: ReadonlySet<string>) {
    this.set = set;
    this.#moreTypes = moreTypes;
  }

  static async load(files: readonly RuleFile[]): Promise<Oracle> {
    const types = documentsOf(files.filter(({ path }) => path.includes('events/'))).flatMap((document) =>
      Object.keys((document.events as object | undefined) ?? {}),
    );
    return new Oracle(loadRuleSet(files), new Set(types));
  }

  /** @param log entries of this one partition, in order; what it owns of shared kinds is not looked at */
  async run(log: readonly LogEntry[], partition: number): Promise<OracleRun> {
    const own = this.partition();
    for (const entry of log) await own.apply(entry);
    await own.fold.settle();
    const { fold, dead, duplicates } = own;
    const entities = new Map([...fold.entities].map(([key, entity]) => [key, view(entity)]));
    const { decisions, late, now } = fold;
    return { partition, entities, decisions, leftOut: this.set.leftOut, dead, duplicates, late, time: now };
  }

  /** A partition that nothing has happened in yet. */
  partition(): Partition {
    return new Partition(this.set, this.#moreTypes);
  }

  /** All values at a stream time from nothing but the set of events: see final-values.ts. */
  async finalValues(events: readonly object[], time: number): Promise<Map<string, Record<string, unknown>>> {
    const distinct = new Map<string, Happening>();
    for (const given of events)
      for (const received of receive({ id: '0-0', d: JSON.stringify(given) }, this.#moreTypes))
        if (received.is === 'event') distinct.set(identity(received.event), received.event);
    return finalValues(this.set, [...distinct.values()], time);
  }
}

/** Of the oracle's entity what is compared. */
export function view(entity: Entity): EntityView {
  const features: Record<string, unknown> = {};
  const results: Record<string, ResultView> = {};
  for (const fact of entity.kind.facts) {
    const { is, name } = fact;
    if (fact.is === 'group' && fact.top !== undefined) continue;
    const verdict = entity.verdicts.get(name);
    if (is !== 'rule') features[name] = entity.values[name];
    else
      results[name] = {
        value: verdict?.value,
        published: verdict?.published,
        decision_count: verdict?.decisions ?? 0,
      };
  }
  const { leftOut } = entity.kind;
  return { features, results, ...(leftOut && { leftOut }) };
}
