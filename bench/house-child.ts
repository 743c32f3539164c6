/** The process behind `startHouse`: opens the house, says its address, and closes it when the parent lets go. */

import { setTimeout as sleep } from 'node:timers/promises';
import { openHouse } from '../src/cli/house.ts';
import { houseOptions } from './house-options.ts';

const [path, clockMode, config, data, databaseUrl] = process.argv.slice(2);
const house = await openHouse(
  houseOptions(path as string, clockMode as 'live' | 'log', databaseUrl, config, data),
);
while (house.processor.owned < house.processor.workers.length) await sleep(10);
process.on('message', async (word) => {
  if (word === 'reload') process.send?.(await house.reload());
  if (word === 'live heap') {
    globalThis.gc?.();
    process.send?.(process.memoryUsage().heapUsed);
  }
});
process.once('disconnect', () => house.close());
process.send?.(house.url);
