/** Lists with a mark: JSONata treats a list that a path collected unlike one that somebody wrote down. */

/** What a path, a filter or a mapping collected: one item stands for itself, none is absent. */
export class Sequence extends Array<unknown> {
  /** `[]` was asked for: a single item stays a list. */
  keep = false;

  static override get [Symbol.species](): ArrayConstructor {
    return Array;
  }
}

/** A list written at an end of a path (`items.[a, b]`): paths pass it on whole. */
export class WholeList extends Array<unknown> {
  static override get [Symbol.species](): ArrayConstructor {
    return Array;
  }
}

export function sequenceOf(item: unknown): Sequence {
  const sequence = new Sequence();
  sequence.push(item);
  return sequence;
}

/** What a sequence means as a value. */
export function unwrap(value: unknown): unknown {
  if (!(value instanceof Sequence) || value.length > 1) return value;
  if (value.length === 0) return undefined;
  return value.keep ? value : value[0];
}

/** Collects the results of one path step: lists are opened by one level, whole lists are not. */
export class Gathering {
  readonly sequence = new Sequence();
  private count = 0;
  private first: unknown = undefined;

  add(result: unknown): void {
    this.count += 1;
    if (this.count === 1) this.first = result;
    if (!Array.isArray(result) || result instanceof WholeList) this.sequence.push(result);
    else for (let i = 0; i < result.length; i++) this.sequence.push(result[i]);
  }

  /** The last step of a path hands over a single written list as it is. */
  done(last: boolean): unknown[] {
    if (last && this.count === 1 && Array.isArray(this.first) && !(this.first instanceof Sequence)) {
      return this.first;
    }
    return this.sequence;
  }
}
