/** Loaded into an instance beforehand: its clock is off by `CHAOS_CLOCK_OFF` milliseconds. */

const off = Number(process.env.CHAOS_CLOCK_OFF ?? 0);
const RealDate = Date;

/** `new Date()` and `Date.now()` are off; a date made of something is that date. */
globalThis.Date = class extends RealDate {
  constructor(...given: unknown[]) {
    super(...((given.length === 0 ? [RealDate.now() + off] : given) as [number]));
  }

  static override now(): number {
    return RealDate.now() + off;
  }
} as DateConstructor;
