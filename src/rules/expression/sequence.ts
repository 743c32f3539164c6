/** Lists with a mark: JSONata treats a list that a path collected unlike one that somebody wrote down. */

/** A property of the list, since a subclass of Array would cost ten times as much to make. */
const MARK: unique symbol = Symbol('mark');

type Mark = 'sequence' | 'kept' | 'whole';

/** What a path, a filter or a mapping collected: one item stands for itself, none is absent. */
export interface Sequence extends Array<unknown> {
  [MARK]: Mark;
}

export function newSequence(): Sequence {
  const list = [] as unknown as Sequence;
  list[MARK] = 'sequence';
  return list;
}

export function sequenceOf(item: unknown): Sequence {
  const list = [item] as unknown as Sequence;
  list[MARK] = 'sequence';
  return list;
}

/** A list written at an end of a path (`items.[a, b]`): paths pass it on whole. */
export function newWholeList(): unknown[] {
  const list = [] as unknown as Sequence;
  list[MARK] = 'whole';
  return list;
}

export function isSequence(value: unknown): value is Sequence {
  const mark = markOf(value);
  return mark === 'sequence' || mark === 'kept';
}

export function isWholeList(value: unknown): boolean {
  return markOf(value) === 'whole';
}

export function isMarked(value: unknown): value is unknown[] {
  return markOf(value) !== undefined;
}

function markOf(value: unknown): Mark | undefined {
  return typeof value === 'object' && Array.isArray(value) ? (value as Partial<Sequence>)[MARK] : undefined;
}

/** `[]` was asked for: a single item stays a list. */
export function keep(value: unknown): void {
  if (isSequence(value)) value[MARK] = 'kept';
}

/** What a sequence means as a value. */
export function unwrap(value: unknown): unknown {
  if (typeof value !== 'object' || !Array.isArray(value) || value.length > 1) return value;
  const mark = (value as Partial<Sequence>)[MARK];
  if (mark !== 'sequence' && mark !== 'kept') return value;
  if (value.length === 0) return undefined;
  return mark === 'kept' ? value : value[0];
}

/** Collects the results of one path step: lists are opened by one level, whole lists are not. */
export class Gathering {
  readonly sequence = newSequence();
  private count = 0;
  private first: unknown = undefined;

  add(result: unknown): void {
    this.count += 1;
    if (this.count === 1) this.first = result;
    if (!Array.isArray(result) || isWholeList(result)) this.sequence.push(result);
    else for (let i = 0; i < result.length; i++) this.sequence.push(result[i]);
  }

  /** The last step of a path hands over a single written list as it is. */
  done(last: boolean): unknown[] {
    return last && this.count === 1 && Array.isArray(this.first) && !isSequence(this.first)
      ? this.first
      : this.sequence;
  }
}
