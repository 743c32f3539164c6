/** The oracle: one partition's log → what every value and every decision must be, by brute force. */

import type { Decision } from './decision.ts';
import type { RuleSet } from './definition.ts';
import type { Entity } from './entity.ts';
import { finalValues } from './final-values.ts';
import { Fold } from './fold.ts';
import { documentsOf, loadRuleSet, type RuleFile } from './load.ts';
import { canonical } from './ordering.ts';
import { type Happening, type LogEntry, receive } from './received.ts';

export interface EntityView {
  readonly features: Record<string, unknown>;
  readonly results: Record<string, ResultView>;
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
  /** `index`: the event's place in its entry. */
  readonly dead: { reason: string; entry: string; index: number }[];
  readonly duplicates: number;
  /** Events that every feature refused. */
  readonly late: number;
  /** Stream time at the end. */
  readonly time: number;
}

const REMEMBERED = 24 * 3_600_000;

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

  /** @param log entries of this one partition, in order */
  async run(log: readonly LogEntry[], partition: number): Promise<OracleRun> {
    const fold = new Fold(this.set);
    const seen = new Map<string, { payload: string; at: number }>();
    const dead: OracleRun['dead'] = [];
    const letters = new Map<string, number>();
    const bury = (reason: string, origin: string, entry: string, index: number) => {
      const now = Math.max(0, fold.now);
      if (now - (letters.get(origin) ?? Number.NEGATIVE_INFINITY) <= REMEMBERED) return;
      letters.set(origin, now);
      dead.push({ reason, entry, index });
    };
    let duplicates = 0;
    for (const entry of log)
      for (const [index, received] of receive(entry, this.#moreTypes).entries()) {
        if (received.is === 'dead') bury(received.reason, received.origin, entry.id, index);
        else if (received.is === 'tick') await fold.tick(received.time);
        else {
          const { event } = received;
          const key = identity(event);
          const before = seen.get(key);
          if (before && fold.now - before.at <= REMEMBERED) {
            if (before.payload === payload(event)) duplicates += 1;
            else bury('id_conflict', received.origin, entry.id, index);
            continue;
          }
          await fold.apply(event);
          seen.set(key, { payload: payload(event), at: fold.now });
        }
      }
    const entities = new Map([...fold.entities].map(([key, entity]) => [key, view(entity)]));
    const { decisions, late, now } = fold;
    return { partition, entities, decisions, dead, duplicates, late, time: now };
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

function identity({ source, id }: Happening): string {
  return JSON.stringify([source, id]);
}

function payload({ type, timed, time, data }: Happening): string {
  return canonical([type, timed ? time : null, data]);
}

function view(entity: Entity): EntityView {
  const features: Record<string, unknown> = {};
  const results: Record<string, ResultView> = {};
  for (const { is, name } of entity.kind.facts) {
    const verdict = entity.verdicts.get(name);
    if (is !== 'rule') features[name] = entity.values[name];
    else
      results[name] = {
        value: verdict?.value,
        published: verdict?.published,
        decision_count: verdict?.decisions ?? 0,
      };
  }
  return { features, results };
}
