/** Bars are as long as their values, and labels are text. */

import assert from 'node:assert/strict';
import { it } from 'node:test';
import { barChart } from '../../bench/bar-chart.ts';

const widths = (svg: string) =>
  [...svg.matchAll(/<rect x="\d+"[^>]* width="([\d.]+)"/g)].map(([, width]) => Number(width));

it('draws bars in proportion, and none for what is no number', () => {
  const svg = barChart({
    title: 'a < b & c',
    bars: [
      { label: 'all', value: 100 },
      { label: 'a quarter', value: 25 },
      { label: 'nothing', value: 0 },
      { label: 'unknown', value: Number.NaN },
    ],
  });
  const [all, quarter, ...rest] = widths(svg);
  assert.equal(quarter, (all as number) / 4);
  assert.deepEqual(rest, [0, 0]);
  assert.match(svg, /a &lt; b &amp; c/);
  assert.match(svg, />none</);
});
