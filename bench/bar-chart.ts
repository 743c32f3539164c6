/** A picture of figures: one horizontal bar for each, as SVG. */

import { number } from './table.ts';

export interface Chart {
  readonly title: string;
  readonly bars: readonly { readonly label: string; readonly value: number }[];
}

const ROW = 26;
const LABELS = 260;
const LONGEST_LABEL = 38;
const LONGEST = 380;
const WIDTH = 760;

/** Bars are in proportion to the largest value; values that are no number, or below zero, have none. */
export function barChart({ title, bars }: Chart): string {
  const largest = Math.max(...bars.map(({ value }) => Math.max(value || 0, 0)), Number.MIN_VALUE);
  const rows = bars.map(({ label, value }, i) => {
    const top = 40 + i * ROW;
    const length = value > 0 ? (value / largest) * LONGEST : 0;
    const shown = Number.isFinite(value) ? number(value, value < 10 ? 2 : 0) : 'none';
    return [
      `<text x="${LABELS - 8}" y="${top + 13}" text-anchor="end">${escaped(fitting(label))}</text>`,
      `<rect x="${LABELS}" y="${top}" width="${length.toFixed(1)}" height="18" rx="2" fill="#3b6ea5"/>`,
      `<text x="${(LABELS + length + 6).toFixed(1)}" y="${top + 13}">${shown}</text>`,
    ].join('\n');
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${50 + bars.length * ROW}" font-family="sans-serif" font-size="13">`,
    '<rect width="100%" height="100%" fill="#ffffff"/>',
    `<text x="12" y="22" font-weight="bold">${escaped(title)}</text>`,
    ...rows,
    '</svg>\n',
  ].join('\n');
}

/** As much of a label as there is room for. */
function fitting(label: string): string {
  return label.length > LONGEST_LABEL ? `${label.slice(0, LONGEST_LABEL - 1)}…` : label;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}
