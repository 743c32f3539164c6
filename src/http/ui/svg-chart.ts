/** Charts as SVG that needs no script: lines, bars and bands; each stands beside the table of its numbers. */

import { html } from 'hono/html';
import type { Html } from './html-parts.ts';

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** What is drawn is stretched to its place, so lines keep their width and no text stands inside. */
const WIDTH = 1000;
const HEIGHT = 100;

/** The range of some numbers; never empty, so that nothing is divided by zero. */
export function rangeOf(values: readonly number[], ...also: readonly number[]): readonly [number, number] {
  const all = [...values, ...also].filter(Number.isFinite);
  if (all.length === 0) return [0, 1];
  const [low, high] = [Math.min(...all), Math.max(...all)];
  return low === high ? [low, low + 1] : [low, high];
}

/** A line over time; a result keeps its value until the next one, so `steps` draws stairs. */
export function lineChart(points: readonly Point[], title: string, { steps = false, low = 0 } = {}): Html {
  if (points.length === 0) return '';
  const [left, right] = rangeOf(points.map(({ x }) => x));
  const [bottom, top] = rangeOf(
    points.map(({ y }) => y),
    low,
  );
  const x = (value: number) => round(((value - left) / (right - left)) * WIDTH);
  const y = (value: number) => round(HEIGHT - ((value - bottom) / (top - bottom)) * HEIGHT);
  const [first, ...rest] = points as [Point, ...Point[]];
  const path = rest.map((point) => (steps ? `H${x(point.x)}V${y(point.y)}` : `L${x(point.x)} ${y(point.y)}`));
  const line = `M${x(first.x)} ${y(first.y)}${path.join('')}`;
  const last = points.at(-1) as Point;
  return svg(
    'line-chart',
    title,
    html`<path class="area" d="${line}V${HEIGHT}H${x(first.x)}Z"/><path class="line" d="${line}"/><path class="dot" d="M${x(last.x)} ${y(last.y)}h0"/>`,
  );
}

/** Bars of equal width, the last one at the right; before the first there is nothing. */
export function columnChart(values: readonly number[], title: string, slots = 60): Html {
  const top = Math.max(...values, 1);
  const width = WIDTH / Math.max(values.length, slots);
  const left = WIDTH - values.length * width;
  return svg(
    'column-chart',
    title,
    values.map((value, i) => {
      const height = round((value / top) * HEIGHT);
      return html`<rect x="${round(left + i * width + width * 0.12)}" y="${HEIGHT - height}" width="${round(width * 0.76)}" height="${height}"/>`;
    }),
  );
}

/** One row of a chart with a common scale from 0 to `most`: an interval, what it was, and what it is. */
export function bandChart(
  {
    low,
    high,
    before,
    now,
  }: {
    readonly low?: number | undefined;
    readonly high?: number | undefined;
    readonly before?: number | undefined;
    readonly now?: number | undefined;
  },
  most: number,
  title: string,
): Html {
  const x = (value: number) => round((Math.min(Math.max(value, 0), most) / most) * WIDTH);
  const band =
    low === undefined || high === undefined
      ? ''
      : html`<rect class="band" x="${x(low)}" y="25" width="${Math.max(round(x(high) - x(low)), 4)}" height="50"/>`;
  return svg(
    'band-chart',
    title,
    html`<path class="axis" d="M0 50H${WIDTH}"/>${band}${before === undefined ? '' : html`<path class="tick" d="M${x(before)} 15V85"/>`}${now === undefined ? '' : html`<path class="dot" d="M${x(now)} 50h0"/>`}`,
  );
}

/** A share of a whole, with a mark where it should be. */
export function shareBar(part: number, whole: number, title: string, mark?: number): Html {
  const x = (value: number) => round(Math.min(Math.max(value / (whole || 1), 0), 1) * WIDTH);
  return svg(
    part > whole ? 'share-bar over' : 'share-bar',
    title,
    html`<rect class="whole" width="${WIDTH}" height="${HEIGHT}"/><rect class="part" width="${x(part)}" height="${HEIGHT}"/>${mark === undefined ? '' : html`<path class="tick" d="M${x(mark)} 0V${HEIGHT}"/>`}`,
  );
}

/** What it was and what it is to be, on a common scale. */
export function changeBars(from: number, to: number, most: number, title: string): Html {
  const x = (value: number) => round((value / (most || 1)) * WIDTH);
  const tone = to > from ? 'more' : to < from ? 'less' : 'same';
  return svg(
    `change-bars ${tone}`,
    title,
    html`<rect class="from" y="8" width="${x(from)}" height="34"/><rect class="to" y="54" width="${x(to)}" height="38"/>`,
  );
}

function svg(kind: string, title: string, body: Html | readonly Html[]): Html {
  return html`<svg class="chart ${kind}" viewBox="0 0 ${WIDTH} ${HEIGHT}" preserveAspectRatio="none" role="img" aria-label="${title}">${body}</svg>`;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
