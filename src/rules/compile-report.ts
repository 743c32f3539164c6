/** Compiles a report: its expression reads the features and results of the whole business by name. */

import type { CompileContext } from './compile-context.ts';
import type { ReportPlan } from './plan.ts';
import { REPORT_KIND, type ReportDefinition } from './report-definition.ts';
import { entityScope, inputScope, type NamedScope } from './scope.ts';

export function compileReport(report: ReportDefinition, context: CompileContext): ReportPlan {
  const { path, line } = report.place.source.position(report.place.span.start);
  const expression = context.texts.ofReport(report.value, reportScope(report, context));
  return {
    name: report.name,
    description: report.description,
    at: `${path}:${line}`,
    ...(report.path && { path: report.path.text }),
    ...(report.range !== undefined && { range: report.range }),
    expression,
  };
}

/** Values come as fields of one object, whoever answers them; what is said of unknown names is as in rules. */
function reportScope({ params }: ReportDefinition, { declared }: CompileContext): NamedScope {
  const names = [...declared.of(REPORT_KIND)].flatMap(([name, { mode }]) => (mode === 'off' ? [] : [name]));
  const values = inputScope(names, REPORT_KIND, params);
  const { refuse } = entityScope(REPORT_KIND, declared, () => 0, params, 'off');
  return { ...values, refuse };
}
