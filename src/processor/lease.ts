/** Lease: keeps the ownership of a partition by a timer of its own, however long the work between two commits takes. */

import { WeirError } from '../core/errors.ts';
import type { OwnerToken } from '../core/ports.ts';
import type { Millis } from '../core/units.ts';
import type { WorkerOptions } from './worker-options.ts';

/** Of the time to live: a lease that is older is renewed. */
const RENEWED_AFTER = 1 / 3;
/** Of the time to live: how soon to look again while a commit is under way, which renews the lease itself. */
const LOOK_AGAIN = 1 / 10;

export class Lease {
  readonly token: OwnerToken;
  private readonly options: Pick<WorkerOptions, 'state' | 'clock' | 'ttl' | 'partition'>;
  private readonly ended = new AbortController();
  /** The commit that Redis has, if the partition is still ours. */
  private commit: number;
  private renewedAt: Millis;
  private isCommitting = false;
  private failure: unknown;

  constructor(
    options: Pick<WorkerOptions, 'state' | 'clock' | 'ttl' | 'partition'>,
    token: OwnerToken,
    commit: number,
  ) {
    this.options = options;
    this.token = token;
    this.commit = commit;
    this.renewedAt = options.clock.elapsed();
    this.keep().catch((error: unknown) => {
      this.failure = error;
    });
  }

  /** Throws `fenced` once another instance owns the partition, `redis_away` once its renewal had no answer. */
  check(): void {
    if (this.failure !== undefined) throw this.failure;
  }

  /** To be called before a commit is sent: a renewal after it would name the commit before. */
  committing(): void {
    this.isCommitting = true;
  }

  /** To be called when a commit was done. */
  committed(commit: number): void {
    this.isCommitting = false;
    this.commit = commit;
    this.renewedAt = this.options.clock.elapsed();
  }

  /** Renews no more; what was renewed last runs out, if it is not given up. */
  end(): void {
    this.ended.abort();
  }

  private async keep(): Promise<void> {
    const { clock, ttl, state, partition } = this.options;
    const { signal } = this.ended;
    for (;;) {
      const left = this.renewedAt + ttl * RENEWED_AFTER - clock.elapsed();
      await clock.sleep(left > 0 ? left : ttl * LOOK_AGAIN, signal);
      if (signal.aborted) return;
      if (this.isCommitting || clock.elapsed() - this.renewedAt < ttl * RENEWED_AFTER) continue;
      if (!(await state.renew(this.token, this.commit, ttl)))
        throw new WeirError('fenced', `renewing partition ${partition}: another instance owns it`);
      this.renewedAt = clock.elapsed();
    }
  }
}
