/** What one partition has counted for one feature of a shared entity, and the value of several such counts together. */

import type { Fed } from './definition.ts';
import type { Standing } from './feature-value.ts';
import type { Feeding } from './feeding.ts';
import { byText } from './ordering.ts';
import { bucketOf, covers, nextEdge, refuses } from './window.ts';

const KNOWN = ['count', 'sum', 'avg', 'latest', 'last'];

export class FedShare {
  readonly feature: Fed;
  /** By the beginning of the bucket: how many, and their sum in micros. */
  readonly #buckets = new Map<number, { times: number; micros: number }>();
  #newest: Feeding[] = [];

  constructor(feature: Fed) {
    if (!KNOWN.includes(feature.verb) || feature.key)
      throw new Error(`the oracle cannot replay ${feature.name} of a shared kind`);
    this.feature = feature;
  }

  add(feeding: Feeding): void {
    if (isListed(this.feature)) {
      this.#newest = newestOf(this.feature, [...this.#newest, feeding]);
      return;
    }
    // without a window there is only one bucket
    const at = this.feature.window === undefined ? 0 : bucketOf(this.feature, feeding.time);
    const bucket = this.#buckets.get(at) ?? { times: 0, micros: 0 };
    bucket.times += 1;
    bucket.micros += (feeding.value as number | undefined) ?? 0;
    this.#buckets.set(at, bucket);
  }

  /** As it stands now: what is added later does not reach the copy. */
  frozen(now: number): FedShare {
    const copy = new FedShare(this.feature);
    copy.#newest = this.#newest;
    for (const [at, bucket] of this.#buckets)
      if (refuses(this.feature, at, now)) this.#buckets.delete(at);
      else copy.#buckets.set(at, { ...bucket });
    return copy;
  }

  static together(feature: Fed, shares: readonly FedShare[], now: number): Standing {
    if (isListed(feature)) {
      const newest = newestOf(
        feature,
        shares.flatMap((share) => share.#newest),
      );
      const covered = newest.filter(({ time }) => covers(feature, time, now));
      const times = newest.map(({ time }) => time);
      const values = covered.map(({ value }) => value);
      const value = feature.verb === 'latest' ? values : (values[0] ?? feature.otherwise);
      return { value, next: nextEdge(feature, times, now) };
    }
    let [times, micros, next] = [0, 0, Number.POSITIVE_INFINITY];
    for (const share of shares) {
      next = Math.min(next, nextEdge(feature, share.#buckets.keys(), now));
      for (const [at, bucket] of share.#buckets) {
        if (!covers(feature, at, now)) continue;
        times += bucket.times;
        micros += bucket.micros;
      }
    }
    if (feature.verb === 'count') return { value: times, next };
    if (feature.verb === 'sum') return { value: micros / 1e6, next };
    return { value: times === 0 ? feature.otherwise : micros / times / 1e6, next };
  }
}

function isListed({ verb }: Fed): boolean {
  return verb === 'latest' || verb === 'last';
}

function newestOf({ verb, keep }: Fed, feedings: Feeding[]): Feeding[] {
  const text = ({ value }: Feeding) => JSON.stringify(value);
  const rank = (feeding: Feeding) => (verb === 'last' ? feeding.rank : 0);
  return feedings
    .sort((a, b) => b.time - a.time || rank(b) - rank(a) || byText(text(b), text(a)))
    .slice(0, verb === 'last' ? 1 : keep);
}
