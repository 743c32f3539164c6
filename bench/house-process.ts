/** A running house in a process of its own, for benches that look at it from outside. */

import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { CONFIG } from './house-options.ts';

export interface HouseProcess {
  readonly url: string;
  readonly pid: number;
  /** True once the process is gone. */
  readonly ended: boolean;
  /** Has it read its rule files again. */
  reload(): Promise<{ readonly ok: boolean; readonly message: string }>;
  /** Bytes of its heap that are in use, after everything that is not was collected. */
  liveHeap(): Promise<number>;
  stop(): Promise<void>;
}

const HOUSE = fileURLToPath(new URL('house-child.ts', import.meta.url));

/** Resolves when it owns every partition. */
export function startHouse(
  path: string,
  clockMode: 'live' | 'log',
  databaseUrl?: string,
  config = CONFIG,
  data = '.weir',
): Promise<HouseProcess> {
  const kept = databaseUrl === undefined ? [] : [databaseUrl];
  const child = fork(HOUSE, [path, clockMode, config, data, ...kept], {
    stdio: ['ignore', 2, 2, 'ipc'],
    execArgv: [...process.execArgv, '--expose-gc'],
  });
  const ask = <Answer>(word: string) =>
    new Promise<Answer>((done) => {
      child.once('message', (answer) => done(answer as Answer));
      child.send(word);
    });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const stop = async () => {
    if (child.connected) child.disconnect();
    await ended;
  };
  return new Promise((resolve, reject) => {
    child.once('message', (url) =>
      resolve({
        url: url as string,
        pid: child.pid as number,
        get ended() {
          return child.exitCode !== null || child.signalCode !== null;
        },
        reload: () => ask('reload'),
        liveHeap: () => ask('live heap'),
        stop,
      }),
    );
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`the house ended with code ${code}`)));
  });
}
