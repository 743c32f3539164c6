/** Writes events into the logs of a house opened for the import alone: time comes from the events (clock: log). */

import { setTimeout as sleep } from 'node:timers/promises';
import { type Millis, SECOND } from '../../core/units.ts';
import { markPast, readClocks } from '../../processor/imported-past.ts';
import { writeEvents } from '../../processor/write-events.ts';
import { readEnvironment } from '../environment.ts';
import { type House, openHouse } from '../house.ts';
import { openLog } from '../log-line.ts';
import type { EventWriter, OpenWriter } from './event-writer.ts';
import { openHttpWriter } from './http-writer.ts';

/** With --url events go to the weir that runs there; without, into an own house that is closed when all is applied. */
export const openImportWriter: OpenWriter = async (options) => {
  if (options.url !== undefined) return openHttpWriter(options);
  const { notice } = openLog();
  const environment = { ...readEnvironment(options.env), port: 0 };
  const house = await openHouse({ environment, clockMode: 'log', onNotice: notice });
  // what happened before today is nobody's news
  await markPast(house.processor.logs, Date.now());
  return houseWriter(house);
};

/** Closing waits until everything written is applied and kept, then closes the house. */
export function houseWriter(house: House): EventWriter {
  return {
    write: async (events) => {
      while (house.processor.pressure.isFull) await sleep(50);
      return writeEvents(
        events.map((event) => JSON.stringify(event)),
        house.rules.wanted.events,
        house.processor.logs,
        Date.now(),
      );
    },
    horizon: async () => {
      const { horizon } = await readClocks(house.connection, house.processor.logs.length);
      return horizon;
    },
    close: async () => {
      await untilKept(house);
      await house.close();
    },
  };
}

/** So long nothing more reaches the history, and it is not waited for: it follows when weir runs. */
const LONGEST_STILL: Millis = 30 * SECOND;

/** Until everything written is applied, and the history has it. */
export async function untilKept({ processor }: Pick<House, 'processor'>): Promise<void> {
  while (!(await processor.drained())) await sleep(50);
  let least = Number.POSITIVE_INFINITY;
  for (let still = 0; still < LONGEST_STILL; still += 50) {
    const lag = (await processor.deliver?.lag()) ?? 0;
    if (lag === 0) return;
    if (lag < least) still = 0;
    least = Math.min(least, lag);
    await sleep(50);
  }
}
