/** Counts made inside step, handed to the Meter after each commit: metric name and label values → amount. */

export class Tally {
  private counts = new Map<string, number>();

  add(metric: string, ...labels: string[]): void {
    const key = labels.length === 0 ? metric : `${metric}\n${labels.join('\n')}`;
    this.counts.set(key, (this.counts.get(key) ?? 0) + 1);
  }

  /** Everything counted since the last call. */
  take(): { metric: string; labels: string[]; amount: number }[] {
    const taken = [...this.counts].map(([key, amount]) => {
      const [metric, ...labels] = key.split('\n');
      return { metric: metric as string, labels, amount };
    });
    this.counts = new Map();
    return taken;
  }
}
