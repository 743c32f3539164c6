/** A report as it was at a certain time. */

import type { Millis } from '../units.ts';

export interface ReportSnapshot {
  readonly name: string;
  readonly at: Millis;
  readonly document: unknown;
}
