/** Counts made inside step, handed to the Meter after each commit: metric and up to two label values → amount. */

export interface Counted {
  readonly metric: string;
  readonly labels: readonly string[];
  readonly amount: number;
}

export class Tally {
  /** Nested by label, so that counting builds no text: it happens several times an event. */
  private counts = new Map<string, Map<string, Map<string, number>>>();

  add(metric: string, first = '', second = '', amount = 1): void {
    let byFirst = this.counts.get(metric);
    if (byFirst === undefined) {
      byFirst = new Map();
      this.counts.set(metric, byFirst);
    }
    let bySecond = byFirst.get(first);
    if (bySecond === undefined) {
      bySecond = new Map();
      byFirst.set(first, bySecond);
    }
    bySecond.set(second, (bySecond.get(second) ?? 0) + amount);
  }

  /** Everything counted since the last call. */
  take(): Counted[] {
    const taken: Counted[] = [];
    for (const [metric, byFirst] of this.counts)
      for (const [first, bySecond] of byFirst)
        for (const [second, amount] of bySecond) taken.push({ metric, labels: [first, second], amount });
    this.counts = new Map();
    return taken;
  }
}
