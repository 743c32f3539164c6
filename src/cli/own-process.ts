/** Work in a process of its own, with bounds on memory and time: what breaks there breaks nothing here. */

import { fork } from 'node:child_process';
import { MINUTE, type Millis } from '../core/units.ts';

export interface ProcessLimits {
  /** Megabytes of heap. */
  readonly memory: number;
  readonly time: Millis;
}

const LIMITS: ProcessLimits = { memory: 512, time: MINUTE };

/**
 * Sends the message to the program, which answers with one.
 * @throws Error that says how it ended without an answer
 */
export function inOwnProcess<Answer>(
  program: URL,
  message: object,
  { memory, time }: ProcessLimits = LIMITS,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const child = fork(program, {
      execArgv: [`--max-old-space-size=${memory}`],
      // rules need no secrets, and whoever writes rules may have none
      env: {},
      // a heap that overflows is told by Node in a hundred lines
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    const end = () => {
      clearTimeout(timer);
      child.kill('SIGKILL');
    };
    const fail = (what: string) => {
      end();
      reject(new Error(what));
    };
    const timer = setTimeout(() => fail(`it took more than ${time / 1000} s`), time);
    child.once('message', (answer) => {
      end();
      resolve(answer as Answer);
    });
    child.once('error', (error) => fail(error.message));
    child.once('exit', (code, signal) =>
      fail(`it ended with ${signal ?? `code ${code}`}, most likely for more than ${memory} MB of memory`),
    );
    child.send(message);
  });
}

/** The other end, in the program itself. */
export function answerParent<Message, Answer>(work: (message: Message) => Answer | Promise<Answer>): void {
  process.once('message', async (message) => {
    process.send?.(await work(message as Message));
    process.disconnect?.();
  });
  process.once('disconnect', () => process.exit());
}
