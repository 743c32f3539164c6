/** An anomaly: a picked line with a severity, from the decision that opened it to the one that ended it. */

import type { Millis } from '../units.ts';
import type { PageQuery } from './page.ts';

export interface Anomaly {
  /** `<id of the decision that opened it>/<name>`. */
  readonly id: string;
  readonly rule: string;
  readonly name: string;
  readonly kind: string;
  readonly entity: string;
  readonly severity: string;
  /** The line as last told: message, recommendation and whatever else the rule file gives it. */
  readonly line: Readonly<Record<string, unknown>>;
  readonly opened: Millis;
  readonly updated: Millis;
  /** Null while it is open. */
  readonly resolved: Millis | null;
  /** The last decision about it. */
  readonly decision: string;
  /** Who said last that they know of it. */
  readonly acknowledged: { readonly by: string; readonly at: Millis; readonly comment: string | null } | null;
  /** Who said last that nobody is to be told of it, and until when. */
  readonly muted: { readonly by: string; readonly until: Millis; readonly comment: string | null } | null;
}

/** Last opened first; every filter narrows. */
export interface AnomalyQuery extends PageQuery {
  /** true: open ones; false: those that are over. */
  readonly active?: boolean;
  readonly severity?: string;
  readonly rule?: string;
  readonly kind?: string;
  readonly entity?: string;
  /** Open at some moment from here on. */
  readonly since?: Millis;
}
