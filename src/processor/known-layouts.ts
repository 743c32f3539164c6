/** Records read with the layouts that are known, which are asked for when a record names another. */

import { WeirError } from '../core/errors.ts';
import type { Layouts } from '../step/record.ts';

/** Nearly every record is written as the rules in force write it: then nobody has to ask for other layouts. */
export class KnownLayouts {
  readonly #load: () => Promise<Layouts>;
  #known: Layouts = new Map();

  constructor(load: () => Promise<Layouts>) {
    this.#load = load;
  }

  /** Rejects with newer_state when the record was written by a newer version. */
  async read<T>(decode: (layouts: Layouts) => T): Promise<T> {
    try {
      return decode(this.#known);
    } catch (error) {
      if (!(error instanceof WeirError && error.code === 'newer_state')) throw error;
    }
    this.#known = await this.#load();
    return decode(this.#known);
  }
}
