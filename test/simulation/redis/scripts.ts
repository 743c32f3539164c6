/** weir's Lua scripts once more, on a simulated node: checks first, then writes; the contract suite holds both together. */

import { compareEntryIds, type EntryId } from '../../../src/core/entry.ts';
import { countUpTo, type Store } from './store.ts';

type Script = (store: Store, keys: string[], args: string[]) => unknown;

export const SCRIPTS: Readonly<Record<string, Script>> = {
  weirAcquire: (store, keys, [instance, nonce, ttl, ...seen]) => {
    const [ownerKey, positionKey, log] = keys as [string, string, string];
    for (const [i, key] of keys.entries()) {
      const found = store.typeOf(key);
      if (found !== undefined && found !== KINDS[i])
        throw new Error(`WRONGTYPE ${key} is a ${found} and not a ${KINDS[i]}`);
    }
    const time = store.now();
    const owner = store.find(ownerKey, 'hash')?.fields;
    const at = store.find(positionKey, 'hash')?.fields;
    const entry = at?.get('entry') ?? '0-0';
    const commit = Number(at?.get('commit') ?? 0);
    let entries = Number(at?.get('entries') ?? 0);
    let incarnation = Number(at?.get('incarnation') ?? 1);
    const [seenCommit, seenIncarnation, seenEntry, seenEntries] = [
      ...[Number(seen[0]), Number(seen[1])],
      ...[seen[2] as EntryId, Number(seen[3])],
    ] as [number, number, EntryId, number];
    let lost =
      incarnation < seenIncarnation ||
      (incarnation === seenIncarnation &&
        (commit < seenCommit || isGone(store, log, seenEntry, seenEntries)));
    const held = Number(owner?.get('expires'));
    if (owner?.has('nonce') && owner.get('instance') !== instance && held > time) {
      const expires = Math.min(held, time + Number(ttl));
      const holder = owner.get('instance');
      setFields(store, ownerKey, { expires });
      if (lost) {
        incarnation = Math.max(incarnation, seenIncarnation) + 1;
        setFields(store, positionKey, { incarnation, resend: incarnation });
      }
      return [0, holder, expires, time, lost ? 1 : 0, incarnation];
    }
    if (isGone(store, log, entry, entries)) {
      lost = true;
      const stream = store.find(log, 'stream');
      if (compareEntryIds(stream?.last ?? '0-0', entry) < 0) entries = stream?.added ?? 0;
    }
    if (lost) incarnation = Math.max(incarnation, seenIncarnation) + 1;
    const epoch = Number(owner?.get('epoch') ?? 0) + 1;
    setFields(store, ownerKey, { epoch, nonce, instance, expires: time + Number(ttl) });
    const due = lost || at?.has('resend');
    const fresh = !at?.has('entry');
    const head = at?.get('head') ?? '';
    if (lost) setFields(store, positionKey, { resend: incarnation });
    if (lost || fresh) setFields(store, positionKey, { entry, commit, entries, incarnation, head });
    store.stream(log);
    return [1, epoch, entry, commit, entries, incarnation, head, time, lost ? 1 : 0, due ? 1 : 0];
  },
  weirRenew: (store, [owner, position], [epoch, nonce, ttl, commit]) => {
    if (!isMine(store, owner, epoch, nonce)) return 0;
    if ((field(store, position, 'commit') ?? '0') !== commit) return 0;
    setFields(store, owner as string, { expires: store.now() + Number(ttl) });
    return 1;
  },
  weirResent: (store, [owner, position], [epoch, nonce]) => {
    if (!isMine(store, owner, epoch, nonce)) return 0;
    store.setField(position as string, 'resend', undefined);
    return 1;
  },
  weirTrim: (store, [owner, position, ...streams], [epoch, nonce, commit, incarnation, ...ids]) => {
    if (!isMine(store, owner, epoch, nonce)) return 0;
    if (Number(field(store, position, 'commit') ?? 0) < Number(commit)) return 0;
    if ((field(store, position, 'incarnation') ?? '1') !== incarnation) return 0;
    const [mail, posted = '0-0'] = [field(store, position, 'mail'), field(store, position, 'posted')];
    const hasUnposted = mail !== undefined && compareEntryIds(posted, mail) < 0;
    for (const [i, stream] of streams.entries()) {
      const wanted = ids[i] as EntryId;
      const least = i === 1 && hasUnposted && compareEntryIds(posted, wanted) < 0 ? posted : wanted;
      store.drop(stream, (id) => compareEntryIds(id, least) < 0);
    }
    return 1;
  },
  weirRelease: (store, [owner], [epoch, nonce]) => {
    if (!isMine(store, owner, epoch, nonce)) return 0;
    for (const name of ['nonce', 'instance', 'expires']) store.setField(owner as string, name, undefined);
    return 1;
  },
  weirCommit: (store, keys, args) => {
    const [owner, position, log, state, decided, timers, out, dead, late, changed] = keys as TenKeys;
    const [epoch, nonce, ttl, fromEntry, fromCommit, entry, commit, entries, incarnation, head] = args;
    if (!isMine(store, owner, epoch, nonce)) return 'FENCED';
    const stored = (field(store, position, 'incarnation') ?? '1') === incarnation;
    const [at, number] = [field(store, position, 'entry'), field(store, position, 'commit')];
    if (stored && number === commit && at === entry) return 'OK';
    if (!stored || (at ?? '0-0') !== fromEntry || (number ?? '0') !== fromCommit) return 'STALE';
    if (entry !== fromEntry && !has(store, log, entry as string)) return 'LOST_TAIL';
    const counts = args.slice(10, 21).map(Number);
    const rest = args.slice(21);
    const next = (count: number) => rest.splice(0, count);
    const lists = counts.slice(0, 4).map(next) as [string[], string[], string[], string[]];
    for (const [key, record] of pairs(lists[0])) store.setField(state, key, record);
    for (const key of lists[1]) store.setField(state, key, undefined);
    for (const [due, key] of pairs(lists[2])) store.setScore(timers, key, Number(due));
    for (const key of lists[3]) store.setScore(timers, key, undefined);
    for (const [decision, key] of pairs(next(2 * (counts[4] as number)))) {
      store.append(out, ['d', decision]);
      if (key !== '') store.setField(decided, key, decision);
    }
    for (const [target, text] of pairs(next(2 * (counts[5] as number)))) {
      const id = store.append(out, ['t', target, 'm', text]);
      store.setField(position, 'mail', id);
    }
    for (const text of next(counts[6] as number)) store.append(dead, ['d', text]);
    for (const text of next(counts[7] as number)) store.append(late, ['d', text]);
    const appended = counts[8] as number;
    for (const [i, text] of next(appended).entries()) {
      const key = keys[10 + i] as string;
      store.setText(key, (store.find(key, 'string')?.text ?? '') + text);
    }
    for (const key of keys.slice(10 + appended)) store.remove(key);
    for (const key of next(counts[9] as number)) store.setScore(changed, key, Number(commit));
    for (const key of next(counts[10] as number)) store.setField(decided, key, undefined);
    setFields(store, position, { entry, commit, entries, head });
    setFields(store, owner, { expires: store.now() + Number(ttl) });
    return 'OK';
  },
  weirMove: (store, [owner, position], [epoch, nonce, name, from, to]) => {
    if (!isMine(store, owner, epoch, nonce)) return 'FENCED';
    if ((field(store, position, name as string) ?? '0-0') !== from) return 'STALE';
    store.setField(position as string, name as string, to);
    return 'OK';
  },
  weirMail: (store, [out], [after, countText]) => {
    const count = Number(countText);
    const stream = store.find(out as string, 'stream');
    const first = countUpTo(stream?.entries ?? [], after as EntryId);
    const rows = (stream?.entries ?? []).slice(first, first + count);
    const mail = rows.flatMap(([, fields]) => (fields[0] === 't' ? [[fields[1], fields[3]]] : []));
    if (rows.length >= count) return [rows.at(-1)?.[0] ?? after, 1, 0, ...mail];
    const last = stream?.last ?? '0-0';
    const lost = compareEntryIds(last, after as EntryId) < 0;
    return [lost ? (rows.at(-1)?.[0] ?? after) : last, 0, lost ? 1 : 0, ...mail];
  },
  weirAction: (store, [stream, given], [time, oldest, id, ...fields]) => {
    for (const [member, score] of store.find(given as string, 'zset')?.scores ?? [])
      if (score <= Number(oldest)) store.setScore(given as string, member, undefined);
    if (store.find(given as string, 'zset')?.scores.has(id as string)) return 0;
    store.setScore(given as string, id as string, Number(time));
    store.append(stream as string, fields);
    return 1;
  },
};

type TenKeys = [string, string, string, string, string, string, string, string, string, string];

/** What the keys of a partition are, in the order in which acquire names them. */
const KINDS = ['hash', 'hash', 'stream', 'hash', 'hash', 'zset', 'stream', 'stream', 'stream', 'zset'];

function isMine(
  store: Store,
  owner: string | undefined,
  epoch: string | undefined,
  nonce: string | undefined,
): boolean {
  return field(store, owner, 'epoch') === epoch && field(store, owner, 'nonce') === nonce;
}

function field(store: Store, key: string | undefined, name: string): string | undefined {
  return store.find(key as string, 'hash')?.fields.get(name);
}

function has(store: Store, log: string, id: EntryId): boolean {
  const entries = store.find(log, 'stream')?.entries ?? [];
  return entries[countUpTo(entries, id) - 1]?.[0] === id;
}

/** Trimming takes whole beginnings: a hole, or fewer entries taken than were applied, is another log. */
function isGone(store: Store, log: string, id: EntryId, count: number): boolean {
  if (id === '0-0') return false;
  const stream = store.find(log, 'stream');
  if (compareEntryIds(stream?.last ?? '0-0', id) < 0) return true;
  if (has(store, log, id)) return false;
  const first = stream?.entries[0]?.[0];
  if (first && compareEntryIds(first, id) < 0) return true;
  return (stream?.added ?? 0) - (stream?.entries.length ?? 0) < count;
}

function setFields(store: Store, key: string, fields: Readonly<Record<string, unknown>>): void {
  for (const [name, value] of Object.entries(fields)) store.setField(key, name, String(value));
}

function pairs(flat: readonly string[]): [string, string][] {
  return Array.from({ length: flat.length / 2 }, (_, i) => [
    flat[2 * i] as string,
    flat[2 * i + 1] as string,
  ]);
}
