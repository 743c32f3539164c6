/** What Redis keeps of one partition, in memory: the same checks and writes as the scripts, and a way to lose the tail. */

import { splitEntityKey } from '../../src/core/entity-key.ts';
import { compareEntryIds, type Entry, type EntryId } from '../../src/core/entry.ts';
import type {
  AcquireAnswer,
  Commit,
  CommitAnswer,
  MailPage,
  OwnerToken,
  Position,
} from '../../src/core/ports.ts';
import type { Millis } from '../../src/core/units.ts';

interface Owner {
  readonly epoch: number;
  /** Absent once released. */
  readonly nonce?: string;
  readonly instance?: string;
  readonly expires: Millis;
}

interface Stored {
  lastId: EntryId;
  added: number;
  owner: Owner | undefined;
  position: Position | undefined;
  lastOut: EntryId;
  /** The last mail in the outbox, and the place of the post. */
  mail: EntryId | undefined;
  posted: EntryId | undefined;
  resendDue: boolean;
}

/** An element of the outbox: a decision, or mail where it has a target. */
interface Sent {
  readonly id: EntryId;
  readonly text: string;
  readonly target?: string;
}

type Undo = () => unknown;

const NOTHING_SENT = { lastOut: '0-0', mail: undefined, posted: undefined, resendDue: false };
const START: Position = { entry: '0-0', commit: 0, entries: 0, incarnation: 1, head: '' };

export class SimulatedPartition {
  readonly #now: () => Millis;
  readonly #at: Stored = { lastId: '0-0', added: 0, owner: undefined, position: undefined, ...NOTHING_SENT };
  readonly #log: Entry[] = [];
  readonly #streams = { dead: [] as string[], late: [] as string[] };
  readonly #out: Sent[] = [];
  readonly #states = new Map<string, string>();
  readonly #decided = new Map<string, string>();
  readonly #timers = new Map<string, Millis>();
  readonly #changed = new Map<string, number>();
  readonly #ids = new Map<number, Uint8Array>();
  /** One element per write; the tail is lost by undoing the newest ones. */
  #journal: { readonly log: Undo[]; readonly rest: Undo[] }[] = [];
  #appended: (() => void)[] = [];

  constructor(now: () => Millis) {
    this.#now = now;
  }

  acquire(instance: string, nonce: string, ttl: Millis, seen?: Position): AcquireAnswer {
    const time = this.#now();
    const { owner, lastId, added } = this.#at;
    const stored = this.#at.position ?? START;
    let { incarnation, entries } = stored;
    let tailLost =
      seen !== undefined &&
      (incarnation < seen.incarnation ||
        (incarnation === seen.incarnation &&
          (stored.commit < seen.commit || this.#isGone(seen.entry, seen.entries))));
    if (owner?.nonce !== undefined && owner.instance !== instance && owner.expires > time) {
      const expires = Math.min(owner.expires, time + ttl);
      if (tailLost) incarnation = Math.max(incarnation, seen?.incarnation ?? 0) + 1;
      this.#write(() => {
        this.#set('owner', { ...owner, expires });
        if (!tailLost) return;
        this.#set('position', { ...stored, incarnation });
        this.#set('resendDue', true);
      });
      return { ok: false, instance: owner.instance as string, expires, time, tailLost, incarnation };
    }
    if (this.#isGone(stored.entry, stored.entries)) {
      tailLost = true;
      if (compareEntryIds(lastId, stored.entry) < 0) entries = added;
    }
    if (tailLost) incarnation = Math.max(incarnation, seen?.incarnation ?? 0) + 1;
    const position = { ...stored, incarnation, entries };
    const token = { epoch: (owner?.epoch ?? 0) + 1, nonce };
    this.#write(() => {
      this.#set('owner', { ...token, instance, expires: time + ttl });
      this.#set('position', position);
      if (tailLost) this.#set('resendDue', true);
    });
    return { ok: true, token, position, time, tailLost, resendDue: this.#at.resendDue };
  }

  /** Trimming takes whole beginnings: a hole, or fewer entries taken than were applied, is another log. */
  #isGone(id: EntryId, count: number): boolean {
    if (id === '0-0') return false;
    if (compareEntryIds(this.#at.lastId, id) < 0) return true;
    if (this.#has(id)) return false;
    const [first] = this.#log;
    if (first && compareEntryIds(first.id, id) < 0) return true;
    return this.#at.added - this.#log.length < count;
  }

  renew(token: OwnerToken, commit: number, ttl: Millis): boolean {
    if (!this.#owns(token) || (this.#at.position ?? START).commit !== commit) return false;
    this.#write(() => this.#extend(ttl));
    return true;
  }

  release(token: OwnerToken): void {
    if (this.#owns(token)) this.#write(() => this.#set('owner', { epoch: token.epoch, expires: 0 }));
  }

  commit(token: OwnerToken, commit: Commit, ttl: Millis): CommitAnswer {
    const { from, to } = commit;
    const stored = this.#at.position ?? START;
    if (!this.#owns(token)) return { ok: false, reason: 'FENCED' };
    const sameLog = stored.incarnation === to.incarnation;
    if (sameLog && stored.commit === to.commit && stored.entry === to.entry) return { ok: true };
    if (!sameLog || stored.commit !== from.commit || stored.entry !== from.entry)
      return { ok: false, reason: 'STALE' };
    if (to.entry !== from.entry && !this.#has(to.entry)) return { ok: false, reason: 'LOST_TAIL' };
    this.#write((undo) => {
      for (const [key, record] of commit.states) put(this.#states, key, record, undo);
      for (const [decision, key] of commit.out) if (key !== null) put(this.#decided, key, decision, undo);
      for (const [key, due] of commit.timers) put(this.#timers, key, due, undo);
      for (const [decision] of commit.out) this.#send({ text: decision }, undo);
      for (const [target, text] of commit.mail) this.#send({ text, target: String(target) }, undo);
      if (commit.mail.length > 0) this.#set('mail', this.#at.lastOut);
      for (const key of commit.undecided) put(this.#decided, key, null, undo);
      for (const key of commit.changed) put(this.#changed, key, to.commit, undo);
      for (const name of ['dead', 'late'] as const) {
        const stream = this.#streams[name];
        const { length } = stream;
        undo.push(() => stream.splice(length));
        stream.push(...commit[name]);
      }
      for (const [bucket, bytes] of commit.ids)
        if (bytes.length > 0) put(this.#ids, bucket, Buffer.concat([this.loadIds(bucket), bytes]), undo);
      for (const bucket of commit.dropIds) put(this.#ids, bucket, null, undo);
      this.#set('position', to);
      this.#extend(ttl);
    });
    return { ok: true };
  }

  time(): Millis {
    return this.#now();
  }

  resent(token: OwnerToken): void {
    if (this.#owns(token)) this.#write(() => this.#set('resendDue', false));
  }

  posted(): EntryId {
    return this.#at.posted ?? '0-0';
  }

  movePosted(token: OwnerToken, from: EntryId, to: EntryId): 'OK' | 'FENCED' | 'STALE' {
    if (!this.#owns(token)) return 'FENCED';
    if (this.posted() !== from) return 'STALE';
    this.#write(() => this.#set('posted', to));
    return 'OK';
  }

  mail(after: EntryId, count: number): MailPage {
    const rows = this.#out.filter(({ id }) => compareEntryIds(id, after) > 0).slice(0, count);
    const mail = rows.flatMap(({ target, text }) => (target === undefined ? [] : [[target, text] as const]));
    if (rows.length === count) return { to: rows.at(-1)?.id ?? after, more: true, lost: false, mail };
    const lost = compareEntryIds(this.#at.lastOut, after) < 0;
    return { to: lost ? after : this.#at.lastOut, more: false, lost, mail };
  }

  /** An operator deletes the outbox: the place of the post is behind its end. */
  loseOutbox(): void {
    this.#write((undo) => {
      const lost = this.#out.splice(0);
      undo.push(() => this.#out.unshift(...lost));
      this.#set('lastOut', '0-0');
    });
  }

  loadKinds(kinds: readonly string[]): (readonly [string, string])[] {
    return [...this.#states].filter(([key]) => kinds.includes(splitEntityKey(key).kind));
  }

  load(keys: readonly string[]): (string | undefined)[] {
    return keys.map((key) => this.#states.get(key));
  }

  dueTimers(until: Millis, limit: number): (readonly [key: string, due: Millis])[] {
    const due = [...this.#timers].filter(([, time]) => time <= until);
    // Redis orders members by their bytes.
    due.sort((a, b) => a[1] - b[1] || Buffer.compare(Buffer.from(a[0]), Buffer.from(b[0])));
    return due.slice(0, limit);
  }

  loadIds(bucket: number): Uint8Array {
    return this.#ids.get(bucket) ?? new Uint8Array();
  }

  read(after: EntryId, count: number): Entry[] {
    const first = this.#indexAfter(after);
    return this.#log.slice(first, first + count);
  }

  append(entry: Omit<Entry, 'id'>): EntryId {
    const id = this.#after(this.#at.lastId);
    this.#write(() => {
      this.#log.push({ id, ...entry });
      this.#journal.at(-1)?.log.push(() => this.#log.pop());
      this.#set('lastId', id);
      this.#set('added', this.#at.added + 1);
    });
    for (const wake of this.#appended.splice(0)) wake();
    return id;
  }

  trim(minId: EntryId): void {
    let count = 0;
    while (count < this.#log.length && compareEntryIds((this.#log[count] as Entry).id, minId) < 0) count += 1;
    this.#write(() => {
      const trimmed = this.#log.splice(0, count);
      this.#journal.at(-1)?.log.push(() => this.#log.unshift(...trimmed));
    });
  }

  /** Resolves at the next append. */
  appended(): Promise<void> {
    return new Promise((wake) => this.#appended.push(wake));
  }

  /** A point to roll back to: how many writes there have been. */
  mark(): number {
    return this.#journal.length;
  }

  /** Undoes the writes after a mark, as a failover does; `log`: only those to the log, as an operator might. */
  rollBack(mark: number, part: 'all' | 'log' = 'all'): void {
    for (const write of this.#journal.slice(mark).reverse()) {
      for (const undo of write.log.splice(0).reverse()) undo();
      if (part === 'all') for (const undo of write.rest.reverse()) undo();
    }
    if (part === 'all') this.#journal = this.#journal.slice(0, mark);
  }

  /** The lease runs out now, whatever the clock says. */
  expireLease(): void {
    const { owner } = this.#at;
    if (owner) this.#write(() => this.#set('owner', { ...owner, expires: 0 }));
  }

  /** Everything a reader could find. */
  contents() {
    const { expires: _, ...owner } = this.#at.owner ?? { expires: 0 };
    const { dead, late } = this.#streams;
    const number = (id: EntryId) => this.#out.findIndex((sent) => sent.id === id);
    const decisions = this.#out.filter(({ target }) => target === undefined);
    return {
      owner,
      position: this.#at.position,
      log: [...this.#log],
      out: decisions.map(({ text }) => text),
      mail: this.#out.flatMap(({ id, target, text }) =>
        target === undefined ? [] : [[number(id), target, text] as const],
      ),
      lastMail: this.#at.mail === undefined ? undefined : number(this.#at.mail),
      posted: this.#at.posted === undefined ? undefined : number(this.#at.posted),
      resendDue: this.#at.resendDue,
      changed: Object.fromEntries(this.#changed),
      dead: [...dead],
      late: [...late],
      states: Object.fromEntries(this.#states),
      decided: Object.fromEntries(this.#decided),
      timers: this.dueTimers(Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY),
      ids: Object.fromEntries(
        [...this.#ids].map(([bucket, bytes]) => [bucket, Buffer.from(bytes).toString('hex')]),
      ),
    };
  }

  #send(sent: Omit<Sent, 'id'>, undo: Undo[]): void {
    this.#set('lastOut', this.#after(this.#at.lastOut));
    this.#out.push({ id: this.#at.lastOut, ...sent });
    undo.push(() => this.#out.pop());
  }

  #after(last: EntryId): EntryId {
    const [millis, sequence] = last.split('-').map(Number) as [number, number];
    const now = this.#now();
    return now > millis ? `${now}-0` : `${millis}-${sequence + 1}`;
  }

  #owns(token: OwnerToken): boolean {
    return this.#at.owner?.epoch === token.epoch && this.#at.owner.nonce === token.nonce;
  }

  #extend(ttl: Millis): void {
    this.#set('owner', { ...(this.#at.owner as Owner), expires: this.#now() + ttl });
  }

  #has(id: EntryId): boolean {
    const before = this.#log[this.#indexAfter(id) - 1];
    return before !== undefined && compareEntryIds(before.id, id) === 0;
  }

  #indexAfter(id: EntryId): number {
    let low = 0;
    let high = this.#log.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (compareEntryIds((this.#log[middle] as Entry).id, id) <= 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #write(apply: (undo: Undo[]) => void): void {
    const write = { log: [], rest: [] };
    this.#journal.push(write);
    apply(write.rest);
  }

  #set<K extends keyof Stored>(name: K, value: Stored[K]): void {
    const old = this.#at[name];
    const write = this.#journal.at(-1) as { log: Undo[]; rest: Undo[] };
    const undo = () => {
      this.#at[name] = old;
    };
    (name === 'lastId' || name === 'added' ? write.log : write.rest).push(undo);
    this.#at[name] = value;
  }
}

function put<K, V>(map: Map<K, V>, key: K, value: V | null, undo: Undo[]): void {
  const old = map.get(key);
  undo.push(() => {
    if (old === undefined) map.delete(key);
    else map.set(key, old);
  });
  if (value === null) map.delete(key);
  else map.set(key, value);
}
