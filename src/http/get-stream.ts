/** GET /v1/stream: events as they come, and what is decided, to be gone on with after a break. */

import Type from 'typebox';
import type { Clock } from '../core/ports.ts';
import { type Millis, SECOND } from '../core/units.ts';
import type { LiveFeed } from '../processor/live-feed.ts';
import type { FeedPlace, LivePages } from '../processor/live-pages.ts';
import type { Plan } from '../rules/plan.ts';
import {
  readWatchPlace,
  sseEvent,
  TOPICS,
  type Topic,
  toldByDecision,
  toldByEntry,
  type Wanted,
  type WatchPlace,
  writeWatchPlace,
} from './feed-events.ts';
import { iso } from './history-answer.ts';
import { type Parameter, text } from './parameter.ts';
import { problem } from './problem.ts';
import { route } from './route.ts';
import { hangUp } from './serve.ts';

const HEARTBEAT: Millis = 15 * SECOND;
const STATS_EVERY: Millis = 5 * SECOND;
const POLL: Millis = SECOND / 4;
/** Of one watcher, characters that wait to be sent; what is more stays in Redis. */
const MOST_WAITING = 256 * 1024;
/** Who takes nothing for so long is let go. */
const LONGEST_STALL: Millis = 60 * SECOND;
const MOST_WATCHERS = 200;
/** Two positions of each of some hundred partitions. */
const LONGEST_PLACE = 12_000;

const topics: Parameter<ReadonlySet<Topic>> & { readonly otherwise: ReadonlySet<Topic> } = {
  description: `Some of ${TOPICS.join(', ')}, with commas`,
  schema: Type.String({ default: 'decisions,anomalies,actions' }),
  wanted: `some of ${TOPICS.join(', ')}, with commas`,
  otherwise: new Set(['decisions', 'anomalies', 'actions']),
  read: (given) => {
    const words = given.split(',').map((one) => TOPICS.find((topic) => topic === one.trim()));
    return words.includes(undefined) ? undefined : new Set(words as Topic[]);
  },
};

let watchers = 0;

export const streamRoute = route({
  method: 'GET',
  path: '/v1/stream',
  tag: 'Live',
  summary: 'What comes and what is decided, as server-sent events',
  permission: 'read',
  query: {
    topics,
    entity: text('About this entity, such as lead:1'),
    rule: text('Of this rule; events that may move it'),
    type: text('Of this type of event, or caused by one'),
    after: text('Where to go on, for clients that cannot send Last-Event-ID', LONGEST_PLACE),
  },
  answers: { 200: { description: 'Events until somebody hangs up', type: 'text/event-stream' } },
  problems: { 400: ['bad-parameter'], 404: ['no-feed'] },
  answer: async (c, { feed, clock, plan, closing }, { query }) => {
    if (!feed) return problem(c, { slug: 'no-feed', status: 404, title: 'This weir has no live feed' });
    if (watchers >= MOST_WATCHERS)
      return problem(
        c,
        { slug: 'too-many-requests', status: 429, title: 'Too many watch already' },
        { 'retry-after': '10' },
      );
    const given = c.req.header('last-event-id') ?? query.after;
    const watchesLogs = query.topics.has('events');
    const asked =
      given === undefined ? undefined : await wholePlace(feed, readWatchPlace(given), watchesLogs);
    const place = asked ?? (await endOf(feed, watchesLogs));
    const ended = new AbortController();
    const end = () => ended.abort();
    closing?.addEventListener('abort', end, { once: true });
    const watcher = new Watcher(feed, clock, plan, query, place, ended.signal);
    const first = given !== undefined && !asked ? [sseEvent('reset', { as_of: iso(clock.now()) })] : [];
    watchers += 1;
    ended.signal.addEventListener('abort', () => {
      watchers -= 1;
      closing?.removeEventListener('abort', end);
    });
    return c.body(
      bytesOf(watcher, first, ended, () => hangUp(c)),
      200,
      {
        'content-type': 'text/event-stream; charset=utf-8',
        'cache-control': 'no-store',
        'x-accel-buffering': 'no',
      },
    );
  },
});

/** Undefined where something in between is gone, or the place does not tell enough. */
async function wholePlace(
  { outboxes, logs }: LiveFeed,
  place: WatchPlace | undefined,
  watchesLogs: boolean,
): Promise<WatchPlace | undefined> {
  if (!place || (watchesLogs && !place.logs) || !(await outboxes.isWhole(place.outboxes))) return undefined;
  if (!watchesLogs) return { outboxes: place.outboxes, logs: undefined };
  return (await logs.isWhole(place.logs as FeedPlace)) ? place : undefined;
}

async function endOf({ outboxes, logs }: LiveFeed, watchesLogs: boolean): Promise<WatchPlace> {
  // the logs first: a decision that is told follows its event, also the first one
  const [inLogs, inOutboxes] = [watchesLogs ? await logs.end() : undefined, await outboxes.end()];
  return { outboxes: inOutboxes, logs: inLogs };
}

/** One who watches: where they stand, and what comes next for them. */
class Watcher {
  readonly #feed: LiveFeed;
  readonly #clock: Clock;
  readonly #plan: () => Plan;
  readonly #wanted: Wanted;
  readonly #signal: AbortSignal;
  #place: WatchPlace;
  #said: Millis;
  #counted: { readonly at: Millis; readonly entries: number; readonly published: number } | undefined;

  constructor(
    feed: LiveFeed,
    clock: Clock,
    plan: () => Plan,
    wanted: Wanted,
    place: WatchPlace,
    signal: AbortSignal,
  ) {
    this.#feed = feed;
    this.#clock = clock;
    this.#plan = plan;
    this.#wanted = wanted;
    this.#place = place;
    this.#signal = signal;
    this.#said = clock.now();
  }

  /** An event of no data: where to go on. */
  place(): string {
    return `id: ${writeWatchPlace(this.#place)}\n\n`;
  }

  /** The next piece of text; waits for it. Undefined once it is over. */
  async next(): Promise<string | undefined> {
    while (!this.#signal.aborted) {
      const text = `${await this.#stats()}${await this.#news()}`;
      const now = this.#clock.now();
      if (text !== '') {
        this.#said = now;
        return text;
      }
      if (now - this.#said >= HEARTBEAT) {
        this.#said = now;
        // with the position: what was passed over need not be looked at again
        return `: ${iso(now)}\n${this.place()}`;
      }
      await this.#clock.sleep(POLL, this.#signal);
    }
    return undefined;
  }

  /** Outboxes are read before the logs and told after them: a decision never comes before its event. */
  async #news(): Promise<string> {
    const plan = this.#plan();
    const { outboxes, logs } = this.#place;
    const decided = await after(this.#feed.outboxes, outboxes, (text) =>
      toldByDecision(text, this.#wanted, plan),
    );
    const came =
      logs &&
      (await after(this.#feed.logs, logs, (entry, partition) =>
        toldByEntry(entry, partition, this.#wanted, plan),
      ));
    this.#place = { outboxes: decided.place, logs: came?.place };
    const found = [...(came?.found ?? []), ...decided.found];
    const id = writeWatchPlace(this.#place);
    return found
      .map(([name, data], i) => sseEvent(name, data, i === found.length - 1 ? id : undefined))
      .join('');
  }

  async #stats(): Promise<string> {
    const now = this.#clock.now();
    if (!this.#wanted.topics.has('stats') || now - (this.#counted?.at ?? 0) < STATS_EVERY) return '';
    const counts = await this.#feed.counts();
    const before = this.#counted;
    this.#counted = { at: now, ...counts };
    const rate = (name: 'entries' | 'published') =>
      before === undefined
        ? null
        : Math.round(((counts[name] - before[name]) / (now - before.at)) * 10_000) / 10;
    return sseEvent('stats', {
      time: iso(now),
      ...counts,
      entries_per_second: rate('entries'),
      published_per_second: rate('published'),
    });
  }
}

type Told = [name: string, data: unknown];

/** What comes after a place, and the place behind it; pages beyond what may wait are left for the next time. */
async function after<Row>(
  pages: LivePages<Row>,
  from: FeedPlace,
  tell: (row: Row, partition: number) => Told[],
): Promise<{ found: Told[]; place: FeedPlace }> {
  const place = [...from];
  const found: Told[] = [];
  let size = 0;
  for (const { partition, to, rows } of await pages.next(from)) {
    if (size > MOST_WAITING) break;
    for (const { row, length } of rows) {
      found.push(...tell(row, partition));
      size += length;
    }
    place[partition] = to;
  }
  return { found, place };
}

/** Asked for the next piece only when the last one was taken: who is slow keeps others waiting for nothing. */
function bytesOf(
  watcher: Watcher,
  first: readonly string[],
  ended: AbortController,
  letGo: () => void,
): ReadableStream<Uint8Array> {
  let stalled: NodeJS.Timeout | undefined;
  const send = (stream: ReadableStreamDefaultController<Uint8Array>, piece: string) => {
    stream.enqueue(Buffer.from(piece));
    stalled = setTimeout(() => {
      ended.abort();
      letGo();
    }, LONGEST_STALL);
    stalled.unref();
  };
  return new ReadableStream<Uint8Array>(
    {
      start: (stream) => send(stream, `retry: 2000\n\n${first.join('')}${watcher.place()}`),
      pull: async (stream) => {
        clearTimeout(stalled);
        const piece = await watcher.next().catch(() => undefined);
        if (piece !== undefined) return send(stream, piece);
        // over, or Redis is away: the client comes again with its position
        ended.abort();
        stream.close();
      },
      cancel: () => {
        clearTimeout(stalled);
        ended.abort();
      },
    },
    { highWaterMark: 1 },
  );
}
