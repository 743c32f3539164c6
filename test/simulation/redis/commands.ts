/** The Redis commands that weir uses, on a simulated node: the same replies as Redis 7 gives through ioredis. */

import { compareEntryIds, type EntryId } from '../../../src/core/entry.ts';
import { countUpTo, type Element, type Store } from './store.ts';

export type Argument = string | number;
type Command = (store: Store, args: string[]) => unknown;

/** Refused while memory is full. */
export const GROWS: ReadonlySet<string> = new Set([
  'set',
  'hset',
  'hsetnx',
  'xadd',
  'weirCommit',
  'weirAction',
]);
/** Refused while nothing may be written. */
export const WRITES: ReadonlySet<string> = new Set([
  ...GROWS,
  ...['del', 'xtrim', 'xdel', 'zremrangebyscore'],
  ...['weirAcquire', 'weirRenew', 'weirRelease', 'weirMove', 'weirResent', 'weirTrim'],
]);

export const COMMANDS: Readonly<Record<string, Command>> = {
  keys: (store, [glob]) => store.keys().filter((key) => patternOf(glob as string).test(key)),
  get: (store, [key]) => store.find(key as string, 'string')?.text ?? null,
  set: (store, [key, text, ...options]) => {
    if (options.includes('NX') && store.typeOf(key as string) !== undefined) return null;
    const px = options.indexOf('PX');
    const expires = px < 0 ? undefined : store.now() + Number(options[px + 1]);
    store.setText(key as string, text as string, expires);
    return 'OK';
  },
  del: (store, keys) => keys.filter((key) => store.remove(key)).length,
  exists: (store, keys) => keys.filter((key) => store.typeOf(key) !== undefined).length,
  hget: (store, [key, field]) => store.find(key as string, 'hash')?.fields.get(field as string) ?? null,
  hmget: (store, [key, ...fields]) => {
    const hash = store.find(key as string, 'hash');
    return fields.map((field) => hash?.fields.get(field) ?? null);
  },
  hset: (store, [key, ...pairs]) => {
    let fresh = 0;
    for (let i = 0; i < pairs.length; i += 2) {
      if (!store.find(key as string, 'hash')?.fields.has(pairs[i] as string)) fresh += 1;
      store.setField(key as string, pairs[i] as string, pairs[i + 1] as string);
    }
    return fresh;
  },
  hsetnx: (store, [key, field, text]) => {
    if (store.find(key as string, 'hash')?.fields.has(field as string)) return 0;
    store.setField(key as string, field as string, text as string);
    return 1;
  },
  hgetall: (store, [key]) => Object.fromEntries(store.find(key as string, 'hash')?.fields ?? []),
  /** Everything in one step. */
  hscan: (store, [key, , ...options]) => {
    const match = options.indexOf('MATCH');
    const pattern = match < 0 ? /^/ : patternOf(options[match + 1] as string);
    const fields = [...(store.find(key as string, 'hash')?.fields ?? [])];
    return ['0', fields.filter(([field]) => pattern.test(field)).flat()];
  },
  xadd: (store, [key, ...rest]) => {
    const star = rest.indexOf('*');
    // `MINID ~` takes whole nodes of a hundred elements: in a small world nothing
    return store.append(key as string, rest.slice(star + 1));
  },
  xrange: (store, [key, from, to, , count]) =>
    copies(between(store, key as string, from as string, to as string).slice(0, limit(count))),
  xrevrange: (store, [key, to, from, , count]) =>
    copies(
      between(store, key as string, from as string, to as string)
        .reverse()
        .slice(0, limit(count)),
    ),
  xlen: (store, [key]) => store.find(key as string, 'stream')?.entries.length ?? 0,
  xdel: (store, [key, ...ids]) => store.drop(key as string, (id) => ids.includes(id)),
  xtrim: (store, [key, , least]) => {
    const id = (least as string).includes('-') ? (least as string) : `${least}-0`;
    return store.drop(key as string, (other) => compareEntryIds(other, id) < 0);
  },
  xinfo: (store, [, key]) => {
    const stream = store.find(key as string, 'stream');
    if (stream === undefined) throw new Error('ERR no such key');
    const { entries, last, added } = stream;
    const [first, final] = [entries[0] ?? null, entries.at(-1) ?? null];
    const counts = ['length', entries.length, 'last-generated-id', last, 'entries-added', added];
    return [...counts, 'first-entry', first, 'last-entry', final];
  },
  zcard: (store, [key]) => store.find(key as string, 'zset')?.scores.size ?? 0,
  zcount: (store, [key, least, most]) => scored(store, key as string, least as string, most as string).length,
  zrange: (store, [key, from, to, ...options]) => {
    const all = scored(store, key as string, '-inf', '+inf');
    const end = Number(to) < 0 ? all.length + Number(to) + 1 : Number(to) + 1;
    return shown(all.slice(Number(from), end), options);
  },
  zrangebyscore: (store, [key, least, most, ...options]) => {
    const found = scored(store, key as string, least as string, most as string);
    const at = options.indexOf('LIMIT');
    if (at < 0) return shown(found, options);
    const [skip, count] = [Number(options[at + 1]), Number(options[at + 2])];
    return shown(found.slice(skip, skip + count), options);
  },
  zremrangebyscore: (store, [key, least, most]) => {
    const found = scored(store, key as string, least as string, most as string);
    for (const [member] of found) store.setScore(key as string, member, undefined);
    return found.length;
  },
  time: (store) => [String(Math.floor(store.now() / 1000)), String((store.now() % 1000) * 1000)],
};

export function texts(args: readonly Argument[]): string[] {
  return args.map(String);
}

/** Of a stream: the elements after one, at most so many. */
export function readAfter(store: Store, key: string, after: EntryId, count: number): Element[] {
  const entries = store.find(key, 'stream')?.entries ?? [];
  const first = countUpTo(entries, after);
  return copies(entries.slice(first, first + count));
}

function limit(count: string | undefined): number {
  return count === undefined ? Number.POSITIVE_INFINITY : Number(count);
}

function between(store: Store, key: string, from: string, to: string): Element[] {
  const entries = store.find(key, 'stream')?.entries ?? [];
  return entries.filter(([id]) => !isOutside(id, from, 1) && !isOutside(id, to, -1));
}

function isOutside(id: EntryId, bound: string, side: 1 | -1): boolean {
  if (bound === '-' || bound === '+') return false;
  const open = bound.startsWith('(');
  const given = open ? bound.slice(1) : bound;
  // an id without a sequence means the first of its millisecond below, and the last above
  const full = given.includes('-') ? given : `${given}-${side === 1 ? 0 : Number.MAX_SAFE_INTEGER}`;
  const difference = compareEntryIds(id, full) * side;
  return open ? difference <= 0 : difference < 0;
}

function copies(elements: readonly Element[]): Element[] {
  return elements.map(([id, fields]) => [id, [...fields]]);
}

function scored(store: Store, key: string, least: string, most: string): [member: string, score: number][] {
  const [low, high] = [least, most].map((bound) => Number(bound.replace('inf', 'Infinity'))) as [
    number,
    number,
  ];
  const all = [...(store.find(key, 'zset')?.scores ?? [])].filter(
    ([, score]) => score >= low && score <= high,
  );
  // members of one score stand in the order of their bytes
  return all.sort((a, b) => a[1] - b[1] || Buffer.compare(Buffer.from(a[0]), Buffer.from(b[0])));
}

function shown(found: readonly [string, number][], options: readonly string[]): string[] {
  return options.includes('WITHSCORES')
    ? found.flatMap(([member, score]) => [member, String(score)])
    : found.map(([member]) => member);
}

/** Redis' glob, as far as weir asks with it: letters, sets of letters, `*` and `\`. */
function patternOf(glob: string): RegExp {
  const source = glob.replace(/\\(.)|\[[^\]]*\]|\*|[^\w\s]/g, (part) => {
    if (part === '*') return '.*';
    return part.startsWith('[') || part.startsWith('\\') ? part : `\\${part}`;
  });
  return new RegExp(`^${source}$`, 's');
}
