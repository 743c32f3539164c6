/** {key: value}, and grouping: items{key: value}. */

import { Failure } from './failure.ts';
import type { Run } from './run.ts';
import { isTuples } from './sequence.ts';
import type { Grouping, Node, Pair } from './syntax-tree.ts';
import { type Code, type Compiler, type Place, type Slots, type Term, termOf } from './term.ts';
import { tokenStart } from './token.ts';
import { type Member, memberOf, mergedTuples, type Tuple, type TupleScope } from './tuples.ts';

interface Field {
  readonly key: Term;
  readonly value: Term;
}

export function compileObject(node: Node, place: Place, compiler: Compiler): Term {
  const fields = compileFields(node.lhs as readonly Pair[], place, compiler);
  const end = node.position ?? 0;
  const grouped: Code = (run, item, slots) => group(run, item, fields, slots, end);
  const keys = fields.map(({ key }) => (key.constant ? key.value : undefined));
  if (!keys.every(isPlainKey) || new Set(keys).size < keys.length) return termOf(grouped);
  return { code: constantKeys(keys, fields, grouped), constant: false, object: true };
}

/** Groups what `input` gives by the keys; `scope`: the items may be tuples. */
export function compileGrouping(
  input: Code,
  grouping: Grouping,
  place: Place,
  compiler: Compiler,
  scope?: TupleScope,
): Code {
  const inner = scope === undefined ? { root: false, variables: place.variables } : place;
  const fields = compileFields(grouping.lhs, inner, compiler);
  return (run, item, slots) => group(run, input(run, item, slots), fields, slots, grouping.position, scope);
}

function compileFields(pairs: readonly Pair[], place: Place, compiler: Compiler): Field[] {
  return pairs.map(([key, value]) => {
    const field = { key: compiler.term(key, place), value: compiler.term(value, place) };
    if (field.key.constant && field.key.value === '__proto__') {
      const end = key.position ?? 0;
      const start = tokenStart(compiler.text, end, 1);
      compiler.refuse('forbidden_key', 'an object must not have a key named __proto__', start, end);
    }
    return field;
  });
}

const RESERVED = ['_jsonata_lambda', '_jsonata_function', '__proto__'];

function isPlainKey(key: unknown): key is string {
  return typeof key === 'string' && !RESERVED.includes(key);
}

/** The common case: known keys, one item. */
function constantKeys(keys: readonly string[], fields: readonly Field[], grouped: Code): Code {
  const codes = fields.map(({ value }) => value.code);
  return (run, item, slots) => {
    if (Array.isArray(item)) return grouped(run, item, slots);
    const object: Record<string, unknown> = {};
    for (let i = 0; i < codes.length; i++) {
      const value = (codes[i] as Code)(run, item, slots);
      if (value === undefined) continue;
      object[keys[i] as string] = value;
    }
    return object;
  };
}

/** A key costs more than an item: it may be a new text and a new group. */
const STEPS_PER_KEY = 10;

interface Group {
  /** One item, or a list once there are several. */
  data: unknown;
  readonly field: number;
}

function group(
  run: Run,
  input: unknown,
  fields: readonly Field[],
  slots: Slots,
  end: number,
  scope?: TupleScope,
): unknown {
  const items: readonly unknown[] = !Array.isArray(input)
    ? [input]
    : input.length === 0 && !isTuples(input)
      ? [undefined]
      : input;
  run.spend(items.length * fields.length * STEPS_PER_KEY);
  const groups = new Map<string, Group>();
  for (const item of items) {
    const member = memberOf(input, item, scope, slots);
    for (let i = 0; i < fields.length; i++) {
      const key = keyOf((fields[i] as Field).key.code(run, member.item, member.slots), end);
      if (key === undefined) continue;
      const known = groups.get(key);
      if (known === undefined) groups.set(key, { data: item, field: i });
      else if (known.field !== i) throw new Failure('D1009', key, end, '{');
      else known.data = joined(run, known.data, item);
    }
  }
  const object: Record<string, unknown> = {};
  for (const [key, { data, field }] of groups) {
    const merged = valueMember(run, input, data, scope, slots);
    const value = (fields[field] as Field).value.code(run, merged.item, merged.slots);
    if (value === undefined) continue;
    object[key] = value;
  }
  return object;
}

/** The group as the context of its value: tuples become one, whose variables are lists. */
function valueMember(
  run: Run,
  input: unknown,
  data: unknown,
  scope: TupleScope | undefined,
  slots: Slots,
): Member {
  if (scope === undefined || !isTuples(input)) return memberOf(input, data, scope, slots);
  const { '@': item, ...variables } = mergedTuples(run, data) as Tuple;
  return { item, slots: scope.slots(slots, variables) };
}

function keyOf(key: unknown, end: number): string | undefined {
  if (key === undefined) return undefined;
  if (typeof key !== 'string') throw new Failure('T1003', key, end, '{');
  if (key === '__proto__') throw new Failure('forbidden_key', key, end, '{');
  if (RESERVED.includes(key)) throw new Failure('D1013', key, end, '{');
  return key;
}

function joined(run: Run, data: unknown, item: unknown): unknown {
  if (data === undefined) return item;
  if (item === undefined) return data;
  const list = Array.isArray(data) ? data.slice() : [data];
  run.spend(1 + (list.length >> 4));
  return list.concat(item);
}
