/** latency: to come. */

import type { Bench } from './bench.ts';

export const latency: Bench = {
  about: 'latency',
  defaults: {},
  run: async () => ({ table: '', figures: {}, exact: true }),
};
