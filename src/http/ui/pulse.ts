/** The pulse: events a minute and what waited of late, kept by looking at the meter from time to time. */

import type { Clock } from '../../core/ports.ts';
import { MINUTE, type Millis, SECOND } from '../../core/units.ts';
import { figure } from '../figures.ts';
import type { PrometheusMeter } from '../prometheus-meter.ts';

const EVERY: Millis = 5 * SECOND;
/** Ten minutes. */
const MOST = 121;

export class Pulse {
  readonly #meter: PrometheusMeter;
  readonly #clock: Clock;
  readonly #looks: { readonly time: Millis; readonly events: number; readonly waiting: number }[] = [];

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
    const waiting = (await figure(this.#meter, 'weir_stream_lag_events')) ?? 0;
    this.#looks.push({ time, events, waiting });
    if (this.#looks.length > MOST) this.#looks.shift();
  }

  /** When a look found more events than the one before, so up to 5 s after the last one; undefined where none did. */
  lastEvent(): Millis | undefined {
    return this.#lastEvent;
  }

  /** Events a minute between two looks each, and the entries that waited at the second, the newest last. */
  perMinute(): readonly { readonly time: Millis; readonly rate: number; readonly waiting: number }[] {
    return this.#looks.slice(1).map(({ time, events, waiting }, i) => {
      const before = this.#looks[i] as { time: Millis; events: number };
      const passed = Math.max(time - before.time, 1);
      return { time, rate: ((events - before.events) * MINUTE) / passed, waiting };
    });
  }
}
