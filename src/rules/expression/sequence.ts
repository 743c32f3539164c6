/** Lists with a mark: JSONata treats a list that a path collected unlike one that somebody wrote down. */

/** A property of the list, since a subclass of Array would cost ten times as much to make. */
const MARK: unique symbol = Symbol('mark');

/**
 * `sequence`: collected by a path; `kept`: the same behind `[]`; `whole`: written at an end of a path;
 * `input`: the list that is the whole input, as one item; `tuples`: items with variables bound to each.
 */
type Mark = 'sequence' | 'kept' | 'whole' | 'input' | 'tuples';

/** What a path, a filter or a mapping collected: one item stands for itself, none is absent. */
export interface Sequence extends Array<unknown> {
  [MARK]: Mark;
}

export function newSequence(): Sequence {
  return marked([], 'sequence');
}

export function sequenceOf(item: unknown): Sequence {
  return marked([item], 'sequence');
}

/** A list written at an end of a path (`items.[a, b]`): paths pass it on whole. */
export function newWholeList(): unknown[] {
  return marked([], 'whole');
}

/** A list that is the whole input is one item, not many. */
export function inputItem(input: unknown): unknown {
  return Array.isArray(input) ? marked([input], 'input') : input;
}

export function newTuples(): Sequence {
  return marked([], 'tuples');
}

function marked(list: unknown[], mark: Mark): Sequence {
  (list as Sequence)[MARK] = mark;
  return list as Sequence;
}

export function isSequence(value: unknown): value is Sequence {
  const mark = markOf(value);
  return mark !== undefined && mark !== 'whole';
}

export function isWholeList(value: unknown): boolean {
  return markOf(value) === 'whole';
}

export function isInputItem(value: unknown): value is readonly [unknown] {
  return markOf(value) === 'input';
}

export function isTuples(value: unknown): value is unknown[] {
  return markOf(value) === 'tuples';
}

export function isMarked(value: unknown): value is unknown[] {
  return markOf(value) !== undefined;
}

function markOf(value: unknown): Mark | undefined {
  return typeof value === 'object' && Array.isArray(value) ? (value as Partial<Sequence>)[MARK] : undefined;
}

/** `[]` was asked for: a single item stays a list. */
export function keep(value: unknown): void {
  if (isSequence(value) && value[MARK] === 'sequence') value[MARK] = 'kept';
}

/** What a sequence means as a value. */
export function unwrap(value: unknown): unknown {
  if (typeof value !== 'object' || !Array.isArray(value) || value.length > 1) return value;
  const mark = (value as Partial<Sequence>)[MARK];
  if (mark === undefined || mark === 'whole' || mark === 'tuples') return value;
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
