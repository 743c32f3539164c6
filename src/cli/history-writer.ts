/** The history is written by a thread of its own: what its rows cost in CPU holds up no event and no answer. */

import { Worker } from 'node:worker_threads';
import { type ErrorCode, WeirError } from '../core/errors.ts';
import type { EntitySink, Sink } from '../core/ports.ts';
import type { DatabaseUrls } from '../store/roles.ts';

export interface HistoryWriter {
  readonly sink: Sink;
  readonly entities: EntitySink;
  close(): Promise<void>;
}

/** What the thread is asked: a method of one of the two, and `close` of nobody. */
export interface WriterCall {
  readonly call: number;
  readonly of: 'sink' | 'entities' | 'thread';
  readonly method: string;
  readonly given: readonly unknown[];
}

export interface WriterAnswer {
  readonly call: number;
  readonly answer?: unknown;
  readonly error?: { readonly code: ErrorCode | undefined; readonly message: string };
}

const PROGRAM = new URL('history-writer-thread.ts', import.meta.url);

/** Starts nothing yet: the first question does, also after a thread that broke. */
export function openHistoryWriter(address: string | DatabaseUrls): HistoryWriter {
  const waiting = new Map<number, { resolve(answer: unknown): void; reject(error: Error): void }>();
  let thread: Worker | undefined;
  let calls = 0;
  const start = (): Worker => {
    const started = new Worker(PROGRAM, { workerData: address });
    started.on('message', ({ call, answer, error }: WriterAnswer) => {
      const asked = waiting.get(call);
      waiting.delete(call);
      if (error === undefined) asked?.resolve(answer);
      else asked?.reject(error.code ? new WeirError(error.code, error.message) : new Error(error.message));
    });
    const end = (why: string) => {
      // told already, and whoever waits by now waits for another thread
      if (thread !== started) return;
      thread = undefined;
      const error = new WeirError('history_away', `writing the history: its thread ended: ${why}`);
      for (const { reject } of waiting.values()) reject(error);
      waiting.clear();
    };
    started.once('error', ({ message }) => end(message));
    started.once('exit', (code) => end(`code ${code}`));
    return started;
  };
  const ask = (of: WriterCall['of'], method: string, given: readonly unknown[]): Promise<unknown> =>
    new Promise((resolve, reject) => {
      thread ??= start();
      calls += 1;
      waiting.set(calls, { resolve, reject });
      thread.postMessage({ call: calls, of, method, given } satisfies WriterCall);
    });
  const remote = <Port extends object>(
    of: WriterCall['of'],
    methods: readonly (keyof Port & string)[],
  ): Port =>
    Object.fromEntries(
      methods.map((method) => [method, (...given: unknown[]) => ask(of, method, given)]),
    ) as Port;
  return {
    sink: remote<Sink>('sink', ['positions', 'apply', 'newest', 'rewind']),
    entities: remote<EntitySink>('entities', ['standings', 'begun', 'completed', 'stale', 'apply']),
    close: async () => {
      if (thread === undefined) return;
      await ask('thread', 'close', []);
      await thread?.terminate();
    },
  };
}
