/** The hours of many cells as plain numbers, and how much each takes at a common marginal worth of money. */

/**
 * One slot is one hour of one cell. At the level ν = 1/√λ it takes K (q ν − 1), within its bounds: then one more unit
 * of money brings λ in every slot that is not at a bound.
 * Memory: 4 numbers a slot. Cost of a sum: 3 operations a slot.
 */
export interface Slots {
  /** K: scale of the price curve in this hour, in cents. */
  readonly scale: Float64Array;
  /** q: square root of what the first cent brings. */
  readonly pull: Float64Array;
  readonly least: Float64Array;
  readonly most: Float64Array;
}

/** A node of the tree of limits: a cell with its slots, or a group of cells. Whole cents. */
export interface Limited {
  readonly least: number;
  readonly most: number;
  readonly from: number;
  readonly to: number;
  readonly parts?: readonly Limited[];
}

/** Halvings of the range of log ν: from there on the sum is exact to a millionth of a cent. */
const HALVINGS = 60;
const WIDEST = 30;

export function newSlots(count: number): Slots {
  const numbers = () => new Float64Array(count);
  return { scale: numbers(), pull: numbers(), least: numbers(), most: numbers() };
}

export function slotAt(slots: Slots, i: number, level: number): number {
  const free = (slots.scale[i] as number) * ((slots.pull[i] as number) * level - 1);
  return Math.max(slots.least[i] as number, Math.min(slots.most[i] as number, free));
}

export function sumAt(slots: Slots, node: Limited, level: number): number {
  return Math.max(node.least, Math.min(node.most, insideAt(slots, node, level)));
}

/** Without the node's own limits. */
export function insideAt(slots: Slots, { from, to, parts }: Limited, level: number): number {
  let sum = 0;
  if (parts) for (const part of parts) sum += sumAt(slots, part, level);
  else for (let i = from; i < to; i += 1) sum += slotAt(slots, i, level);
  return sum;
}

/** The level at which the node takes `amount` inside, but for its own limits; at most `highest`. */
export function levelFor(slots: Slots, node: Limited, amount: number, highest: number): number {
  let low = -WIDEST;
  let high = Math.min(WIDEST, Math.log(highest));
  if (insideAt(slots, node, Math.exp(high)) <= amount) return Math.exp(high);
  for (let k = 0; k < HALVINGS && high - low > 1e-13; k += 1) {
    const middle = (low + high) / 2;
    if (insideAt(slots, node, Math.exp(middle)) > amount) high = middle;
    else low = middle;
  }
  return Math.exp(low);
}
