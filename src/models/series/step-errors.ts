/** How far off a model of a series was of late, beside the simplest one: told once, and no part of its state. */

/** Sums of absolute errors, in units of the series. */
export interface StepErrors {
  readonly steps: number;
  readonly model: number;
  /** Of saying that a step brings what the one before it brought. */
  readonly lastStep: number;
}

export class ErrorsByState {
  readonly #errors = new WeakMap<object, StepErrors>();

  add(state: object, model: number, lastStep: number): void {
    const known = this.#errors.get(state);
    this.#errors.set(state, {
      steps: (known?.steps ?? 0) + 1,
      model: (known?.model ?? 0) + model,
      lastStep: (known?.lastStep ?? 0) + lastStep,
    });
  }

  /** Those since it was asked last. */
  take(state: object): StepErrors | undefined {
    const known = this.#errors.get(state);
    if (known !== undefined) this.#errors.delete(state);
    return known;
  }
}
