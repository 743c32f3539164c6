/** Where each action is kept, by its id: small records of their own beside those of entities. */

/** How many ways are kept in memory; the oldest are read again when they are needed. */
const MOST = 20_000;
const PREFIX = 'action.place:';

export class ActionPlaces {
  /** By action id the key of the entity that keeps it. */
  readonly #known = new Map<string, string>();
  readonly #changed = new Map<string, string | null>();

  static key(id: string): string {
    return `${PREFIX}${id}`;
  }

  static isKey(key: string): boolean {
    return key.startsWith(PREFIX);
  }

  get(id: string): string | undefined {
    return this.#known.get(id);
  }

  set(id: string, home: string): void {
    if (this.#known.get(id) === home) return;
    this.#known.set(id, home);
    this.#changed.set(id, home);
  }

  forget(id: string): void {
    this.#known.delete(id);
    this.#changed.set(id, null);
  }

  has(key: string): boolean {
    return this.#known.has(key.slice(PREFIX.length));
  }

  admit(key: string, home: string): void {
    this.#known.set(key.slice(PREFIX.length), home);
  }

  /** What a commit has to write; called once for each. */
  take(): [key: string, record: string | null][] {
    const taken = [...this.#changed].map(([id, home]): [string, string | null] => [
      ActionPlaces.key(id),
      home,
    ]);
    this.#changed.clear();
    return taken;
  }

  /** Forgets what lies longest, to be called between batches: the newest may still be on their way to a commit. */
  evict(): void {
    if (this.#known.size <= MOST) return;
    for (const id of [...this.#known.keys()].slice(0, this.#known.size - MOST / 2)) this.#known.delete(id);
  }
}
