/** Reads a `rule:` document: what it is for, when it runs, its shape and its tests. */

import type { Interval } from '../core/interval.ts';
import type { Millis } from '../core/units.ts';
import { NAME, nameRule, RESERVED_NAMES } from './definition-name.ts';
import type { Diagnostics } from './diagnostics.ts';
import { type ImpactDefinition, readImpact } from './impact-definition.ts';
import type { LocatedMap, LocatedScalar } from './located.ts';
import { MapReader } from './map-reader.ts';
import { readParams } from './params-definition.ts';
import { type RuleTest, readTests } from './rule-test.ts';
import { readShape, type ShapeDefinition } from './shape-definition.ts';
import { type ApproveDefinition, readApprove, readThen, type ThenDefinition } from './then-definition.ts';

export const MODES = ['live', 'shadow', 'off'] as const;

export interface RuleDefinition {
  readonly name: string;
  readonly place: LocatedScalar;
  readonly description: string;
  readonly owner: string;
  readonly version: number;
  readonly mode: (typeof MODES)[number];
  readonly kind: LocatedScalar;
  readonly params: Readonly<Record<string, unknown>>;
  /** Where each parameter is declared. */
  readonly paramPlaces: ReadonlyMap<string, LocatedScalar>;
  readonly when?: LocatedScalar;
  readonly every?: Interval;
  readonly everyPlace?: LocatedScalar;
  readonly hold?: Millis;
  readonly changeOver?: number;
  readonly shape: ShapeDefinition;
  /** What its decisions propose; of an allocation it stands in the shape. */
  readonly acting?: ThenDefinition;
  readonly approve?: ApproveDefinition;
  /** What its actions are said to bring. */
  readonly impact?: ImpactDefinition;
}

const HEAD = [
  'rule',
  'description',
  'owner',
  'version',
  'mode',
  'for',
  'params',
  'when',
  'every',
  'hold',
  'publish',
  'tests',
];
const FACTORS = ['factors', 'clamp', 'classes'];
const PICK = ['pick', 'one_per'];
const ALLOCATE = ['allocate', 'approve', 'then', 'impact'];
const SHAPES = ['factors', 'pick', 'allocate', 'value'] as const;
export const RULE_KEYS: readonly string[] = [...HEAD, ...FACTORS, ...PICK, ...ALLOCATE, 'value'];

/** Keys that go with one shape only. */
const SHAPE_KEYS: Record<(typeof SHAPES)[number], readonly string[]> = {
  factors: [...FACTORS, 'publish', 'hold'],
  pick: [...PICK, 'hold', 'approve', 'then', 'impact'],
  allocate: ALLOCATE,
  value: ['value', 'publish', 'hold', 'approve', 'then', 'impact'],
};

export interface ReadRule {
  /** Absent when the rule is too broken to check further; its name still counts as declared. */
  readonly rule?: RuleDefinition;
  readonly name?: LocatedScalar;
  readonly tests: readonly RuleTest[];
}

export function readRule(map: LocatedMap, diagnostics: Diagnostics): ReadRule {
  const reader = new MapReader(map, diagnostics, RULE_KEYS);
  const name = readName(reader);
  for (const key of ['description', 'owner', 'version', 'for']) reader.need(key);
  const kind = reader.scalar('for');
  const version = reader.number('version', 1, Number.MAX_SAFE_INTEGER, true);
  const mode = reader.has('mode') ? reader.word('mode', MODES) : 'live';
  const every = reader.interval('every');
  const hold = reader.duration('hold');
  const when = reader.scalar('when');
  const description = reader.text('description');
  const owner = reader.text('owner');
  const changeOver = readPublish(reader);
  const { params, paramPlaces } = readParams(reader);
  const shape = readOneShape(reader);
  const acting = shape?.type === 'pick' || shape?.type === 'value' ? readActing(reader) : {};
  const impact = readImpact(reader);
  const tests = name && kind ? readTests(name.text, reader, diagnostics) : [];
  const named = name && { name };
  if (!name || !kind || !shape || mode === undefined) return { ...named, tests };
  const rule: RuleDefinition = {
    name: name.text,
    place: name,
    description: description ?? '',
    owner: owner ?? '',
    version: version ?? 1,
    mode,
    kind,
    params,
    paramPlaces,
    ...(when && { when }),
    ...(every !== undefined && { every }),
    ...(every !== undefined && { everyPlace: reader.scalar('every') as LocatedScalar }),
    ...(hold !== undefined && { hold }),
    ...(changeOver !== undefined && { changeOver }),
    shape,
    ...acting,
    ...(impact && { impact }),
  };
  return { rule, name, tests };
}

function readName(reader: MapReader): LocatedScalar | undefined {
  const name = reader.scalar('rule');
  if (name === undefined) return undefined;
  if (!NAME.test(name.text)) reader.diagnostics.report(name, nameRule(name.text));
  else if (RESERVED_NAMES.includes(name.text))
    reader.diagnostics.report(
      name,
      `no rule may be called \`${name.text}\`: the word has a meaning of its own`,
    );
  else return name;
  return undefined;
}

/** The single shape of the rule, and only keys that go with it. */
function readOneShape(reader: MapReader): ShapeDefinition | undefined {
  const shapes = SHAPES.filter((shape) => reader.has(shape));
  const [shape, second] = shapes;
  if (shape === undefined) {
    reader.needOneOf(SHAPES);
    return undefined;
  }
  if (second !== undefined) {
    reader.diagnostics.report(
      reader.key(second) as LocatedScalar,
      `two shapes in one rule: \`${shape}\` and \`${second}\``,
    );
    return undefined;
  }
  const allowed = [...HEAD.filter((key) => key !== 'publish' && key !== 'hold'), ...SHAPE_KEYS[shape]];
  for (const [name, { key }] of reader.map.entries)
    if (RULE_KEYS.includes(name) && !allowed.includes(name))
      reader.diagnostics.report(key, `\`${name}\` does not go with \`${shape}\``);
  return readShape(shape, reader);
}

function readActing(reader: MapReader): Pick<RuleDefinition, 'acting' | 'approve'> {
  const [acting, approve] = [readThen(reader), readApprove(reader)];
  if (reader.has('approve') && !reader.has('then'))
    reader.diagnostics.report(reader.key('approve') as LocatedScalar, '`approve` needs `then`: an action');
  return { ...(acting && { acting }), ...(approve && { approve }) };
}

function readPublish(reader: MapReader): number | undefined {
  const map = reader.submap('publish');
  if (map === undefined) return undefined;
  const publish = new MapReader(map, reader.diagnostics, ['change_over']);
  publish.need('change_over');
  return publish.number('change_over', 0, Number.POSITIVE_INFINITY);
}
