/** Runs one piece of a bench in a process of its own, so that nobody else's garbage and CPU time is in its figures. */

import { fork } from 'node:child_process';

/** What came of the job that `file` takes with `onJob`; its standard output goes to our standard error. */
export function runChild<Job, Answer>(
  file: string,
  job: Job,
  nodeOptions: readonly string[] = [],
  onNote: (note: unknown) => void = () => undefined,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const child = fork(file, [], { execArgv: [...nodeOptions], stdio: ['ignore', 2, 2, 'ipc'] });
    let said: { answer: Answer } | undefined;
    child.on('message', (message) => {
      if ('note' in (message as object)) onNote((message as { note: unknown }).note);
      else said = message as { answer: Answer };
    });
    child.on('error', reject);
    child.on('exit', (code, signal) => {
      if (said && code === 0) resolve(said.answer);
      else reject(new Error(`${file} ended with ${signal ?? `code ${code}`} before it answered`));
    });
    child.send(job as object);
  });
}

/** The child's side: one job, notes on the way, one answer, end. */
export function onJob<Job, Answer>(work: (job: Job, note: (note: unknown) => void) => Promise<Answer>): void {
  process.once('message', async (job) => {
    const answer = await work(job as Job, (note) => process.send?.({ note }));
    process.send?.({ answer }, () => process.disconnect?.());
  });
}
