/** A simulated market in a process of its own: budgets of an hour go in, what happened in that hour comes out. */

import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import type { Millis } from '../../src/core/units.ts';

/** What a market says of itself at the start. */
export interface Hello {
  readonly start: string;
  readonly hours: number;
  /** In euros, over all campaigns. */
  readonly dailyBudget: number;
  readonly campaigns: readonly {
    readonly id: string;
    readonly job_category?: string;
    readonly location?: string;
    readonly startDay?: number;
  }[];
  readonly channels: readonly string[];
  /** Channels that a campaign does not use until it is told of them: a list for all, or lists by campaign. */
  readonly optional?: readonly string[] | Readonly<Record<string, readonly string[]>>;
}

export interface MarketEvent {
  readonly id: string;
  readonly type: string;
  readonly ts: Millis;
  readonly campaign_id: string;
  readonly channel: string;
  readonly cost?: number;
  readonly click_id?: string;
  readonly [field: string]: unknown;
}

/** For scoring only: weir never reads it. */
export interface MarketDay {
  readonly day: number;
  readonly expectedApplications: number;
  readonly equalSplit: number;
  readonly oracle: number;
}

export interface Episode {
  readonly kind: string;
  /** Absent: every campaign. */
  readonly campaign?: string;
  readonly channel: string;
  /** Hours since the start. */
  readonly from: number;
  readonly hours: number;
  readonly factor?: number;
}

type Line = { readonly type: string } & Record<string, unknown>;

export class Market {
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
  static async open(folder: string, scenario: string, seed: number): Promise<Market> {
    const words = [join(folder, 'run.mjs'), '--scenario', scenario, '--seed', String(seed), '--stdio'];
    const child = spawn(process.execPath, words, { stdio: ['pipe', 'pipe', 'inherit'] });
    child.stdin.on('error', () => undefined);
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    const hello = await nextLine(lines);
    if (hello?.type !== 'hello') throw new Error(`${folder}: no market answers for the scenario ${scenario}`);
    return new Market(child, lines, hello as unknown as Hello);
  }

  /** @param budgets euros of this hour by `campaign/channel` */
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

  /** What there was to notice; after the last hour. */
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

async function nextLine(lines: AsyncIterator<string>): Promise<Line | undefined> {
  const { value, done } = await lines.next();
  return done === true ? undefined : (JSON.parse(value) as Line);
}
