/** The contract of every learner: what turns inputs into the probability of an outcome, one example at a time. */

/** What a learner reads: a number, a text, true or false; everything else counts as missing. */
export type InputValue = number | string | boolean | null | undefined;

export interface Contribution {
  readonly input: string;
  readonly value: InputValue;
  /** Its share of the log-odds, against the average example. */
  readonly logOdds: number;
}

export interface Prediction {
  /** 0..1 */
  readonly probability: number;
  /** One standard deviation of `probability` by what is not yet known of the weights. */
  readonly error: number;
  /** log(probability / (1 − probability)) = base + all contributions. */
  readonly logOdds: number;
  /** Log-odds of the average example. */
  readonly base: number;
  /** The largest first; none while the learner gathers its first examples. */
  readonly contributions: readonly Contribution[];
  /** Examples learned so far. */
  readonly examples: number;
}

/**
 * Laws (the contract tests hold every learner to them):
 * - `learn` and `predict` do not change the inputs; `predict` does not change the state;
 * - the same examples in the same order give the same state, on every machine;
 * - decode(encode(state)) answers like state, now and after further examples;
 * - missing and never seen values are inputs like any other; every number is finite;
 * - contributions and base add up to the log-odds;
 * - no example is needed twice, and the state is bounded however many there were.
 */
export interface Learner<State = unknown> {
  create(): State;
  predict(state: State, inputs: readonly InputValue[]): Prediction;
  learn(state: State, inputs: readonly InputValue[], outcome: boolean): void;
  /** JSON value for the durable record. */
  encode(state: State): unknown;
  decode(stored: unknown): State;
}

/** What of a value a learner may read: bounded in length, finite, −0 is 0. */
export function plainInput(value: unknown): number | string | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? value + 0 : undefined;
  if (typeof value === 'string') return value === '' ? undefined : value.slice(0, LONGEST_TEXT);
  return typeof value === 'boolean' ? String(value) : undefined;
}

const LONGEST_TEXT = 64;
