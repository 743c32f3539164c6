/** Several lines over one time, each with a stroke of its own; the script draws them anew with a cursor. */

import { html } from 'hono/html';
import type { Millis } from '../../core/units.ts';
import type { Html } from './html-parts.ts';
import { rangeOf } from './svg-chart.ts';
import type { Visit } from './visit.ts';

/** So many strokes can be told apart. */
export const MOST_LINES = 6;
const WIDTH = 1000;
const HEIGHT = 100;

export interface Line {
  readonly name: string;
  /** One for each time; null where it is not known. */
  readonly values: readonly (number | null)[];
}

/** Values stay until the next time. */
export function linesFigure(
  { show, texts }: Visit,
  title: string,
  times: readonly Millis[],
  lines: readonly Line[],
): Html {
  const [low, high] = rangeOf(
    lines.flatMap(({ values }) => values.filter((value) => value !== null)),
    0,
  );
  const [left, right] = rangeOf(times);
  const data = JSON.stringify({
    steps: true,
    x: times.map((time) => Math.round(time / 1000)),
    lines: lines.map(({ name, values }) => ({ name, y: values })),
  });
  const x = (time: Millis) => round(((time - left) / (right - left)) * WIDTH);
  const y = (value: number) => round(HEIGHT - ((value - low) / (high - low)) * HEIGHT);
  const path = ({ values }: Line) => {
    let text = '';
    values.forEach((value, i) => {
      if (value === null) return;
      const at = x(times[i] as Millis);
      text += text === '' ? `M${at} ${y(value)}` : `H${at}V${y(value)}`;
    });
    return text;
  };
  const [first, last] = [times[0], times.at(-1)];
  return html`<figure class="chart-figure" data-chart="${data}" data-name="${title}" data-when="${texts.when}" data-zone="${show.zone}">
<div class="scale" aria-hidden="true"><span>${show.number(high)}</span><span>${show.number(low)}</span></div>
<div class="plot"><svg class="chart line-chart" viewBox="0 0 ${WIDTH} ${HEIGHT}" preserveAspectRatio="none" role="img" aria-label="${title}">${lines.map((line, i) => html`<path class="line stroke-${i}" d="${path(line)}"/>`)}</svg></div>
<figcaption><span>${first === undefined ? '' : show.time(first)}</span><span>${last === undefined ? '' : show.time(last)}</span></figcaption>
</figure>
<ul class="strokes">${lines.map(({ name }, i) => html`<li><svg class="chart" viewBox="0 0 30 10" aria-hidden="true"><path class="line stroke-${i}" d="M0 5H30"/></svg> ${name}</li>`)}</ul>`;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
