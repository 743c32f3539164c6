/** What a PromQL expression names: metrics with the labels asked of them, and the labels it groups by. */

export interface Selected {
  /** Without the endings of a histogram's series. */
  readonly metric: string;
  /** As written. */
  readonly series: string;
  readonly labels: readonly string[];
}

export function selectedIn(expression: string): Selected[] {
  return [...withoutTexts(expression).matchAll(/\b(weir_\w+)(?:\{([^}]*)\})?/g)].map(
    ([, series = '', matchers = '']) => ({
      metric: series.replace(/_(?:bucket|count|sum)$/, ''),
      series,
      labels: [...matchers.matchAll(/(\w+)\s*(?:=~|!~|!=|=)/g)].map(([, label]) => label as string),
    }),
  );
}

/** Labels behind by, without, on, ignoring and group_left. */
export function groupedBy(expression: string): string[] {
  const groups = withoutTexts(expression).matchAll(
    /\b(?:by|without|on|ignoring|group_left|group_right)\s*\(([^)]*)\)/g,
  );
  return [
    ...new Set(
      [...groups].flatMap(([, labels = '']) =>
        labels
          .split(',')
          .map((label) => label.trim())
          .filter(Boolean),
      ),
    ),
  ];
}

function withoutTexts(expression: string): string {
  return expression.replace(/"(?:[^"\\]|\\.)*"/g, '""');
}
