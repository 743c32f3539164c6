/** Loaded into each instance beforehand: it ends with the process that started it, however that one ends. */

import type { Socket } from 'node:net';
import { isMainThread } from 'node:worker_threads';

if (isMainThread) {
  process.stdin.once('close', () => process.kill(process.pid, 'SIGKILL')).resume();
  // it must not keep an instance alive that is done
  (process.stdin as Socket).unref();
}
