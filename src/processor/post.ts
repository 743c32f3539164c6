/** post: mail in the mailboxes goes to the logs of other partitions, in order, by the owner of the partition it is from. */

import type { EntryId } from '../core/entry.ts';
import { WeirError } from '../core/errors.ts';
import type { Clock, Log, Mailbox, Meter, OwnerToken, ReaderPlace } from '../core/ports.ts';
import { type Millis, SECOND } from '../core/units.ts';

export interface PostOptions {
  /** By partition, each of these. */
  readonly mailboxes: readonly Mailbox[];
  readonly places: readonly ReaderPlace[];
  readonly logs: readonly Log[];
  /** The token of a partition while this process owns it. */
  readonly token: (partition: number) => OwnerToken | undefined;
  readonly clock: Clock;
  readonly meter: Meter;
  readonly onNotice: (notice: string, context: Record<string, unknown>) => void;
}

/** Where the post of one ownership stands; a later token means that somebody else may have moved the place. */
interface Place {
  readonly token: OwnerToken;
  readonly position: EntryId;
  /** Redis knows a later owner: nothing to do here before we have another token. */
  readonly fenced?: true;
}

const ENTRIES_PER_READ = 500;
/** How soon a partition that was acquired just now is looked at, and how soon a failure is tried again. */
const POLL: Millis = 200;
const LONGEST_PAUSE: Millis = 2 * SECOND;
/** What mail may be; anything else is counted as `other`, so that the set of labels stays closed. */
const TYPE = /^\{"type":"(shared\.(?:partial|changed|known|resend|budget)|learned\.example)"/;

export class Post {
  private readonly options: PostOptions;
  private readonly places = new Map<number, Place>();
  /** Partitions whose commits carried mail since they were looked at. */
  private readonly due = new Set<number>();
  private wakeUp = () => {};

  constructor(options: PostOptions) {
    this.options = options;
  }

  /** To be called after a commit that carried mail. */
  wake(partition: number): void {
    this.due.add(partition);
    this.wakeUp();
  }

  /** Posts until the signal: at once when woken, and what is found waiting when a partition was acquired. */
  async run(signal: AbortSignal): Promise<void> {
    const { clock, onNotice } = this.options;
    let failures = 0;
    while (!signal.aborted) {
      const waiting = this.waiting();
      if (waiting.length === 0) {
        await this.rest(signal);
        continue;
      }
      const errors = await this.round(waiting, signal);
      for (const error of errors) if (!(error instanceof WeirError)) throw error;
      failures = errors.length > 0 ? failures + 1 : 0;
      if (failures === 0) continue;
      const { message, code } = errors[0] as WeirError;
      if (failures === 1) onNotice(message, { post: true, code });
      await clock.sleep(Math.min(LONGEST_PAUSE, POLL * 2 ** Math.min(failures - 1, 5)), signal);
    }
  }

  /** Partitions of ours that have mail, or that we do not know anything about yet. */
  private waiting(): number[] {
    const waiting: number[] = [];
    for (let partition = 0; partition < this.options.mailboxes.length; partition++) {
      const token = this.options.token(partition);
      if (token === undefined) this.places.delete(partition);
      else {
        const place = this.places.get(partition);
        if (place?.token !== token || (this.due.has(partition) && !place.fenced)) waiting.push(partition);
      }
    }
    return waiting;
  }

  /** Waits for a wake, or a little while: a partition may have been acquired. */
  private async rest(signal: AbortSignal): Promise<void> {
    const woken = new AbortController();
    this.wakeUp = () => woken.abort();
    const stop = () => woken.abort();
    signal.addEventListener('abort', stop, { once: true });
    await this.options.clock.sleep(POLL, woken.signal);
    signal.removeEventListener('abort', stop);
    this.wakeUp = () => {};
  }

  /** One partition does not wait for another: each costs three round trips. */
  private async round(partitions: readonly number[], signal: AbortSignal): Promise<unknown[]> {
    const settled = await Promise.allSettled(partitions.map((partition) => this.post(partition, signal)));
    return settled.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []));
  }

  private async post(partition: number, signal: AbortSignal): Promise<void> {
    const token = this.options.token(partition);
    if (token === undefined) return;
    this.due.delete(partition);
    try {
      let place = await this.place(partition, token);
      for (let more = true; more && !signal.aborted; ) {
        const page = await (this.options.mailboxes[partition] as Mailbox).mail(
          place.position,
          ENTRIES_PER_READ,
        );
        if (page.lost) this.noticeLoss(partition, place.position);
        await this.append(partition, page.mail);
        // what was appended twice is known to the receivers; so a loss is answered by beginning anew
        const to = page.lost ? '0-0' : page.to;
        if (to !== place.position && !(await this.advance(partition, place, to))) return;
        place = { token, position: to };
        this.places.set(partition, place);
        more = page.more || page.lost;
      }
    } catch (error) {
      // whether the place was moved is not known: it is read again
      this.places.delete(partition);
      throw error;
    }
  }

  private async place(partition: number, token: OwnerToken): Promise<Place> {
    const known = this.places.get(partition);
    if (known?.token === token) return known;
    return { token, position: await (this.options.places[partition] as ReaderPlace).position() };
  }

  /** False when somebody else has the partition by now. */
  private async advance(partition: number, { token, position }: Place, to: EntryId): Promise<boolean> {
    const answer = await (this.options.places[partition] as ReaderPlace).advance(token, position, to);
    if (answer === 'STALE')
      throw new WeirError(
        'stale_position',
        `posting mail of partition ${partition}: its place is not ${position}; it is read again`,
      );
    if (answer === 'FENCED') this.places.set(partition, { token, position, fenced: true });
    return answer === 'OK';
  }

  /** All under way at once; each log gets them in their order. */
  private async append(partition: number, mail: readonly (readonly [string, string])[]): Promise<void> {
    const { logs, meter, onNotice } = this.options;
    await Promise.all(
      mail.flatMap(([target, text]) => {
        const receivers = target === '*' ? logs : logs.slice(Number(target), Number(target) + 1);
        if (receivers.length === 0)
          onNotice('mail for a partition that does not exist', { partition, target });
        return receivers.map((log) => log.append({ d: text }));
      }),
    );
    for (const [, text] of mail)
      meter.count('weir_mail_posted_total', { type: TYPE.exec(text)?.[1] ?? 'other' });
  }

  private noticeLoss(partition: number, position: EntryId): void {
    this.options.onNotice('Redis lost the end of an outbox: its mail is posted again from the beginning', {
      partition,
      position,
    });
  }
}
