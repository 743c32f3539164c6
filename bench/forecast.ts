/** forecast: the forecaster of any hourly series, one step ahead, beside the last hour's value. */

import { basename } from 'node:path';
import {
  forecast as foretell,
  isServed,
  newForecaster,
  takeHour,
} from '../src/models/series/series-forecaster.ts';
import type { Bench, Files, Options, Outcome } from './bench.ts';
import { UsageError } from './command-line.ts';
import { readSeries } from './read-series.ts';
import { number, table } from './table.ts';

/** Rows that are learned and not scored: two weeks. */
const WARM_UP = 336;

async function run(_options: Options, { data = [], time, value }: Files): Promise<Outcome> {
  if (data.length === 0)
    throw new UsageError('forecast needs --data FILE…, and takes --time COL --value COL');
  const cpu = process.cpuUsage();
  const scored = data.map((file) => ({ file, ...score(file, time?.[0], value?.[0]) }));
  const { user, system } = process.cpuUsage(cpu);
  const rows = scored.reduce((sum, each) => sum + each.rows, 0);
  const ratios = scored.map((each) => each.ratio);
  const geomean = Math.exp(ratios.reduce((sum, each) => sum + Math.log(each), 0) / ratios.length);
  const covered = scored.reduce((sum, each) => sum + each.covered, 0) / rows;
  return {
    table: [
      table([
        ['', 'hours', "of last hour's error", '80 % interval covers', 'served'],
        ...scored.map((each) => [
          basename(each.file),
          number(each.rows),
          number(each.ratio, 3),
          number(each.covered / each.rows, 3),
          number(each.served / each.rows, 3),
        ]),
      ]),
      `geometric mean ${number(geomean, 3)}, covered ${number(covered, 3)}, ${number((user + system) / rows)} µs of CPU an hour`,
    ].join('\n'),
    exact: true,
    figures: {
      series: scored.length,
      geomean_vs_last_hour: geomean,
      worst: Math.max(...ratios),
      coverage_80: covered,
    },
  };
}

/** Every row is foretold from those before it, then learned; mean absolute error over that of the row before. */
function score(file: string, time: string | undefined, value: string | undefined) {
  const { times, values } = readSeries(file, time, value);
  if (values.length <= WARM_UP + 1)
    throw new UsageError(`${file}: has ${values.length} rows; the first ${WARM_UP} are not scored`);
  const forecaster = newForecaster();
  let error = 0;
  let naive = 0;
  let covered = 0;
  let served = 0;
  for (const [row, now] of values.entries()) {
    const at = times[row] as number;
    if (row >= WARM_UP) {
      const said = foretell(forecaster, at);
      if (said === undefined) throw new Error(`no forecast after ${row} rows`);
      error += Math.abs(said.value - now);
      naive += Math.abs((values[row - 1] as number) - now);
      if (now >= said.low && now <= said.high) covered += 1;
      if (isServed(forecaster)) served += 1;
    }
    takeHour(forecaster, at, now);
  }
  return { rows: values.length - WARM_UP, ratio: error / naive, covered, served };
}

export const forecast: Bench = {
  about: 'the forecaster of any hourly series, one step ahead',
  defaults: {},
  files: ['data', 'time', 'value'],
  run,
};
