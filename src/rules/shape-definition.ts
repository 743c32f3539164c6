/** Reads the shape of a rule: factors, pick, allocate or value. */

import { type AllocateDefinition, readAllocate } from './allocate-definition.ts';
import { type ClassLine, readClasses } from './class-lines.ts';
import { NAME, nameRule } from './definition-name.ts';
import { startOf } from './diagnostics.ts';
import type { Located, LocatedScalar } from './located.ts';
import { MapReader } from './map-reader.ts';

export type ShapeDefinition = FactorsDefinition | PickDefinition | AllocateDefinition | ValueDefinition;

export interface FactorsDefinition {
  readonly type: 'factors';
  readonly factors: readonly FactorDefinition[];
  readonly clamp?: readonly [number, number];
  readonly classes?: readonly ClassLine[];
}

export interface FactorDefinition {
  readonly name: string;
  readonly expression: LocatedScalar;
  readonly max?: number;
  readonly min?: number;
}

export interface PickDefinition {
  readonly type: 'pick';
  readonly onePer?: LocatedScalar;
  readonly lines: readonly PickLine[];
}

export interface PickLine {
  readonly name: LocatedScalar;
  readonly when: LocatedScalar;
  /** Once it holds, the line stays until this is true. */
  readonly until?: LocatedScalar;
  /** The other keys, in file order; texts may hold {{expressions}}. */
  readonly fields: readonly { readonly key: LocatedScalar; readonly value: Located }[];
}

export interface ValueDefinition {
  readonly type: 'value';
  readonly expression: LocatedScalar;
}

export function readShape(shape: ShapeDefinition['type'], reader: MapReader): ShapeDefinition | undefined {
  if (shape === 'factors') return readFactors(reader);
  if (shape === 'pick') return readPick(reader);
  if (shape === 'allocate') return readAllocate(reader);
  const expression = reader.scalar('value');
  return expression && { type: 'value', expression };
}

function readFactors(reader: MapReader): FactorsDefinition | undefined {
  const { diagnostics } = reader;
  const map = reader.submap('factors');
  const clamp = readClamp(reader);
  const classes = reader.has('classes') ? readClasses(reader, clamp) : undefined;
  if (map === undefined) return undefined;
  const factors: FactorDefinition[] = [];
  const lines = new MapReader(map, diagnostics, undefined);
  for (const [name, { key }] of map.entries) {
    if (!NAME.test(name)) diagnostics.report(key, nameRule(name));
    const value = lines.value(name);
    if (value?.type === 'scalar') factors.push({ name, expression: value });
    else if (value?.type === 'list') lines.refuse(name, value, 'an expression');
    else if (value) {
      const factor = new MapReader(value, diagnostics, ['value', 'max', 'min']);
      factor.need('value');
      const expression = factor.scalar('value');
      const max = factor.number('max', Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY);
      const min = factor.number('min', Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY);
      if (max !== undefined && min !== undefined && min > max)
        diagnostics.report(factor.key('min') as LocatedScalar, '`min` must not be above `max`');
      if (expression)
        factors.push({
          name,
          expression,
          ...(max !== undefined && { max }),
          ...(min !== undefined && { min }),
        });
    }
  }
  return { type: 'factors', factors, ...(clamp && { clamp }), ...(classes && { classes }) };
}

function readClamp(reader: MapReader): readonly [number, number] | undefined {
  const value = reader.value('clamp');
  if (value === undefined) return undefined;
  const numbers =
    value.type === 'list' ? value.items.map((item) => (item.type === 'scalar' ? item.value : undefined)) : [];
  const [low, high] = numbers;
  if (numbers.length === 2 && typeof low === 'number' && typeof high === 'number' && low <= high)
    return [low, high];
  reader.refuse('clamp', value, 'two numbers such as [0, 100]');
  return undefined;
}

function readPick(reader: MapReader): PickDefinition | undefined {
  const { diagnostics } = reader;
  const onePer = reader.scalar('one_per');
  if (onePer && reader.has('hold'))
    diagnostics.report(
      onePer,
      '`one_per` and `hold` cannot stand in one rule: a line held back would leave its place empty',
    );
  const lines: PickLine[] = [];
  const names = new Set<string>();
  for (const map of reader.maps('pick')) {
    const line = new MapReader(map, diagnostics, undefined);
    line.need('name');
    line.need('when');
    const name = line.scalar('name');
    const when = line.scalar('when');
    const until = line.scalar('until');
    if (onePer && until)
      diagnostics.report(
        line.key('until') as LocatedScalar,
        '`one_per` and `until` cannot stand in one rule',
      );
    if (name && names.has(name.text)) diagnostics.report(name, `two lines are called \`${name.text}\``);
    if (name) names.add(name.text);
    const fields: { key: LocatedScalar; value: Located }[] = [];
    for (const [key, entry] of map.entries) {
      if (key === 'name' || key === 'when' || key === 'until') continue;
      if (!NAME.test(key)) diagnostics.report(entry.key, nameRule(key));
      const value = line.value(key);
      if (value) fields.push({ key: entry.key, value });
    }
    if (onePer && onePer.text !== 'name' && !line.has(onePer.text))
      diagnostics.report(
        name ?? startOf(map),
        `this line has no \`${onePer.text}\`, which \`one_per\` names`,
      );
    if (name && when) lines.push({ name, when, ...(until && { until }), fields });
  }
  return reader.list('pick') && { type: 'pick', lines, ...(onePer && { onePer }) };
}
