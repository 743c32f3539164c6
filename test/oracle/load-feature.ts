/** One feature as written in YAML → its definition. */

import type { Feature, Fed, Grouped, Verb } from './definition.ts';
import { duration, unitLength } from './duration.ts';
import { Formula } from './formula.ts';

type Yaml = Record<string, unknown>;

const VERBS = [
  'tally',
  'count',
  'sum',
  'avg',
  'min',
  'max',
  'last',
  'latest',
  'distinct',
  'since',
  'series',
] as const;
const KEPT: Partial<Record<Verb, number>> = { count: 1024, distinct: 256, pairs: 32, latest: 20, tally: 200 };

export function loadFeature(name: string, yaml: Yaml): Feature {
  const otherwise = yaml.default;
  if (yaml.calc !== undefined) return { is: 'calc', name, otherwise, formula: new Formula(yaml.calc) };
  if (yaml.screen !== undefined)
    return {
      is: 'screen',
      name,
      otherwise,
      event: String(yaml.screen),
      duplicate: duration(yaml.duplicate ?? '10s'),
      burst: Number(yaml.burst ?? 30),
      within: duration(yaml.within ?? '1m'),
      ...(yaml.flagged === undefined ? {} : { flagged: String(yaml.flagged) }),
      ...(yaml.spent === undefined ? {} : { spent: String(yaml.spent) }),
    };
  const ofKind = typeof yaml.count === 'string' && !yaml.count.includes('.');
  if (ofKind) return loadGroup(name, { ...yaml, of: yaml.count });
  return yaml.of !== undefined ? loadGroup(name, yaml) : loadFed(name, yaml);
}

function loadFed(name: string, yaml: Yaml): Fed {
  const { verb: plain, operand, quantile } = verbOf(name, yaml);
  const verb = yaml.corrected !== undefined ? 'corrected' : yaml.per === undefined ? plain : 'ratios';
  const namesEvents = verb === 'count' || verb === 'since' || verb === 'series';
  const types = list(verb === 'pairs' ? [] : namesEvents ? operand : yaml.on);
  const on = types.map((type, rank) => ({
    type,
    rank: verb === 'ratios' || verb === 'corrected' ? 0 : rank,
  }));
  for (const type of list(yaml.per ?? (verb === 'corrected' ? yaml.by : undefined)))
    on.push({ type, rank: 1 });
  for (const type of list(yaml.from)) on.push({ type, rank: 0 });
  for (const type of list(yaml.to)) on.push({ type, rank: 1 });
  const key = yaml.once ?? yaml.match;
  const today = yaml.window === 'today';
  return {
    is: 'fed',
    name,
    otherwise: yaml.default,
    verb,
    quantile,
    on,
    ...(namesEvents || verb === 'pairs'
      ? {}
      : { value: new Formula(verb === 'latest' ? rowText(list(operand)) : operand) }),
    ...(yaml.corrected === undefined ? {} : { corrected: new Formula(yaml.corrected) }),
    ...(yaml.where === undefined ? {} : { where: new Formula(yaml.where) }),
    ...(key === undefined ? {} : { key: new Formula(key) }),
    // of several lists the last is that of reports about actions, the first that of all other types
    ...(yaml.each === undefined
      ? {}
      : { each: String(list(yaml.each)[0]), eachOfReports: String(list(yaml.each).at(-1)) }),
    keep: Number(yaml.keep ?? KEPT[verb] ?? Number.POSITIVE_INFINITY),
    ...(yaml.window === undefined ? {} : { window: duration(today ? '1d' : yaml.window) }),
    ...(yaml.step === undefined && !today ? {} : { step: duration(today ? '1d' : yaml.step) }),
    today,
    ago: yaml.ago === undefined ? 0 : duration(yaml.ago),
    unit: unitLength(verb === 'pairs' ? operand : (yaml.unit ?? 'day')),
    ...(yaml.until === undefined ? {} : { until: duration(yaml.until) }),
  };
}

function verbOf(name: string, yaml: Yaml): { verb: Verb; operand: unknown; quantile: number } {
  if (yaml.from !== undefined) return { verb: 'pairs', operand: yaml.avg, quantile: 0 };
  if (yaml.median !== undefined) return { verb: 'quantile', operand: yaml.median, quantile: 0.5 };
  for (const verb of VERBS) if (yaml[verb] !== undefined) return { verb, operand: yaml[verb], quantile: 0 };
  for (const [key, operand] of Object.entries(yaml)) {
    const percent = /^p([0-9.]+)$/.exec(key);
    if (percent) return { verb: 'quantile', operand, quantile: Number(percent[1]) / 100 };
  }
  throw new Error(`the oracle knows no aggregate of feature ${name}: ${JSON.stringify(yaml)}`);
}

function loadGroup(name: string, yaml: Yaml): Grouped {
  const verb = (['rows', 'count', 'sum', 'avg', 'min', 'max', 'tally'] as const).find(
    (key) => yaml[key] !== undefined,
  );
  if (!verb) throw new Error(`the oracle knows no group of feature ${name}`);
  const order = yaml.order === undefined ? undefined : new Formula(yaml.order);
  return {
    is: 'group',
    name,
    otherwise: yaml.default,
    of: String(yaml.of),
    by: list(yaml.by),
    verb,
    fields: verb === 'rows' ? list(yaml.rows) : [],
    ...(verb === 'rows' || verb === 'count' ? {} : { value: new Formula(yaml[verb]) }),
    ...(yaml.where === undefined ? {} : { where: new Formula(yaml.where) }),
    names: [],
    ...(order ? { top: Number(yaml.top), order } : {}),
    ...(yaml.sample === undefined ? {} : { sample: Number(yaml.sample) }),
  };
}

/** The listed fields of an event as one object. */
function rowText(fields: readonly string[]): string {
  return `{ ${fields.map((field) => `"${field}": ${field}`).join(', ')} }`;
}

export function list(value: unknown): string[] {
  if (value === undefined) return [];
  return (Array.isArray(value) ? value : [value]).map(String);
}
