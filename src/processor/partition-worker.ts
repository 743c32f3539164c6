/** The worker of one partition: own → read → decode → step → commit, until stopped or fenced. */

import { WeirError } from '../core/errors.ts';
import type { AcquireAnswer, OwnerToken, Position } from '../core/ports.ts';
import { type Millis, SECOND } from '../core/units.ts';
import type { PartitionState } from '../step/partition-state.ts';
import { askToResend } from './ask-to-resend.ts';
import { Lease } from './lease.ts';
import { Session } from './session.ts';
import { startState } from './start-state.ts';
import type { WorkerOptions } from './worker-options.ts';

type Acquired = AcquireAnswer & { readonly ok: true };

export class PartitionWorker {
  private readonly options: WorkerOptions;
  private session: Session | undefined;
  /** The furthest position this process knows was committed, to notice when Redis went back behind it. */
  private seen: Position | undefined;
  /** The incarnation that began with the loss that was told of last. */
  private toldLoss: number | undefined;
  /** Of the last time this process acquired the partition. */
  private epoch = 0;

  constructor(options: WorkerOptions) {
    this.options = options;
  }

  get partition(): number {
    return this.options.partition;
  }

  /** The token of the running session; undefined while another instance owns the partition. */
  get token(): OwnerToken | undefined {
    return this.session?.lease.token;
  }

  /** Decisions about actions in the running session; undefined while one of them is not committed. */
  get acts(): number | undefined {
    return this.session?.acts === this.session?.state.acts ? this.session?.acts : undefined;
  }

  /** How far back repeats are recognised for certain; undefined while another instance owns the partition. */
  get dedupWindow(): Millis | undefined {
    return this.session?.dedupWindow;
  }

  /** The last committed position of the running session. */
  get position(): Position | undefined {
    return this.session?.committed;
  }

  /** Runs sessions until the signal; drains and commits what was read, then releases the partition. */
  async run(signal: AbortSignal): Promise<void> {
    const { clock, partition, onNotice } = this.options;
    let failures = 0;
    if (this.options.patience) await clock.sleep(this.options.patience, signal);
    while (!signal.aborted) {
      let wait: Millis = 0;
      try {
        wait = await this.ownAndWork(signal);
        failures = 0;
      } catch (error) {
        if (!(error instanceof WeirError)) throw error;
        failures += 1;
        // fenced: the new owner keeps it; anything else: Redis is away or rolled back, ask again soon
        wait =
          error.code === 'fenced' ? this.options.ttl : Math.min(2 * SECOND, 100 * 2 ** Math.min(failures, 5));
        onNotice(error.message, { partition, code: error.code });
      } finally {
        this.seen = this.session?.committed ?? this.seen;
        this.session = undefined;
      }
      if (wait > 0 && !signal.aborted) await clock.sleep(wait, signal);
    }
  }

  /** @returns how long to wait before asking again, when another instance owns the partition. */
  private async ownAndWork(signal: AbortSignal): Promise<Millis> {
    const { state, instance, newNonce, ttl, partition, onNotice, meter } = this.options;
    const answer = await state.acquire(instance, newNonce(), ttl, this.seen);
    if (!answer.ok) {
      if (answer.tailLost) {
        meter.count('weir_tail_lost_total');
        onNotice('Redis lost what was committed here before another instance took over: it is gone', {
          partition,
          position: this.seen?.entry,
          incarnation: answer.incarnation,
        });
      }
      return Math.max(200, Math.min(ttl, answer.expires - answer.time + 50));
    }
    // from here on: what follows may take longer than the lease, and so may each batch
    const lease = new Lease(this.options, answer.token, answer.position.commit);
    try {
      await this.workUnder(lease, answer, signal);
    } finally {
      lease.end();
    }
    await state.release(answer.token);
    return 0;
  }

  private async workUnder(
    lease: Lease,
    { position, resendDue }: Acquired,
    signal: AbortSignal,
  ): Promise<void> {
    const { partition, onNotice, meter } = this.options;
    meter.count('weir_owner_changes_total');
    // whoever lost a tail may not have heard so: it stands in Redis until all was sent again
    if (resendDue && position.incarnation !== this.toldLoss) {
      this.toldLoss = position.incarnation;
      meter.count('weir_tail_lost_total');
      onNotice('Redis lost the tail of this log: entries and state after the position shown are gone', {
        partition,
        position: position.entry,
        incarnation: position.incarnation,
      });
    }
    const { epoch } = lease.token;
    const history = this.options.history?.();
    const before = this.seen;
    const isNext = epoch === this.epoch + 1 && before?.commit === position.commit;
    // epochs that were lost are given again: then another owner's commits are what tells
    if (!isNext || before.entry !== position.entry) history?.othersWrote(partition);
    this.epoch = epoch;
    this.seen = position;
    if (resendDue) await history?.tailLost(partition, position.entry);
    const missing = await this.options.missingAfter(position);
    if (missing > 0) {
      meter.count('weir_entries_lost_total', {}, missing);
      onNotice('unread entries were trimmed from this log by somebody else: they are lost', {
        partition,
        missing,
      });
    }
    const started = await this.start(lease.token, position);
    lease.check();
    if (resendDue) await askToResend(this.options, lease.token, started.plan);
    const session = new Session(this.options, lease, position, started);
    this.session = session;
    await session.work(signal);
  }

  /** Reads the state in several steps: when another instance commits in between, they do not fit together. */
  private async start(token: OwnerToken, position: Position): Promise<PartitionState> {
    const { state, ttl, partition } = this.options;
    try {
      return await startState(partition, position, this.options);
    } catch (error) {
      if (error instanceof WeirError || (await state.renew(token, position.commit, ttl))) throw error;
      throw new WeirError('fenced', `starting partition ${partition}: another instance owns it by now`, {
        cause: error,
      });
    }
  }
}
