/** What is due when, by the hour: found again without looking at everything. */

const HOUR = 3_600_000;

export class Calendar<Item> {
  readonly #hours = new Map<number, Set<Item>>();
  readonly #due = new Map<Item, number>();
  #first = Number.POSITIVE_INFINITY;

  /** `due` Infinity: never. */
  set(item: Item, due: number): void {
    const before = this.#due.get(item);
    if (before !== undefined) this.#hours.get(hourOf(before))?.delete(item);
    this.#due.delete(item);
    if (!Number.isFinite(due)) return;
    const hour = hourOf(due);
    this.#due.set(item, due);
    this.#first = Math.min(this.#first, hour);
    const items = this.#hours.get(hour) ?? new Set<Item>();
    this.#hours.set(hour, items.add(item));
  }

  until(now: number): Item[] {
    const found: Item[] = [];
    if (!Number.isFinite(this.#first)) return found;
    for (let hour = this.#first; hour <= hourOf(now); hour++) {
      const items = [...(this.#hours.get(hour) ?? [])];
      if (items.length === 0) this.#hours.delete(hour);
      found.push(...items.filter((item) => (this.#due.get(item) as number) <= now));
    }
    while (!this.#hours.has(this.#first) && this.#first <= hourOf(now)) this.#first += 1;
    return found;
  }
}

function hourOf(time: number): number {
  return Math.floor(time / HOUR);
}
