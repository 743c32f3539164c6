/** Clicks that turn out not to count, by definition: what is kept of each is held against every feature once more. */

import type { Fed, Screen } from './definition.ts';
import type { Entity } from './entity.ts';
import { type Feeding, feedingsOf, shownTo } from './feeding.ts';
import type { Place } from './formula.ts';
import type { Happening } from './received.ts';
import { refuses } from './window.ts';

interface Kept {
  readonly click: unknown;
  readonly time: number;
  readonly cost: unknown;
  counts: boolean;
}

/** So many clicks with an id are kept of an entity: those that came last. */
const KEPT = 256;

export class Flags {
  readonly #kept = new Map<string, Kept[]>();

  /** @param counts whether nothing was found against it */
  keep({ spent }: Screen, entity: string, { time, data }: Happening, counts: boolean): void {
    if (typeof data.click_id !== 'string') return;
    const list = this.#kept.get(entity) ?? [];
    this.#kept.set(entity, list);
    const cost = spent === undefined ? undefined : data[spent];
    list.push({ click: data.click_id, time: time - (time % 1000), cost, counts });
  }

  /** The clicks of that id that counted until now, as far as anything is known of them, before and after. */
  take(
    { event, spent }: Screen,
    { key, kind, values }: Entity,
    { data }: Happening,
  ): (readonly [before: Happening, after: Happening])[] {
    const known = (this.#kept.get(key) ?? [])
      .slice(-KEPT)
      .filter(({ click, counts }) => counts && click === data.click_id);
    return known.map((each) => {
      each.counts = false;
      const fields: Record<string, unknown> = { click_id: each.click };
      for (const name of kind.key) fields[name] = values[name];
      if (spent !== undefined) fields[spent] = each.cost;
      const happening = { id: '', source: '', type: event, time: each.time, timed: true };
      const fraud = typeof data.reason === 'string' && data.reason !== '' ? data.reason : 'flagged';
      return [
        { ...happening, data: fields },
        { ...happening, data: { ...fields, fraud } },
      ];
    });
  }
}

/** Only what is made of a number of equal parts can lose one of them. */
function canLose({ verb, key }: Fed): boolean {
  return verb === 'sum' || verb === 'avg' || (verb === 'count' && key === undefined);
}

/** What the feature was fed by the click is taken out, and what the flagged click feeds is put in. */
export async function offerAgain(
  feature: Fed,
  entity: Entity,
  [before, after]: readonly [Happening, Happening],
  now: number,
  place: Place,
): Promise<void> {
  const was = await feedingsOf(feature, before, before.data, place);
  const is = await feedingsOf(feature, after, after.data, place);
  if (was.length === is.length && was.every(({ value }, i) => value === is[i]?.value)) return;
  if (was.length > 0 && !canLose(feature)) return;
  const fed = entity.fed.get(feature.name) ?? [];
  const left = was.reduce(without, fed);
  const shown = shownTo(feature, now, place);
  entity.fed.set(feature.name, [...left, ...is.filter(({ time }) => !refuses(feature, time, shown))]);
  entity.found.delete(feature.name);
}

function without(fed: readonly Feeding[], { time, rank, value }: Feeding): Feeding[] {
  const at = fed.findIndex(
    (one) =>
      one.rank === rank && one.value === value && one.time - (((one.time % 1000) + 1000) % 1000) === time,
  );
  return fed.filter((_, index) => index !== at);
}
