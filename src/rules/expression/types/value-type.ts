/** What is known of a value before there is one: every value that a part of an expression may have. */

/** The fields of an object; of an open one others may be there too, with any value. */
export interface Fields {
  readonly named: ReadonlyMap<string, ValueType>;
  readonly open: boolean;
}

/** All numbers from `least` to `most`, both included. */
export interface Range {
  readonly least: number;
  readonly most: number;
}

/** A set of values, by sort; a sort that is undefined or false is not among them. */
export interface ValueType {
  /** It may be missing. */
  readonly absent: boolean;
  readonly nothing: boolean;
  readonly numbers: Range | undefined;
  readonly texts: ReadonlySet<string> | 'any' | undefined;
  readonly yes: boolean;
  readonly no: boolean;
  /** Lists of these. */
  readonly items: ValueType | undefined;
  readonly fields: Fields | undefined;
  readonly functions: boolean;
}

/** No value at all: the part always fails. */
export const NEVER: ValueType = {
  absent: false,
  nothing: false,
  numbers: undefined,
  texts: undefined,
  yes: false,
  no: false,
  items: undefined,
  fields: undefined,
  functions: false,
};

export const ABSENT: ValueType = { ...NEVER, absent: true };
export const TEXT: ValueType = { ...NEVER, texts: 'any' };
export const TRUTH: ValueType = { ...NEVER, yes: true, no: true };
export const FUNCTION: ValueType = { ...NEVER, functions: true };
export const NUMBER: ValueType = numberFrom(Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY);
export const ANY: ValueType = everything();
export const OBJECT: ValueType = { ...NEVER, fields: { named: new Map(), open: true } };

/** Nothing is known; a list among them is a list of any. */
function everything(): ValueType {
  const fields: Fields = { named: new Map(), open: true };
  const any = {
    ...TRUTH,
    absent: true,
    nothing: true,
    numbers: { least: Number.NEGATIVE_INFINITY, most: Number.POSITIVE_INFINITY },
    texts: 'any' as const,
    fields,
    functions: true,
  };
  return Object.assign(any, { items: any as ValueType });
}

export function numberFrom(least: number, most = Number.POSITIVE_INFINITY): ValueType {
  return { ...NEVER, numbers: { least, most } };
}

export function oneOfTexts(texts: Iterable<string>): ValueType {
  return { ...NEVER, texts: new Set(texts) };
}

export function listOf(items: ValueType): ValueType {
  return { ...NEVER, items: items === ANY ? ANY : present(items) };
}

export function objectOf(named: Iterable<readonly [string, ValueType]>, open = false): ValueType {
  return { ...NEVER, fields: { named: new Map(named), open } };
}

export function orAbsent(type: ValueType): ValueType {
  return type.absent ? type : { ...type, absent: true };
}

export function present(type: ValueType): ValueType {
  return type.absent ? { ...type, absent: false } : type;
}

/** The type of exactly this value. */
export function typeOfValue(value: unknown): ValueType {
  if (value === undefined) return ABSENT;
  if (value === null) return { ...NEVER, nothing: true };
  if (typeof value === 'number') return numberFrom(value, value);
  if (typeof value === 'string') return oneOfTexts([value]);
  if (typeof value === 'boolean') return { ...NEVER, yes: value, no: !value };
  if (Array.isArray(value)) return listOf(value.map(typeOfValue).reduce(either, NEVER));
  if (typeof value === 'function') return FUNCTION;
  return objectOf(Object.entries(value).map(([name, field]) => [name, typeOfValue(field)]));
}

/** A value of one or the other. */
export function either(a: ValueType, b: ValueType): ValueType {
  if (a === b || b === NEVER || a === ANY) return a;
  if (a === NEVER || b === ANY) return b;
  return {
    absent: a.absent || b.absent,
    nothing: a.nothing || b.nothing,
    numbers: a.numbers && b.numbers ? hull(a.numbers, b.numbers) : (a.numbers ?? b.numbers),
    texts: a.texts && b.texts ? eitherText(a.texts, b.texts) : (a.texts ?? b.texts),
    yes: a.yes || b.yes,
    no: a.no || b.no,
    items: a.items && b.items ? either(a.items, b.items) : (a.items ?? b.items),
    fields: a.fields && b.fields ? eitherFields(a.fields, b.fields) : (a.fields ?? b.fields),
    functions: a.functions || b.functions,
  };
}

function hull(a: Range, b: Range): Range {
  return { least: Math.min(a.least, b.least), most: Math.max(a.most, b.most) };
}

function eitherText(a: ReadonlySet<string> | 'any', b: ReadonlySet<string> | 'any') {
  return a === 'any' || b === 'any' ? ('any' as const) : new Set([...a, ...b]);
}

function eitherFields(a: Fields, b: Fields): Fields {
  const named = new Map<string, ValueType>();
  for (const name of [...a.named.keys(), ...b.named.keys()])
    named.set(name, either(fieldOf(a, name), fieldOf(b, name)));
  return { named, open: a.open || b.open };
}

export function fieldOf({ named, open }: Fields, name: string): ValueType {
  return named.get(name) ?? (open ? ANY : ABSENT);
}

/** The values that may be in both; of lists and objects those of `a`. */
export function both(a: ValueType, b: ValueType): ValueType {
  return {
    absent: a.absent && b.absent,
    nothing: a.nothing && b.nothing,
    numbers: a.numbers && b.numbers && overlap(a.numbers, b.numbers),
    texts: a.texts && b.texts && commonTexts(a.texts, b.texts),
    yes: a.yes && b.yes,
    no: a.no && b.no,
    items: a.items && b.items && a.items,
    fields: a.fields && b.fields && a.fields,
    functions: a.functions && b.functions,
  };
}

export function overlap(a: Range, b: Range): Range | undefined {
  const least = Math.max(a.least, b.least);
  const most = Math.min(a.most, b.most);
  return least <= most ? { least, most } : undefined;
}

function commonTexts(a: ReadonlySet<string> | 'any', b: ReadonlySet<string> | 'any') {
  if (a === 'any') return b;
  const common = b === 'any' ? a : new Set([...a].filter((text) => b.has(text)));
  return common.size > 0 ? common : undefined;
}

/** Whether it may be anything but missing. */
export function mayBePresent(type: ValueType): boolean {
  const { nothing, numbers, texts, yes, no, items, fields, functions } = type;
  return nothing || yes || no || functions || !!numbers || !!texts || !!items || !!fields;
}

/** Whether it may count as true: what is there and not 0, empty or null. */
export function mayCount(type: ValueType): boolean {
  const { yes, numbers, texts, items, fields } = type;
  return yes || !!numbers || !!texts || !!items || !!fields;
}

export function mayNotCount(type: ValueType): boolean {
  const { yes: _yes, ...others } = type;
  return type.absent || mayBePresent({ ...others, yes: false });
}

/** What a step or a predicate gets one after the other: the items of a list, else the value itself. */
export function eachOf(type: ValueType): ValueType {
  if (type.items === undefined) return present(type);
  return present(either({ ...type, items: undefined }, type.items));
}

/** The same down to where there are no more lists. */
export function leavesOf(type: ValueType): ValueType {
  if (type === ANY || type.items === undefined) return type;
  return either({ ...type, items: undefined }, leavesOf(type.items));
}

/** What a path makes of many results: nothing, one of them, or a list of them, with inner lists opened or not. */
export function gathered(result: ValueType): ValueType {
  if (result === ANY) return ANY;
  if (!mayBePresent(result)) return ABSENT;
  const one = either(result, either(eachOf(result), leavesOf(result)));
  return orAbsent(either(one, listOf(one)));
}

const bits = new DataView(new ArrayBuffer(8));

/** The smallest number above `x`: with it `x < y` is a range like `x <= y`. */
export function nextAbove(x: number): number {
  if (!Number.isFinite(x)) return x;
  if (x === 0) return Number.MIN_VALUE;
  bits.setFloat64(0, x);
  bits.setBigInt64(0, bits.getBigInt64(0) + (x > 0 ? 1n : -1n));
  return bits.getFloat64(0);
}

export function nextBelow(x: number): number {
  return -nextAbove(-x);
}
