/** Turns: long synchronous work of many partitions, one piece at a time, with the event loop in between. */

/**
 * Without it the batches of all partitions would run back to back as microtasks, and replies that lie in the
 * sockets would be found only after the time-outs that wait for them.
 */
export class Turns {
  private last: Promise<unknown> = Promise.resolve();

  /** Runs `work` when every piece before it is done and sockets were looked at since. */
  take<T>(work: () => Promise<T>): Promise<T> {
    const result = this.last.then(work);
    this.last = result.then(breathe, breathe);
    return result;
  }
}

/** Lets the event loop look at its sockets. */
export function breathe(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
