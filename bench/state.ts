/** state: to come. */

import type { Bench } from './bench.ts';

export const state: Bench = {
  about: 'state',
  defaults: {},
  run: async () => ({ table: '', figures: {}, exact: true }),
};
