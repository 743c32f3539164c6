/** Every name that is declared, by kind of entity: what expressions may read, and where else a name exists. */

import type { Diagnostics } from './diagnostics.ts';
import type { LocatedScalar } from './located.ts';
import { formatPosition } from './source-file.ts';

export interface DeclaredName {
  readonly name: string;
  /** query: a feature that only reports may read. */
  readonly sort: 'key' | 'feature' | 'result' | 'query';
  readonly place: LocatedScalar;
  /** Mode of the rule whose result it is. */
  readonly mode?: 'live' | 'shadow' | 'off';
}

export class DeclaredNames {
  readonly #kinds = new Map<string, Map<string, DeclaredName>>();
  readonly #diagnostics: Diagnostics;

  constructor(diagnostics: Diagnostics) {
    this.#diagnostics = diagnostics;
  }

  addKind(kind: string, key: readonly string[], place: LocatedScalar): void {
    const names = new Map<string, DeclaredName>();
    for (const name of key) names.set(name, { name, sort: 'key', place });
    this.#kinds.set(kind, names);
  }

  /** Declares a feature or a result; a name taken before is reported. */
  add(kind: string, name: DeclaredName): void {
    const names = this.#kinds.get(kind);
    const before = names?.get(name.name);
    if (before === undefined) {
      names?.set(name.name, name);
    } else if (before.sort === 'key') {
      this.#diagnostics.report(name.place, `\`${name.name}\` is a key field of ${kind}, choose another name`);
    } else {
      const at = formatPosition(before.place.source.position(before.place.span.start));
      this.#diagnostics.report(name.place, `\`${name.name}\` of ${kind} is declared twice, also at ${at}`);
    }
  }

  hasKind(kind: string): boolean {
    return this.#kinds.has(kind);
  }

  get kinds(): Iterable<string> {
    return this.#kinds.keys();
  }

  of(kind: string): ReadonlyMap<string, DeclaredName> {
    return this.#kinds.get(kind) ?? new Map();
  }

  /** The kinds of which this is a feature or result. */
  kindsWith(name: string): string[] {
    return [...this.#kinds]
      .filter(([, names]) => (names.get(name)?.sort ?? 'key') !== 'key')
      .map(([kind]) => kind);
  }
}
