/** Runs one piece of a bench in a process of its own, so that nobody else's garbage and CPU time is in its figures. */

import { fork } from 'node:child_process';

/** `file` calls `answer` with what came of the job; its standard output goes to our standard error. */
export function runChild<Job, Answer>(
  file: string,
  job: Job,
  nodeOptions: readonly string[] = [],
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const child = fork(file, [], { execArgv: [...nodeOptions], stdio: ['ignore', 2, 2, 'ipc'] });
    let said: { answer: Answer } | undefined;
    child.on('message', (message) => {
      said = message as { answer: Answer };
    });
    child.on('error', reject);
    child.on('exit', (code, signal) => {
      if (said && code === 0) resolve(said.answer);
      else reject(new Error(`${file} ended with ${signal ?? `code ${code}`} before it answered`));
    });
    child.send(job as object);
  });
}

/** The child's side: one job, one answer, end. */
export function onJob<Job, Answer>(work: (job: Job) => Promise<Answer>): void {
  process.once('message', async (job) => {
    const answer = await work(job as Job);
    process.send?.({ answer }, () => process.disconnect?.());
  });
}
