/** Shows how far a long piece of work is: a bar on a terminal, a plain line now and then elsewhere. */

import { type Millis, SECOND } from '../core/units.ts';

export interface ProgressOutput {
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
  write(text: string): unknown;
}

export interface ProgressOptions {
  readonly title: string;
  /** What is counted, in the plural: rows, events. */
  readonly unit: string;
  readonly output: ProgressOutput;
  readonly now: () => Millis;
}

const BAR_EVERY: Millis = 100;
const LINE_EVERY: Millis = 5 * SECOND;
const BAR_WIDTH = 24;
const EIGHTHS = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'];

export class Progress {
  readonly #options: ProgressOptions;
  readonly #began: Millis;
  readonly #every: Millis;
  #shownAt: Millis;
  #first: { readonly share: number; readonly count: number } | undefined;
  #open = false;

  constructor(options: ProgressOptions) {
    this.#options = options;
    this.#began = options.now();
    this.#every = options.output.isTTY ? BAR_EVERY : LINE_EVERY;
    this.#shownAt = this.#began;
  }

  /** `share` is 0 to 1; `count` what was done in all, an earlier run included. Shows at most ten times a second. */
  update(share: number, count: number): void {
    this.#first ??= { share, count };
    const now = this.#options.now();
    if (now - this.#shownAt < this.#every) return;
    this.#shownAt = now;
    const { title, output } = this.#options;
    const facts = this.#facts(share, count, now);
    if (!output.isTTY) {
      output.write(`${title}: ${facts}\n`);
      return;
    }
    const line = `${title}  ${bar(share)}  ${facts}`;
    output.write(`\r\x1b[2K${line.slice(0, Math.max(20, (output.columns ?? 80) - 1))}`);
    this.#open = true;
  }

  /** Removes the bar; call it before writing anything else to the same terminal, and at the end. */
  clear(): void {
    if (this.#open) this.#options.output.write('\r\x1b[2K');
    this.#open = false;
  }

  #facts(share: number, count: number, now: Millis): string {
    const { share: firstShare, count: firstCount } = this.#first ?? { share: 0, count: 0 };
    const seconds = (now - this.#began) / SECOND;
    const facts = [`${Math.floor(share * 100)} %`, `${count.toLocaleString('en')} ${this.#options.unit}`];
    if (seconds > 0 && count > firstCount) {
      facts.push(`${Math.round((count - firstCount) / seconds).toLocaleString('en')}/s`);
      if (share > firstShare && share < 1)
        facts.push(`${timeLeft(((1 - share) * seconds) / (share - firstShare))} left`);
    }
    return facts.join(', ');
  }
}

function bar(share: number): string {
  const eighths = Math.round(Math.max(0, Math.min(1, share)) * BAR_WIDTH * 8);
  const filled = '█'.repeat(Math.floor(eighths / 8)) + EIGHTHS[eighths % 8];
  return filled.padEnd(BAR_WIDTH, '░');
}

function timeLeft(seconds: number): string {
  if (seconds < 60) return `${Math.ceil(seconds)} s`;
  if (seconds < 3600) return `${Math.ceil(seconds / 60)} min`;
  return `${(seconds / 3600).toFixed(1)} h`;
}
