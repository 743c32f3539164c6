/** Linear regression of a stream: forgets slowly, and is not carried away by a single value. */

/** What an example counts after n others: 0.997^n, half after 230. */
const KEEP = 0.997;
/** Errors of more than so many mean errors count less (Huber). */
const FAR = 2;
const MEAN_OVER = 200;
const FEWEST = 10;
const PRIOR_VARIANCE = 0.1;
/** Nothing is forgotten of what is not seen: without this bound the variances of such inputs would grow for ever. */
const MOST_VARIANCE = 1e3;

export interface RobustRegression {
  readonly weights: number[];
  /** Rows of the covariance of the weights, up to a factor. */
  readonly covariance: number[][];
  examples: number;
  meanError: number;
}

export function newRegression(prior: readonly number[]): RobustRegression {
  return {
    weights: [...prior],
    covariance: prior.map((_, row) => prior.map((_each, column) => (row === column ? PRIOR_VARIANCE : 0))),
    examples: 0,
    meanError: 0,
  };
}

export function predicted({ weights }: RobustRegression, inputs: readonly number[]): number {
  let sum = 0;
  for (const [i, weight] of weights.entries()) sum += weight * (inputs[i] as number);
  return sum;
}

/** Recursive least squares with forgetting and Huber's weight (Ljung & Söderström 1983); O(n²). */
export function learnExample(regression: RobustRegression, inputs: readonly number[], outcome: number): void {
  const { weights, covariance } = regression;
  const error = outcome - predicted(regression, inputs);
  const size = Math.abs(error);
  regression.examples += 1;
  regression.meanError += (size - regression.meanError) / Math.min(regression.examples, MEAN_OVER);
  const far = FAR * regression.meanError;
  const weight = regression.examples < FEWEST || size <= far ? 1 : far / size;
  const gain = covariance.map((row) => row.reduce((sum, each, i) => sum + each * (inputs[i] as number), 0));
  const scale = KEEP / weight + gain.reduce((sum, each, i) => sum + each * (inputs[i] as number), 0);
  for (const [i, each] of gain.entries()) {
    weights[i] = (weights[i] as number) + (each / scale) * error;
    const row = covariance[i] as number[];
    const bounded = (row[i] as number) < MOST_VARIANCE ? KEEP : 1;
    for (const [j, other] of gain.entries())
      row[j] = ((row[j] as number) - (each * other) / scale) / (i === j ? bounded : KEEP);
  }
}
