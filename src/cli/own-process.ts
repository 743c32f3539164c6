/** Work in a process of its own, with bounds on memory and time: what breaks there breaks nothing here. */

import { type ChildProcess, fork } from 'node:child_process';
import { getPriority, setPriority } from 'node:os';
import { MINUTE, type Millis } from '../core/units.ts';

export interface ProcessLimits {
  /** Megabytes of heap. */
  readonly memory: number;
  readonly time: Millis;
  /** Added to our own niceness: work that may wait for everything else. None where absent. */
  readonly niceness?: number;
}

/** What is still at work, and how to give it up. */
const running = new Map<ChildProcess, (what: string) => void>();

/** To be called by who ends: what is still tried would keep this process for as long as it may take. */
export function endOwnProcesses(): void {
  for (const giveUp of [...running.values()]) giveUp('weir was stopped meanwhile');
}

const LIMITS: ProcessLimits = { memory: 512, time: MINUTE };

type Said<Answer, News> = { readonly answer: Answer } | { readonly news: News };

/**
 * Sends the message to the program, which answers with one.
 * @param onNews what it says before
 * @throws Error that says how it ended without an answer
 */
export function inOwnProcess<Answer, News = never>(
  program: URL,
  message: object,
  { memory, time, niceness = 0 }: ProcessLimits = LIMITS,
  onNews: (news: News) => void = () => undefined,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const child = fork(program, {
      execArgv: [`--max-old-space-size=${memory}`],
      // rules need no secrets, and whoever writes rules may have none
      env: {},
      // a heap that overflows is told by Node in a hundred lines
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    if (niceness > 0 && child.pid !== undefined) setPriority(child.pid, getPriority() + niceness);
    const end = () => {
      clearTimeout(timer);
      running.delete(child);
      child.kill('SIGKILL');
    };
    const fail = (what: string) => {
      end();
      reject(new Error(what));
    };
    running.set(child, fail);
    const timer = setTimeout(() => fail(`it took more than ${time / 1000} s`), time);
    child.on('message', (message) => {
      const said = message as Said<Answer, News>;
      if ('news' in said) return onNews(said.news);
      end();
      resolve(said.answer);
    });
    child.once('error', (error) => fail(error.message));
    child.once('exit', (code, signal) =>
      fail(`it ended with ${signal ?? `code ${code}`}, most likely for more than ${memory} MB of memory`),
    );
    child.send(message);
  });
}

/** The other end, in the program itself. */
export function answerParent<Message, Answer, News = never>(
  work: (message: Message, tell: (news: News) => void) => Answer | Promise<Answer>,
): void {
  process.once('message', async (message) => {
    const tell = (news: News) => void process.send?.({ news });
    process.send?.({ answer: await work(message as Message, tell) });
    process.disconnect?.();
  });
  process.once('disconnect', () => process.exit());
}
