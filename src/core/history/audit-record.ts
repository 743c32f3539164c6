/** What somebody changed: who, when, what, and what came of it. */

import type { Millis } from '../units.ts';
import type { PageQuery } from './page.ts';

export interface AuditRecord {
  readonly id: string;
  readonly at: Millis;
  /** The name of the token; `local` where there was none. */
  readonly by: string;
  readonly role: string;
  /** `POST /v1/dead/redrive`: the route, without what was put into its path. */
  readonly action: string;
  /** The path and query that were asked. */
  readonly subject: string;
  /** Of the answer: below 300 it was done. */
  readonly status: number;
  /** What the route has to add; never personal data. */
  readonly detail: Readonly<Record<string, unknown>>;
}

/** Newest first; every filter narrows. */
export interface AuditQuery extends PageQuery {
  readonly by?: string;
  readonly action?: string;
  readonly since?: Millis;
  readonly until?: Millis;
}
