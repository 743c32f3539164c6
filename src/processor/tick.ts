/** tick: the owner of a caught-up partition writes that time has passed, so that timers fire without events. */

import type { Log, State } from '../core/ports.ts';
import { type Millis, SECOND } from '../core/units.ts';

/** Ticks stay this far behind Redis TIME, so that events on their way are not late. */
export const TICK_DELAY: Millis = 5 * SECOND;
const SHORTEST: Millis = SECOND;
const LONGEST: Millis = 10 * SECOND;

export class Ticker {
  private readonly log: Log;
  private readonly state: Pick<State, 'time'>;
  private lastTick: Millis = 0;

  constructor(log: Log, state: Pick<State, 'time'>) {
    this.log = log;
    this.state = state;
  }

  /** Writes a tick when a timer is due or 10 s have passed; at most one a second, never behind stream time. */
  async tick(streamTime: Millis, isDue: (until: Millis) => Promise<boolean>): Promise<void> {
    const time = (await this.state.time()) - TICK_DELAY;
    if (time <= streamTime || time - this.lastTick < SHORTEST) return;
    if (time - Math.max(streamTime, this.lastTick) < LONGEST && !(await isDue(time))) return;
    this.lastTick = time;
    await this.log.append({ d: JSON.stringify({ type: 'tick', time }) });
  }
}
