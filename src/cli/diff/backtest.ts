/** A backtest: one reading of a log through two rule sets side by side, their decisions compared as they come. */

import type { Entry } from '../../core/entry.ts';
import type { KeptLog, KeptLogEntry } from '../../core/history/kept-log.ts';
import type { Millis } from '../../core/units.ts';
import { typesRead } from '../../rules/affected.ts';
import { type Plan, SHARED_INTERVAL } from '../../rules/plan.ts';
import type { Item } from '../../step/decode.ts';
import { Replay } from '../../step/replay.ts';
import type { DecisionChange } from './decision-changes.ts';
import { type EndResults, endResults } from './end-results.ts';
import { replayedItem } from './replayed-item.ts';
import { RuleComparisons } from './rule-comparison.ts';

export interface BacktestOptions {
  readonly old: Plan;
  readonly new: Plan;
  readonly log: KeptLog;
  /** The old side takes up the sets of the past where the log says so; where it is absent it keeps to `old`. */
  readonly past?: PastPlans | undefined;
  /** Only decisions of so long before the end are compared; the log is read from its beginning all the same. */
  readonly last?: Millis | undefined;
  /** Those that are compared, by `kind.name`. */
  readonly rules: ReadonlySet<string>;
  readonly examples: number;
  readonly onChange: (change: DecisionChange) => void;
  readonly onProgress: (share: number, events: number) => void;
}

export interface PastPlans {
  readonly plans: readonly Plan[];
  /** With which of them the log of a partition begins. */
  first(partition: number): Plan;
}

export interface BacktestResult {
  readonly events: number;
  /** Stream time at the beginning and the end. */
  readonly from: Millis;
  readonly to: Millis;
  readonly comparisons: RuleComparisons;
  readonly ends: ReadonlyMap<string, EndResults>;
}

/** A commit of a house that has caught up carries no more; it ends with each turn of news too. */
const ENTRIES_PER_COMMIT = 500;

export async function backtest(options: BacktestOptions): Promise<BacktestResult> {
  const run = new Run(options);
  const { from = 0, to = 0 } = options.log.span ?? {};
  const types = new Set(
    [options.old, ...(options.past?.plans ?? []), options.new].flatMap((plan) => [...typesRead(plan)]),
  );
  for await (const entries of options.log.entries(types)) {
    run.take(entries);
    const last = entries.at(-1)?.ms ?? from;
    options.onProgress(to > from ? (last - from) / (to - from) : 1, run.events);
  }
  return run.end();
}

class Run {
  events = 0;
  private readonly options: BacktestOptions;
  private readonly old: Replay;
  private readonly next: Replay;
  private readonly comparisons: RuleComparisons;
  private readonly since: Millis;
  private first = Number.POSITIVE_INFINITY;
  private time = 0;
  private settledAt = 0;
  private entries = 0;
  private last = '0-0';

  constructor(options: BacktestOptions) {
    this.options = options;
    const { past } = options;
    this.old = new Replay(options.old, past?.plans, past && ((partition) => past.first(partition)));
    this.next = new Replay(options.new);
    const { last, log } = options;
    this.since = last === undefined || !log.span ? 0 : log.span.ends - last;
    const { rules, examples, onChange } = options;
    this.comparisons = new RuleComparisons([[...(past?.plans ?? []), options.old], [options.new]], {
      rules,
      examples,
      onChange,
    });
  }

  take(entries: readonly KeptLogEntry[]): void {
    for (const kept of entries) {
      const item = replayedItem(kept);
      if (item === undefined) continue;
      // an activation has no time of its own: it may be of another day than the events
      if (item.kind !== 'activated' && kept.time > this.time) this.time = kept.time;
      if (this.time - this.settledAt >= SHARED_INTERVAL || this.entries >= ENTRIES_PER_COMMIT) this.settle();
      this.apply(kept, item);
    }
  }

  private apply({ partition, ms, seq, id, time }: KeptLogEntry, item: Item): void {
    this.last = `${ms}-${seq}`;
    this.entries += 1;
    if (id !== null) {
      this.events += 1;
      if (time < this.first) this.first = time;
    }
    const entry: Entry = { id: this.last, d: '' };
    if (item.kind !== 'activated' || this.options.past) this.old.apply(partition, entry, item);
    if (item.kind !== 'activated') this.next.apply(partition, entry, item);
  }

  /** Compared by what both did with the same entries, mail and all. */
  private settle(): void {
    this.settledAt = this.time;
    this.entries = 0;
    const old = this.old.settle(this.last);
    const next = this.next.settle(this.last);
    if (this.time < this.since) return;
    for (const partition of [...new Set([...old.keys(), ...next.keys()])].sort((a, b) => a - b))
      this.comparisons.compare(old.get(partition) ?? [], next.get(partition) ?? []);
  }

  /** Time moves to the end of the log everywhere; and, for results alone, on until all news has arrived. */
  end(): BacktestResult {
    this.settle();
    for (const replay of [this.old, this.next]) replay.passTo(this.time, this.last);
    this.settle();
    for (let passed = SHARED_INTERVAL; passed <= 3 * SHARED_INTERVAL; passed += SHARED_INTERVAL)
      for (const replay of [this.old, this.next]) {
        replay.passTo(this.time + passed, this.last);
        replay.settle(this.last);
      }
    const ends = [...this.comparisons.byRule.keys()].map(
      (rule) => [rule, endResults(this.old, this.next, rule, this.options.examples)] as const,
    );
    const from = this.events === 0 ? this.time : this.first;
    return { events: this.events, from, to: this.time, comparisons: this.comparisons, ends: new Map(ends) };
  }
}
