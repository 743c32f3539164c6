/** An entity as it stood at a time in the past: the history read again up to then, each entry under the rules of its time. */

import type { Decision } from '../../core/decision.ts';
import { WeirError } from '../../core/errors.ts';
import type { KeptLog, KeptLogEntry } from '../../core/history/kept-log.ts';
import type { Millis } from '../../core/units.ts';
import { madeOfKinds, typesRead } from '../../rules/affected.ts';
import { type Plan, SHARED_INTERVAL } from '../../rules/plan.ts';
import type { Entity } from '../../step/entity.ts';
import { Replay } from '../../step/replay.ts';
import { ownerOf } from '../../step/route.ts';
import { replayedItem } from '../diff/replayed-item.ts';
import { type PastRules, pruned } from '../past-rules.ts';

export interface ReplayQuestion {
  readonly kind: string;
  readonly id: string;
  /** One rule alone. */
  readonly rule: string | undefined;
  /** Stream time. */
  readonly at: Millis;
}

export interface ReplayedEntity {
  readonly entity: Entity;
  readonly streamTime: Millis;
  /** The set that was in force. */
  readonly rules: string;
  readonly events: number;
  /** Stream time of the first of them: what was before is not known. */
  readonly from: Millis;
  /** The last decision of each rule about it. */
  readonly decided: ReadonlyMap<string, Decision>;
}

/** A commit of a house that has caught up carries no more. */
const ENTRIES_PER_COMMIT = 500;

/**
 * Undefined when nothing about the entity had arrived by then.
 * @throws WeirError wrong_usage when no set of the past has the kind, or the rule
 */
export async function replayedEntity(
  log: KeptLog,
  past: PastRules,
  { kind, id, rule, at }: ReplayQuestion,
  onProgress: (share: number, events: number) => void,
): Promise<ReplayedEntity | undefined> {
  const rulesOf = (plan: Plan) =>
    rulesAbout(plan, kind).filter((name) => rule === undefined || name === rule);
  const plans = new Map<string, Plan>();
  for (const [hash, set] of past.sets) {
    const names = rulesOf(set.plan).map((name) => `${kind}.${name}`);
    plans.set(hash, pruned(set, madeOfKinds(set.plan, names)));
  }
  if ([...past.sets.values()].every(({ plan }) => rulesOf(plan).length === 0))
    throw new WeirError('wrong_usage', nothingCalled(past, kind, rule));
  const now = plans.get(past.now.plan.hash) as Plan;
  const first = (partition: number) => plans.get(past.first(partition)) as Plan;
  const about = `"kind":"${kind}","entity":${JSON.stringify(id)},`;
  const run = new ReplayUntil(new Replay(now, plans.values(), first), at, about);
  const types = new Set([...plans.values()].flatMap((plan) => [...typesRead(plan)]));
  const { from = 0, to = 0 } = log.span ?? {};
  for await (const entries of log.entries(types)) {
    for (const entry of entries) run.take(entry);
    if (run.isOver) break;
    const last = entries.at(-1)?.ms ?? from;
    onProgress(to > from ? (last - from) / (to - from) : 1, run.events);
  }
  run.end();
  const shape = past.now.plan.kindOf.get(kind);
  const partition = shape ? ownerOf(shape, id, now.settings.partitions) : 0;
  const state = run.replay.partitions[partition];
  const entity = state?.alive(`${kind}:${id}`);
  if (!state || !entity) return undefined;
  const { events, first: begins, decided } = run;
  return { entity, streamTime: state.streamTime, rules: state.rules, events, from: begins, decided };
}

function rulesAbout(plan: Plan, kind: string): string[] {
  return (plan.kindOf.get(kind)?.nodes ?? []).flatMap((node) => (node.type === 'rule' ? [node.name] : []));
}

function nothingCalled({ now }: PastRules, kind: string, rule: string | undefined): string {
  const names = rulesAbout(now.plan, kind);
  if (names.length === 0) return `there was never a rule about ${kind}`;
  return `there was never a rule "${rule}" about ${kind}; its rules are ${names.join(', ')}`;
}

/** Takes entries until every partition has come to the time; what comes later was not known then. */
class ReplayUntil {
  readonly replay: Replay;
  events = 0;
  first = Number.POSITIVE_INFINITY;
  readonly decided = new Map<string, Decision>();
  private readonly at: Millis;
  private readonly about: string;
  private readonly past = new Set<number>();
  private time = 0;
  private settledAt = 0;
  private entries = 0;
  private last = '0-0';

  /** @param about what stands in the text of every decision to remember */
  constructor(replay: Replay, at: Millis, about: string) {
    this.replay = replay;
    this.at = at;
    this.about = about;
  }

  get isOver(): boolean {
    return this.past.size === this.replay.partitions.length;
  }

  take(kept: KeptLogEntry): void {
    const item = replayedItem(kept);
    if (item === undefined || this.past.has(kept.partition)) return;
    // an activation has no time of its own
    if (item.kind !== 'activated') {
      if (kept.time > this.at) {
        this.past.add(kept.partition);
        return;
      }
      this.time = Math.max(this.time, kept.time);
    }
    if (this.time - this.settledAt >= SHARED_INTERVAL || this.entries >= ENTRIES_PER_COMMIT) this.settle();
    this.last = `${kept.ms}-${kept.seq}`;
    this.entries += 1;
    if (kept.id !== null) {
      this.events += 1;
      this.first = Math.min(this.first, kept.time);
    }
    this.replay.apply(kept.partition, { id: this.last, d: '' }, item);
  }

  end(): void {
    this.settle();
    this.replay.passTo(this.at, this.last);
    this.settle();
  }

  private settle(): void {
    this.settledAt = this.time;
    this.entries = 0;
    for (const texts of this.replay.settle(this.last).values())
      for (const text of texts) {
        if (!text.includes(this.about)) continue;
        const decision = JSON.parse(text) as Decision;
        if (decision.error === undefined) this.decided.set(decision.rule, decision);
      }
  }
}
