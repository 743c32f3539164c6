/** nab: the detector of any series on the Numenta Anomaly Benchmark, or on a directory like it. */

import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { newSeriesDetector, sight } from '../src/models/series/series-detector.ts';
import type { Bench, Files, Options, Outcome } from './bench.ts';
import { UsageError } from './command-line.ts';
import { bestThreshold, normalised, type Scored, type Window } from './nab/score.ts';
import { readSeries, timeOf } from './read-series.ts';
import { number, table } from './table.ts';

/** A score of the detector becomes one in 0..1 in which this is an alarm. */
const ALARM = 0.5;

async function run(_options: Options, { data = [], out = [] }: Files): Promise<Outcome> {
  const [directory] = data;
  if (directory === undefined) throw new UsageError('nab needs --data DIR, and takes --out DIR');
  const names = seriesIn(join(directory, 'data'));
  if (names.length === 0) throw new UsageError(`${directory}: there is no data/<group>/<series>.csv in it`);
  const labels = readLabels(join(directory, 'labels', 'combined_windows.json'));
  const groups = new Map<string, Scored[]>();
  const all: Scored[] = [];
  let rows = 0;
  const cpu = process.cpuUsage();
  for (const name of names) {
    const { lines, times, values } = readSeries(join(directory, 'data', name));
    const scores = detect(times, values);
    rows += values.length;
    if (out[0] !== undefined) writeScores(join(out[0], name), lines, scores);
    const windows = (labels?.[name] ?? []).map(
      ([from, to]): Window => [times.indexOf(timeOf(from)), times.lastIndexOf(timeOf(to))],
    );
    if (windows.some(([from, to]) => from < 0 || to < from))
      throw new UsageError(`${name}: the labels name a time that is not in the series`);
    const scored = { scores, windows };
    all.push(scored);
    const group = name.slice(0, name.indexOf('/'));
    groups.set(group, [...(groups.get(group) ?? []), scored]);
  }
  const { user, system } = process.cpuUsage(cpu);
  const best = labels && bestThreshold(all, [ALARM]);
  const standard = labels && normalised(all, ALARM);
  const counted = [...groups].map(([group, list]) => {
    const windows = list.reduce((sum, each) => sum + each.windows.length, 0);
    return [group, number(list.length), number(windows), windows ? number(normalised(list, ALARM), 1) : '–'];
  });
  return {
    table: [
      table([['', 'series', 'windows', 'standard'], ...counted]),
      `${number(rows)} values, ${number(((user + system) / rows) * 1000)} ns of CPU each`,
      ...(best && standard !== undefined
        ? [`standard profile ${number(standard, 1)}; ${number(best.score, 1)} at ${best.threshold}`]
        : ['without labels/combined_windows.json there is no score']),
    ].join('\n'),
    exact: true,
    figures: {
      series: names.length,
      standard: standard ?? null,
      best_threshold: best?.threshold ?? null,
      best_standard: best?.score ?? null,
    },
  };
}

/** Scores in 0..1; what follows an alarm within the cool-down is none. */
function detect(times: readonly number[], values: readonly number[]): number[] {
  const detector = newSeriesDetector();
  return values.map((value, row) => {
    const { score, begins } = sight(detector, times[row] as number, value);
    const scaled = score / (1 + score);
    return begins || scaled < ALARM ? Number((begins ? scaled : scaled / 2).toFixed(6)) : 0;
  });
}

function seriesIn(directory: string): string[] {
  return readdirSync(directory, { withFileTypes: true })
    .filter((group) => group.isDirectory())
    .flatMap((group) =>
      readdirSync(join(directory, group.name))
        .filter((file) => file.endsWith('.csv'))
        .map((file) => `${group.name}/${file}`),
    )
    .sort();
}

function readLabels(file: string): Record<string, [string, string][]> | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

function writeScores(file: string, lines: readonly string[], scores: readonly number[]): void {
  mkdirSync(dirname(file), { recursive: true });
  const source = ['timestamp,value,anomaly_score'];
  for (const [row, line] of lines.entries()) source.push(`${line},${scores[row]}`);
  writeFileSync(file, `${source.join('\n')}\n`);
}

export const nab: Bench = {
  about: 'the detector of any series on the Numenta Anomaly Benchmark',
  defaults: {},
  files: ['data', 'out'],
  run,
};
