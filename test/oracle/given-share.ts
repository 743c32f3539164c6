/** What the entities of one partition give to one feature of a shared entity, and the value of several such together. */

import { bare } from './decision.ts';
import type { Grouped } from './definition.ts';
import type { Entity } from './entity.ts';
import type { Place } from './formula.ts';
import { rowOf } from './group.ts';
import { byText } from './ordering.ts';

/** A number in micros, names, or a row. */
type Gift = number | readonly string[] | Readonly<Record<string, unknown>>;

export interface Giving {
  /** The shared entity. */
  readonly id: string;
  readonly gift: Gift;
}

/** What an entity gives as it is now; nothing when it belongs nowhere or has nothing to give. */
export async function givingOf(
  group: Grouped,
  into: string,
  { values }: Entity,
  place: Place,
): Promise<Giving | undefined> {
  const parts = group.by.map((name) => values[name]);
  if (parts.some((part) => typeof part !== 'string' || part === '')) return undefined;
  const id = parts.length === 0 ? into : parts.join('/');
  const { verb, where } = group;
  if (where && (await where.evaluate(values, place).catch(() => false)) !== true) return undefined;
  if (verb === 'rows') return { id, gift: rowOf(group.fields, values) };
  if (verb === 'count') return { id, gift: 0 };
  const value = await group.value?.evaluate(values, place).catch(() => undefined);
  if (verb === 'tally') {
    const names = (Array.isArray(value) ? value : [value]).flatMap(nameOf);
    return names.length === 0 ? undefined : { id, gift: names };
  }
  const number = bare(value);
  if (typeof number !== 'number' || !(Math.abs(number) <= 1e9)) return undefined;
  return { id, gift: Math.round(number * 1e6) };
}

function nameOf(item: unknown): string[] {
  const { name, class: label } = (typeof item === 'object' ? (item ?? {}) : { name: item }) as {
    name?: unknown;
    class?: unknown;
  };
  const found = name ?? label;
  return found === undefined ? [] : [String(found)];
}

export class GivenShare {
  #times = 0;
  #micros = 0;
  readonly #names = new Map<string, number>();
  readonly #rows = new Map<string, Gift>();

  /** `sign` -1 takes back what was put in before. */
  put(child: string, gift: Gift, sign: 1 | -1): void {
    this.#times += sign;
    if (typeof gift === 'number') this.#micros += sign * gift;
    else if (Array.isArray(gift))
      for (const name of gift as readonly string[])
        this.#names.set(name, (this.#names.get(name) ?? 0) + sign);
    else if (sign > 0) this.#rows.set(child, gift);
    else this.#rows.delete(child);
  }

  frozen(): GivenShare {
    return GivenShare.#sum([this]);
  }

  static together({ verb, names, otherwise }: Grouped, shares: readonly GivenShare[]): unknown {
    const sum = GivenShare.#sum(shares);
    if (verb === 'count') return sum.#times;
    if (verb === 'sum') return sum.#micros / 1e6;
    if (verb === 'avg') return sum.#times === 0 ? otherwise : sum.#micros / sum.#times / 1e6;
    if (verb === 'rows') return [...sum.#rows].sort(([a], [b]) => byText(a, b)).map(([, row]) => row);
    const counted = names.map((name) => [name, 0] as const);
    return Object.fromEntries([...counted, ...[...sum.#names].filter(([, times]) => times > 0)]);
  }

  static #sum(shares: readonly GivenShare[]): GivenShare {
    const sum = new GivenShare();
    for (const share of shares) {
      sum.#times += share.#times;
      sum.#micros += share.#micros;
      for (const [name, times] of share.#names) sum.#names.set(name, (sum.#names.get(name) ?? 0) + times);
      for (const [child, row] of share.#rows) sum.#rows.set(child, row);
    }
    return sum;
  }
}
