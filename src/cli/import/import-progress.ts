/** How far the import of a file came, kept on disk so that a later run goes on there. */

import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

export interface Reached {
  /** Last row whose events are confirmed. */
  readonly row: number;
  readonly accepted: number;
  readonly rejected: number;
  readonly done: boolean;
}

const NOTHING: Reached = { row: 0, accepted: 0, rejected: 0, done: false };

export class ImportProgress {
  readonly #place: string;
  /** What the progress belongs to: the map, the start and the size; any other combination begins anew. */
  readonly #fingerprint: string;

  /** @param identity everything besides the file's path that decides which events come out */
  constructor(data: string, file: string, identity: readonly (string | number)[]) {
    const path = resolve(file);
    const name = createHash('sha256').update(path).digest('hex').slice(0, 16);
    this.#place = join(data, 'import', `${name}.json`);
    this.#fingerprint = createHash('sha256').update(JSON.stringify(identity)).digest('hex').slice(0, 16);
  }

  /** For what the import needs besides, of the same file, map and start. */
  get folder(): string {
    return `${this.#place.slice(0, -'.json'.length)}-${this.#fingerprint}`;
  }

  read(): Reached {
    try {
      const { fingerprint, ...reached } = JSON.parse(readFileSync(this.#place, 'utf8'));
      return fingerprint === this.#fingerprint ? reached : NOTHING;
    } catch {
      return NOTHING;
    }
  }

  write(reached: Reached): void {
    mkdirSync(join(this.#place, '..'), { recursive: true });
    // Renamed into place: a crash leaves the old or the new one, never half of one.
    writeFileSync(`${this.#place}.new`, JSON.stringify({ fingerprint: this.#fingerprint, ...reached }));
    renameSync(`${this.#place}.new`, this.#place);
  }
}
