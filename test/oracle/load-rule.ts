/** One rule as written in YAML → its definition. */

import type { Allocate, Factors, Pick, Rule } from './definition.ts';
import { duration } from './duration.ts';
import { Formula } from './formula.ts';
import { Template } from './template.ts';

type Yaml = Record<string, unknown>;

/** @param labelOf the first field of a rows feature, by the feature's name */
export function loadRule(yaml: Yaml, labelOf: (feature: string) => string, shared = false): Rule {
  const shape = loadShape(yaml, labelOf);
  const when = yaml.when === undefined ? undefined : new Formula(yaml.when);
  return {
    is: 'rule',
    name: String(yaml.rule),
    version: Number(yaml.version ?? 1),
    mode: yaml.mode === 'shadow' ? 'shadow' : 'live',
    params: (yaml.params ?? {}) as Yaml,
    ...(when ? { when } : {}),
    // what all partitions are told of comes every 10 seconds at most
    ...(yaml.every === undefined && !shared ? {} : { every: intervalOf(yaml.every ?? '10s') }),
    hold: yaml.hold === undefined ? 0 : duration(yaml.hold),
    changeOver: Number((yaml.publish as Yaml | undefined)?.change_over ?? 0),
    shape,
    reads: [...new Set([...(when?.reads ?? []), ...readsOfShape(shape), ...zoneOf(yaml.every)])],
  };
}

function intervalOf(written: unknown): NonNullable<Rule['every']> {
  return written === 'hour' || written === 'day' ? written : duration(written);
}

/** Hours and days of the clock are those of the entity's zone: a rule that runs by them looks again when it moves. */
function zoneOf(every: unknown): string[] {
  return every === 'hour' || every === 'day' ? ['timezone'] : [];
}

function loadShape(yaml: Yaml, labelOf: (feature: string) => string): Rule['shape'] {
  if (yaml.factors !== undefined) return loadFactors(yaml);
  if (yaml.pick !== undefined) return loadPick(yaml);
  if (yaml.allocate !== undefined) return loadAllocate(yaml, labelOf);
  if (yaml.value !== undefined) return { is: 'value', formula: new Formula(yaml.value) };
  throw new Error(`the oracle knows no shape of rule ${yaml.rule}`);
}

function loadFactors(yaml: Yaml): Factors {
  const factors = Object.entries(yaml.factors as Yaml).map(([name, written]) => {
    if (typeof written !== 'object' || written === null) return { name, formula: new Formula(written) };
    const { value, min, max } = written as { value: unknown; min?: number; max?: number };
    return {
      name,
      formula: new Formula(value),
      ...(min === undefined ? {} : { min }),
      ...(max === undefined ? {} : { max }),
    };
  });
  return {
    is: 'factors',
    factors,
    ...(yaml.clamp ? { clamp: yaml.clamp as [number, number] } : {}),
    ...(yaml.classes ? { classes: yaml.classes as NonNullable<Factors['classes']> } : {}),
  };
}

function loadPick(yaml: Yaml): Pick {
  const lines = (yaml.pick as Yaml[]).map(({ name, when, until, ...rest }) => {
    const condition = new Formula(when);
    const end = until === undefined ? undefined : new Formula(until);
    const fields = Object.entries(rest).map(([key, text]) => [key, new Template(text)] as const);
    const reads = new Set([
      ...condition.reads,
      ...(end?.reads ?? []),
      ...fields.flatMap(([, text]) => text.reads),
    ]);
    return { name: String(name), when: condition, ...(end ? { until: end } : {}), fields, reads: [...reads] };
  });
  return { is: 'pick', lines, ...(yaml.one_per ? { onePer: String(yaml.one_per) } : {}) };
}

function loadAllocate(yaml: Yaml, labelOf: (feature: string) => string): Allocate {
  const { total, among, current, weight, limits } = yaml.allocate as Yaml & { limits?: Yaml };
  const approve = yaml.approve as Yaml | undefined;
  return {
    is: 'allocate',
    total: new Formula(total),
    among: String(among),
    label: labelOf(String(among)),
    current: new Formula(current),
    weight: new Formula(weight),
    minShare: ratio(limits?.min_share ?? 0),
    maxShare: ratio(limits?.max_share ?? 1),
    maxChange: ratio(limits?.max_change ?? Number.POSITIVE_INFINITY),
    smallestMove: Number(limits?.smallest_move ?? 0),
    ...(approve ? { approve: loadApproval(approve) } : {}),
    action: String((yaml.then as Yaml | undefined)?.action),
  };
}

function loadApproval({ expires, auto_when }: Yaml): NonNullable<Allocate['approve']> {
  return {
    expires: expires === undefined ? Number.POSITIVE_INFINITY : duration(expires),
    ...(auto_when === undefined ? {} : { autoWhen: new Formula(auto_when) }),
  };
}

function ratio(written: unknown): number {
  const text = String(written);
  return text.endsWith('%') ? Number(text.slice(0, -1)) / 100 : Number(text);
}

function readsOfShape(shape: Rule['shape']): readonly string[] {
  if (shape.is === 'factors') return shape.factors.flatMap((factor) => factor.formula.reads);
  if (shape.is === 'pick') return shape.lines.flatMap((line) => line.reads);
  if (shape.is === 'allocate') return [...shape.total.reads, shape.among];
  return shape.formula.reads;
}
