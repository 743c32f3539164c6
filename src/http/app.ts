/** The HTTP surface: it asks state and logs, and computes nothing of its own. */

import { Hono } from 'hono';
import { secureHeaders } from 'hono/secure-headers';
import { WeirError } from '../core/errors.ts';
import type { AuditRecord } from '../core/history/audit-record.ts';
import type { LetterMark } from '../core/history/kept-letter.ts';
import type { History } from '../core/history.ts';
import type { Clock, Log } from '../core/ports.ts';
import type { Millis } from '../core/units.ts';
import type { KeptAnswers } from '../processor/kept-answers.ts';
import type { LiveFeed } from '../processor/live-feed.ts';
import type { StoredAction } from '../processor/read-action.ts';
import type { StandingBreaker } from '../processor/read-breakers.ts';
import type { StoredEntity } from '../processor/read-entity.ts';
import type { WebSessions } from '../processor/web-sessions.ts';
import type { RuleFile } from '../rules/load-rule-set.ts';
import type { Plan } from '../rules/plan.ts';
import type { AccessOptions } from './access.ts';
import type { Backtests } from './backtests.ts';
import type { CheckedFiles } from './check-files.ts';
import { dispatch, routeLabel } from './dispatch.ts';
import { problem, unavailable } from './problem.ts';
import type { PrometheusMeter } from './prometheus-meter.ts';
import { RateLimit } from './rate-limit.ts';
import { routeTable } from './routes.ts';
import { mountDashboard } from './ui/dashboard.ts';
import type { Pulse } from './ui/pulse.ts';

export interface RulesHere {
  /** Undefined where they cannot be read. */
  files(): readonly RuleFile[] | undefined;
  /** Why they did not come into force when they were last read; undefined where they did. */
  readonly refused: string | undefined;
}

export interface AppOptions {
  /** Of weir. */
  readonly version: string;
  readonly plan: () => Plan;
  readonly readEntity: (kind: string, id: string) => Promise<StoredEntity | undefined>;
  readonly readAction: (id: string) => Promise<StoredAction | undefined>;
  /** Absent: this weir keeps none. */
  readonly history?: History | undefined;
  /** How many rows of the history an erasure would change. Absent: this weir keeps none. */
  readonly tryErasing?: ((kind: string, id: string) => Promise<object>) | undefined;
  /** Marks open dead letters with what was done about them. Absent: this weir keeps no history. */
  readonly markLetters?: ((marks: readonly LetterMark[]) => Promise<void>) | undefined;
  /** How long logs and dead letters are kept. */
  readonly retention: Millis;
  readonly logs: readonly Log[];
  readonly clock: Clock;
  readonly meter: PrometheusMeter;
  /** Producers must wait: answered with 429. */
  readonly isFull: () => boolean;
  /** What keeps this instance from being ready; undefined when nothing does. */
  readonly notReady: () => Promise<string | undefined>;
  readonly access: AccessOptions;
  /** What is published, as it comes. Absent: nobody can watch. */
  readonly feed?: LiveFeed | undefined;
  /** Those who watch are sent away. */
  readonly closing?: AbortSignal | undefined;
  /** Of web pages. Absent: nobody can log in. */
  readonly sessions?: WebSessions | undefined;
  /** Absent: Idempotency-Key is not heeded. */
  readonly keptAnswers?: KeptAnswers | undefined;
  /** Absent: nobody keeps what was changed. */
  readonly audit?: ((record: AuditRecord) => Promise<void>) | undefined;
  /** Of one token, or of one address without one; as many as come where it is absent. */
  readonly requestsPerSecond?: number | undefined;
  readonly onNotice?: ((notice: string, context: Record<string, unknown>) => void) | undefined;
  /** The files of the rule set in force, for the pages of its rules. */
  readonly ruleFiles?: (() => readonly RuleFile[]) | undefined;
  /** The rule files that this instance was started with, as they are now, and why they were refused. */
  readonly rulesHere?: (() => RulesHere) | undefined;
  /** What the history would have been under other rules. Absent: that cannot be asked. */
  readonly backtests?: Backtests | undefined;
  /** Checks rule files beside everything else; in this thread where it is absent. */
  readonly checkFiles?: ((files: readonly RuleFile[]) => Promise<CheckedFiles>) | undefined;
  /** Where rules fail or are switched off. Absent: that is not told. */
  readonly breakers?: (() => Promise<readonly StandingBreaker[]>) | undefined;
  /** How many events came of late. */
  readonly pulse?: Pulse | undefined;
}

export function createApp(options: AppOptions): Hono {
  const app = new Hono();
  // without a referrer browsers name no origin either, and forms of our own pages would be taken for foreign ones
  app.use(secureHeaders({ referrerPolicy: 'same-origin' }));
  app.use(async (c, next) => {
    const begun = performance.now();
    await next();
    const route = routeLabel(c);
    options.meter.count('weir_http_requests_total', { route, status: `${Math.floor(c.res.status / 100)}xx` });
    options.meter.observe('weir_http_request_duration_seconds', (performance.now() - begun) / 1000, {
      route,
    });
  });
  app.onError((error, c) => {
    if (error instanceof WeirError && error.code === 'wrong_usage')
      return problem(c, {
        slug: 'bad-parameter',
        status: 400,
        title: 'A query parameter does not fit',
        detail: error.message,
      });
    if (error instanceof WeirError && (error.code === 'redis_away' || error.code === 'history_away'))
      return unavailable(c, error.code);
    // no message: it may quote what was sent
    const place = (error.stack ?? '').split('\n').filter((line) => /^ +at /.test(line));
    options.onNotice?.('a request failed by a mistake of weir', {
      route: routeLabel(c),
      error: error.name,
      at: place.slice(0, 8).map((line) => line.trim()),
    });
    return problem(c, { slug: 'internal', status: 500, title: 'weir failed to answer; its log says why' });
  });
  mountDashboard(app, options);
  const rates = new RateLimit();
  app.all('*', (c) => dispatch(c, options, routeTable(options.plan()), rates));
  return app;
}
