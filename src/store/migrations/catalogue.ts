/** Every change of the tables, by name and in this order; what was released is never edited. */

import type { Migration } from 'kysely/migration';
import { decisions } from './decisions.ts';

export const MIGRATIONS: Readonly<Record<string, Migration>> = {
  '0001_decisions': decisions,
};
