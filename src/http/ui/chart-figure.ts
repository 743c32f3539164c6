/** A line chart with its labels around it; the script draws it anew with a cursor, where there is one. */

import { html } from 'hono/html';
import type { Html } from './html-parts.ts';
import { lineChart, type Point, rangeOf } from './svg-chart.ts';
import type { Visit } from './visit.ts';

export interface ChartOptions {
  readonly title: string;
  /** By time. */
  readonly points: readonly Point[];
  /** The value stays until the next point. */
  readonly steps?: boolean;
}

export function chartFigure({ show, texts }: Visit, { title, points, steps = false }: ChartOptions): Html {
  const [low, high] = rangeOf(
    points.map(({ y }) => y),
    0,
  );
  const data = JSON.stringify({
    steps,
    x: points.map(({ x }) => Math.round(x / 1000)),
    y: points.map(({ y }) => y),
  });
  const [first, last] = [points[0], points.at(-1)];
  return html`<figure class="chart-figure" data-chart="${data}" data-name="${title}" data-when="${texts.when}" data-zone="${show.zone}">
<div class="scale" aria-hidden="true"><span>${show.number(high)}</span><span>${show.number(low)}</span></div>
<div class="plot">${lineChart(points, title, { steps, low: 0 })}</div>
<figcaption><span>${first ? show.time(first.x) : ''}</span><span>${last ? show.time(last.x) : ''}</span></figcaption>
</figure>`;
}
