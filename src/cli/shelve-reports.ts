/** Every hour each report is put on the shelf, so that `?at=` can be answered later. */

import { WeirError } from '../core/errors.ts';
import type { ReportSnapshot } from '../core/history/report-snapshot.ts';
import type { History } from '../core/history.ts';
import type { Clock } from '../core/ports.ts';
import { HOUR, MINUTE, type Millis } from '../core/units.ts';
import { makeReport } from '../http/get-reports.ts';
import type { StoredEntity } from '../processor/read-entity.ts';
import { ExpressionError } from '../rules/expression/expression.ts';
import type { Plan } from '../rules/plan.ts';
import { REPORT_KIND } from '../rules/report-definition.ts';

export interface ShelveOptions {
  readonly plan: () => Plan;
  readonly readEntity: (kind: string, id: string) => Promise<StoredEntity | undefined>;
  readonly history: History;
  readonly put: (snapshot: ReportSnapshot) => Promise<void>;
  /** One instance does it; that two do it is harmless, the same hour is written over. */
  readonly mine: () => boolean;
  readonly clock: Clock;
  readonly onNotice: (notice: string, context: Record<string, unknown>) => void;
}

/** Until the signal; what fails is tried again a minute later. */
export async function shelveReports(options: ShelveOptions, signal: AbortSignal): Promise<void> {
  const { clock, mine, onNotice } = options;
  let shelved: Millis = Number.NEGATIVE_INFINITY;
  while (!signal.aborted) {
    const hour = Math.floor(clock.now() / HOUR) * HOUR;
    if (hour > shelved && mine())
      await shelveAll(options, hour).then(
        () => {
          shelved = hour;
        },
        (error: unknown) => {
          if (!(error instanceof WeirError)) throw error;
          onNotice(`the reports of this hour wait: ${error.message}`, { code: error.code });
        },
      );
    await clock.sleep(MINUTE, signal);
  }
}

/** Without personal fields: whoever may see them asks for a new report. */
async function shelveAll(
  { plan, readEntity, history, put, onNotice }: ShelveOptions,
  at: Millis,
): Promise<void> {
  const stored = await readEntity(REPORT_KIND, REPORT_KIND);
  if (stored === undefined) return;
  for (const report of plan().reports.values()) {
    try {
      const request = { plan: plan(), report, stored, history, now: at, page: {}, personal: false };
      const { document } = await makeReport(request);
      await put({ name: report.name, at, document });
    } catch (error) {
      // one report that fails on these values must not keep the others from the shelf
      if (!(error instanceof ExpressionError)) throw error;
      onNotice(`the report ${report.name} of this hour is missing: ${error.message}`, {
        report: report.name,
      });
    }
  }
}
