/** A market in a process of its own that speaks a line protocol: one JSON object a line. */

import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import type { Episode, Hello, Market, MarketDay, MarketEvent } from './market.ts';

type Line = { readonly type: string } & Record<string, unknown>;

/** Of markets that do not say it themselves: the channels that a campaign does not use at the start. */
const WITHOUT: Readonly<Record<string, Hello['optional']>> = {
  case2: { c1: ['linkedin'], c2: ['linkedin'], c3: ['linkedin'] },
};

export class MarketProcess implements Market {
  readonly hello: Hello;
  readonly days: MarketDay[] = [];
  readonly episodes: Episode[] = [];
  readonly #process: ChildProcessByStdio<Writable, Readable, null>;
  readonly #lines: AsyncIterator<string>;

  private constructor(
    child: ChildProcessByStdio<Writable, Readable, null>,
    lines: AsyncIterator<string>,
    hello: Hello,
  ) {
    this.#process = child;
    this.#lines = lines;
    this.hello = hello;
  }

  /** @param folder with a `run.mjs` that speaks the protocol */
  static async open(folder: string, scenario: string, seed: number): Promise<MarketProcess> {
    const words = [join(folder, 'run.mjs'), '--scenario', scenario, '--seed', String(seed), '--stdio'];
    const child = spawn(process.execPath, words, { stdio: ['pipe', 'pipe', 'inherit'] });
    child.stdin.on('error', () => undefined);
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    const hello = await nextLine(lines);
    if (hello?.type !== 'hello') throw new Error(`${folder}: no market answers for the scenario ${scenario}`);
    return new MarketProcess(child, lines, withOptional(hello as unknown as Hello, scenario));
  }

  async hour(hour: number, budgets: Readonly<Record<string, number>>): Promise<MarketEvent[]> {
    this.#process.stdin.write(`${JSON.stringify({ hour, budgets })}\n`);
    const events: MarketEvent[] = [];
    for (;;) {
      const line = await this.#next();
      if (line.type === 'event') events.push(line.event as MarketEvent);
      else if (line.type === 'hour') break;
    }
    if (hour % 24 === 23) this.days.push((await this.#next()) as unknown as MarketDay);
    return events;
  }

  async end(): Promise<void> {
    for (;;) {
      const line = await this.#next();
      if (line.type === 'episode') this.episodes.push(line as unknown as Episode);
      else if (line.type === 'score') return;
    }
  }

  close(): void {
    this.#process.kill();
  }

  async #next(): Promise<Line> {
    const line = await nextLine(this.#lines);
    if (line === undefined) throw new Error('the market ended before its last hour');
    return line;
  }
}

function withOptional(hello: Hello, scenario: string): Hello {
  const optional = hello.optional ?? WITHOUT[scenario];
  return optional === undefined ? hello : { ...hello, optional };
}

async function nextLine(lines: AsyncIterator<string>): Promise<Line | undefined> {
  const { value, done } = await lines.next();
  return done === true ? undefined : (JSON.parse(value) as Line);
}
