/** The simulated Redis of the seeds as a subject of the contract suite: production adapters over its commands and scripts. */

import { Link, type Wire } from '../simulation/redis/link.ts';
import { SimulatedReader } from '../simulation/redis/reader.ts';
import { Server } from '../simulation/redis/server.ts';
import type { Stream } from '../simulation/redis/store.ts';
import { type RedisSubject, redisSubject } from './contract-subject.ts';

/** Beyond any wait of a command; deadlines do not pass here. */
const DEADLINE = 1_000;

/** Answers at once; time passes by `elapse` alone. */
export function storeSubject(): RedisSubject {
  let now = Date.UTC(2026, 0, 5);
  const server = new Server('always', () => now);
  const soon = (delay: number, happens: () => void) => {
    let isOff = delay >= DEADLINE;
    setImmediate(() => {
      if (!isOff) happens();
    });
    return () => {
      isOff = true;
    };
  };
  const wire: Wire = {
    server,
    later: soon,
    hear: soon,
    delay: () => 0,
    fate: () => 'through',
    isCut: () => false,
    onExecuted: () => undefined,
  };
  const subject = redisSubject(new Link(wire).connection, new SimulatedReader(wire));
  const { in: log } = subject.keys;
  let mark = 0;
  let kept: Pick<Stream, 'entries' | 'last' | 'added'> | undefined;
  return {
    ...subject,
    elapse: async (duration) => {
      now += duration;
    },
    mark: async () => {
      mark = server.store.mark;
      const stream = server.store.find(log, 'stream');
      kept = stream && { entries: [...stream.entries], last: stream.last, added: stream.added };
    },
    rollBack: async (part) => {
      if (part === 'all') server.store.rollBack(mark);
      else if (kept) Object.assign(server.store.stream(log), { ...kept, entries: [...kept.entries] });
      else server.store.atomically(() => server.store.remove(log));
    },
  };
}
