/** A commit as the flat list of arguments its script takes: one command, no text built twice. */

import type { Commit, OwnerToken } from '../core/ports.ts';
import type { Millis } from '../core/units.ts';
import type { ScriptArgument } from './scripts.ts';

/** Number of keys, keys, arguments, in the order scripts.ts documents. Throws on values Redis could refuse half-way. */
export function commitCall(
  keys: readonly string[],
  ids: string,
  token: OwnerToken,
  commit: Commit,
  ttl: Millis,
): ScriptArgument[] {
  const { from, to } = commit;
  for (const number of [to.commit, to.entries, to.incarnation, ttl])
    if (!Number.isSafeInteger(number) || number < 0)
      throw new RangeError(`committing: ${number} is not a count`);
  const states = split(commit.states);
  const timers = splitTimers(commit.timers);
  const texts = commit.ids.filter(([, bytes]) => bytes.length > 0);
  const call: ScriptArgument[] = [keys.length + texts.length + commit.dropIds.length, ...keys];
  for (const [bucket] of texts) call.push(`${ids}:${bucket}`);
  for (const bucket of commit.dropIds) call.push(`${ids}:${bucket}`);
  call.push(token.epoch, token.nonce, ttl, from.entry, from.commit, to.entry, to.commit, to.entries);
  call.push(to.incarnation, to.head);
  const lists = [states.put, states.drop, timers.put, timers.drop];
  const streams = [commit.dead, commit.late];
  for (const list of lists) call.push(list.length);
  call.push(commit.out.length, commit.mail.length);
  for (const stream of streams) call.push(stream.length);
  call.push(texts.length, commit.changed.length, commit.undecided.length);
  for (const list of lists) for (const value of list) call.push(value);
  for (const [decision, key] of commit.out) call.push(decision, key ?? '');
  for (const [target, text] of commit.mail) call.push(target, text);
  for (const stream of streams) for (const text of stream) call.push(text);
  for (const [, bytes] of texts) call.push(idsText(bytes));
  for (const key of commit.changed) call.push(key);
  for (const key of commit.undecided) call.push(key);
  return call;
}

/**
 * Dedup ids go as base64: a single binary argument makes ioredis build the whole command from buffers, which
 * doubles its cost. The text may be appended to text: padding only ends an append, see `idsBytes`.
 */
function idsText(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
}

export function idsBytes(text: string): Uint8Array {
  const appends = text.match(/[^=]+/g) ?? [];
  return Buffer.concat(appends.map((append) => Buffer.from(append, 'base64')));
}

function split(pairs: readonly (readonly [string, string | null])[]): { put: string[]; drop: string[] } {
  const put: string[] = [];
  const drop: string[] = [];
  for (const [key, value] of pairs) {
    if (value === null) drop.push(key);
    else put.push(key, value);
  }
  return { put, drop };
}

/** ZADD takes the score first. */
function splitTimers(pairs: readonly (readonly [string, Millis | null])[]): {
  put: string[];
  drop: string[];
} {
  const put: string[] = [];
  const drop: string[] = [];
  for (const [key, due] of pairs) {
    if (due === null) drop.push(key);
    else if (Number.isFinite(due)) put.push(String(due), key);
    else throw new RangeError(`committing: a timer is due at ${due}`);
  }
  return { put, drop };
}
