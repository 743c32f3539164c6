/** report: JSON computed from the values of the whole business when somebody asks. */

import type { Millis } from '../core/units.ts';
import type { Frame } from '../rules/expression/expression.ts';
import type { ReportPlan, Settings } from '../rules/plan.ts';

/** Names that a report may read → values; absent ones are left out. */
export type ReportValues = Readonly<Record<string, unknown>>;

/**
 * The document as plain JSON; fields without data are left out.
 * @param now time of the question
 * @throws ExpressionError when it fails on these values or spends too much
 */
export function reportDocument(
  report: ReportPlan,
  values: ReportValues,
  now: Millis,
  { timezone, currency }: Settings,
): unknown {
  const frame: Frame = { slots: [], input: values, time: now, zone: timezone, currency };
  return report.expression.evaluate(frame);
}
