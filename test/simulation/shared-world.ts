/** Several partitions, and processes that work all of them and post between them, over a simulated Redis. */

import type { Log, Meter } from '../../src/core/ports.ts';
import type { Millis } from '../../src/core/units.ts';
import { PartitionWorker } from '../../src/processor/partition-worker.ts';
import { Post } from '../../src/processor/post.ts';
import type { RuleLibrary } from '../../src/processor/start-state.ts';
import { Turns } from '../../src/processor/turns.ts';
import { PartitionState } from '../../src/step/partition-state.ts';
import { PARTITIONS, type StoryEvent, sharedPlan, ticksAfter } from './shared-story.ts';
import { SimulatedClock } from './simulated-clock.ts';
import { SimulatedPartition } from './simulated-partition.ts';
import {
  SimulatedConnection,
  SimulatedLog,
  SimulatedMailbox,
  SimulatedState,
  type Wire,
} from './simulated-state.ts';
import { until } from './until.ts';

const TTL = 2_000;
const plan = sharedPlan();
const rules: RuleLibrary = { wanted: plan, load: async () => plan, layouts: async () => new Map() };
const meter: Meter = { count: () => undefined, observe: () => undefined, gauge: () => undefined };

export class SharedWorld {
  readonly clock = new SimulatedClock(1_800_000_000_000);
  readonly partitions = Array.from(
    { length: PARTITIONS },
    () => new SimulatedPartition(() => this.clock.now()),
  );
  readonly notices: string[] = [];
  private readonly stop = new AbortController();
  private nonces = 0;

  append(events: readonly StoryEvent[]): void {
    for (const { partition, entry } of events) this.partitions[partition]?.append(entry);
  }

  /** Starts a process; it runs until `end`, or dies by its wire. */
  start(instance: string, wire: Wire = {}): void {
    const connections = this.partitions.map((partition) => new SimulatedConnection(partition, wire));
    const logs: Log[] = connections.map((connection) => new SimulatedLog(connection, this.clock));
    const mailboxes = connections.map((connection) => new SimulatedMailbox(connection));
    const turns = new Turns();
    const onNotice = (notice: string) => this.notices.push(notice);
    const post = new Post({
      mailboxes,
      places: mailboxes,
      logs,
      token: (partition) => workers[partition]?.token,
      clock: this.clock,
      meter,
      onNotice,
    });
    const workers = connections.map(
      (connection, partition) =>
        new PartitionWorker({
          partition,
          instance,
          log: new SimulatedLog(connection, this.clock),
          state: new SimulatedState(connection),
          rules,
          clock: this.clock,
          meter,
          turns,
          newNonce: () => `nonce-${this.nonces++}`,
          clockMode: () => 'log',
          ttl: TTL,
          cacheLimit: 8,
          limits: { events: 12, timers: 5 },
          logs: () => logs,
          onMail: () => post.wake(partition),
          tellsChanged: true,
          missingAfter: async () => 0,
          onNotice,
        }),
    );
    for (const part of [...workers, post]) void part.run(this.stop.signal);
  }

  /** Everything in the logs is applied and all mail is posted. */
  quiet(what: string, or: () => boolean = () => false): Promise<void> {
    return until(this.clock, () => or() || this.partitions.every(isQuiet), what);
  }

  /** Lets time pass in every log, so that what still waits is sent; answers the last of the times. */
  async settle(time: Millis, what: string): Promise<Millis> {
    let last = time;
    for (last of ticksAfter(time)) {
      for (const partition of this.partitions)
        partition.append({ d: JSON.stringify({ type: 'tick', time: last }) });
      await this.quiet(what);
    }
    return last;
  }

  /** What each entity of a kind shows, by key. */
  entities(kind: string): Record<string, Record<string, unknown>> {
    const found: Record<string, Record<string, unknown>> = {};
    for (const [number, partition] of this.partitions.entries()) {
      const { states, position } = partition.contents();
      const memory = new PartitionState(number, plan, { incarnation: 1 });
      memory.restoreHead(JSON.parse(position?.head ?? ''));
      for (const [key, record] of Object.entries(states)) memory.admit(key, record);
      for (const { key, kind: of, slots } of memory.entities.values())
        if (of.name === kind)
          found[key] = Object.fromEntries(
            of.nodes.flatMap(({ name, slot }) => (slot < 0 ? [] : [[name, slots[slot]]])),
          );
    }
    return found;
  }

  end(): void {
    this.stop.abort();
  }
}

function isQuiet(partition: SimulatedPartition): boolean {
  const { log, position, posted, lastMail } = partition.contents();
  const applied = (position?.entry ?? '0-0') === (log.at(-1)?.id ?? '0-0');
  return applied && (lastMail === undefined || (posted ?? -1) >= lastMail);
}
