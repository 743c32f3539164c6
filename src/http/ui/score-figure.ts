/** A result over time as its decisions told it: the line, and the table of its numbers. */

import { html } from 'hono/html';
import type { Decision } from '../../core/decision.ts';
import { chartFigure } from './chart-figure.ts';
import { at, empty, type Html, table } from './html-parts.ts';
import type { Visit } from './visit.ts';

/** @param decisions newest first, as the history gives them */
export function scoreFigure(visit: Visit, rule: string, decisions: readonly Decision[]): Html {
  const { texts, show } = visit;
  const points = decisions
    .flatMap(({ time, value }) => {
      const y = typeof value === 'number' ? value : (value as { value?: unknown } | null)?.value;
      return typeof y === 'number' ? [{ x: time, y }] : [];
    })
    .toReversed();
  const last = points.at(-1);
  if (!last) return empty(texts.nothing_told);
  const title = `${show.label(rule)}, ${texts.over_time}`;
  const numbers = table(
    title,
    [{ head: texts.when }, { head: texts.value, number: true }],
    points.toReversed().map(({ x, y }) => [at(visit, x), show.number(y)]),
  );
  // it has kept its value since
  const line = last.x < show.now ? [...points, { x: show.now, y: last.y }] : points;
  return html`${chartFigure(visit, { title, points: line, steps: true })}<details><summary>${texts.numbers}</summary>${numbers}</details>`;
}
