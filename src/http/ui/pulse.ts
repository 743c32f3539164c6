/** The pulse: how many events a minute were applied of late, kept by looking at a counter from time to time. */

import type { Clock } from '../../core/ports.ts';
import { MINUTE, type Millis, SECOND } from '../../core/units.ts';
import type { PrometheusMeter } from '../prometheus-meter.ts';

const EVERY: Millis = 5 * SECOND;
/** Ten minutes. */
const MOST = 121;

export class Pulse {
  readonly #meter: PrometheusMeter;
  readonly #clock: Clock;
  readonly #looks: { readonly time: Millis; readonly events: number }[] = [];

  #lastEvent: Millis | undefined;

  constructor(meter: PrometheusMeter, clock: Clock) {
    this.#meter = meter;
    this.#clock = clock;
  }

  /** Looks until it is stopped. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.look();
      await this.#clock.sleep(EVERY, signal).catch(() => undefined);
    }
  }

  async look(): Promise<void> {
    const events = await this.#meter.total('weir_events_applied_total');
    const time = this.#clock.now();
    if (events > (this.#looks.at(-1)?.events ?? 0)) this.#lastEvent = time;
    this.#looks.push({ time, events });
    if (this.#looks.length > MOST) this.#looks.shift();
  }

  /** When a look found more events than the one before, so up to 5 s after the last one; undefined where none did. */
  lastEvent(): Millis | undefined {
    return this.#lastEvent;
  }

  /** Events a minute between two looks each, the newest last. */
  perMinute(): readonly { readonly time: Millis; readonly rate: number }[] {
    return this.#looks.slice(1).map(({ time, events }, i) => {
      const before = this.#looks[i] as { time: Millis; events: number };
      const passed = Math.max(time - before.time, 1);
      return { time, rate: ((events - before.events) * MINUTE) / passed };
    });
  }
}
