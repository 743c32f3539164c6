/** Reads a YAML map strictly: only known keys, each of the right sort, everything wrong reported at its place. */

import { didYouMean } from '../core/did-you-mean.ts';
import { CALENDAR_WORDS, type Interval } from '../core/interval.ts';
import { type Millis, parseDuration } from '../core/units.ts';
import { type Diagnostics, startOf } from './diagnostics.ts';
import type { Located, LocatedMap, LocatedScalar } from './located.ts';

export class MapReader {
  readonly map: LocatedMap;
  readonly diagnostics: Diagnostics;
  /** Known keys that an unknown one was probably meant to be: they are not missing, they are misspelt. */
  readonly #misspelt = new Set<string>();

  /** @param known every key that may stand in this map; undefined when any may */
  constructor(map: LocatedMap, diagnostics: Diagnostics, known: readonly string[] | undefined) {
    this.map = map;
    this.diagnostics = diagnostics;
    if (known === undefined) return;
    for (const [name, { key }] of map.entries) {
      if (known.includes(name)) continue;
      diagnostics.reportUnknown(key, 'key', name, known);
      const meant = didYouMean(name, known);
      if (meant !== undefined) this.#misspelt.add(meant);
    }
  }

  has(name: string): boolean {
    return this.map.entries.has(name);
  }

  key(name: string): LocatedScalar | undefined {
    return this.map.entries.get(name)?.key;
  }

  /** The value, when there is one and it could be read; an empty value is reported. */
  value(name: string): Located | undefined {
    const entry = this.map.entries.get(name);
    if (entry === undefined) return undefined;
    const { value } = entry;
    if (value.type !== 'scalar' || value.value !== null) return value;
    if (!value.broken) this.diagnostics.report(entry.key, `\`${name}\` has no value`);
    return undefined;
  }

  /** Reports the key as missing when it is. */
  need(name: string): void {
    if (this.has(name) || this.#misspelt.has(name)) return;
    const first = this.map.entries.values().next().value;
    this.diagnostics.report(first?.key ?? startOf(this.map), `\`${name}\` is missing`);
  }

  needOneOf(names: readonly string[]): void {
    if (names.some((name) => this.has(name) || this.#misspelt.has(name))) return;
    const first = this.map.entries.values().next().value;
    const message = `one of ${names.map((name) => `\`${name}\``).join(', ')} is missing`;
    this.diagnostics.report(first?.key ?? startOf(this.map), message);
  }

  /** A text, number or boolean, with its place: expressions and names. */
  scalar(name: string): LocatedScalar | undefined {
    const value = this.value(name);
    if (value === undefined || value.type === 'scalar') return value;
    this.refuse(name, value, 'a text');
    return undefined;
  }

  text(name: string): string | undefined {
    return this.scalar(name)?.text;
  }

  /** One of the words. */
  word<Word extends string>(name: string, words: readonly Word[]): Word | undefined {
    const scalar = this.scalar(name);
    if (scalar === undefined) return undefined;
    const found = words.find((word) => word === scalar.text);
    if (found === undefined) {
      const meant = didYouMean(scalar.text, words);
      const hint = meant === undefined ? undefined : `did you mean \`${meant}\`?`;
      this.diagnostics.report(scalar, `\`${name}\` must be one of ${words.join(', ')}`, hint);
    }
    return found;
  }

  number(name: string, least: number, most: number, whole = false): number | undefined {
    const value = this.value(name);
    if (value === undefined) return undefined;
    const number = value.type === 'scalar' ? value.value : undefined;
    const fits = typeof number === 'number' && number >= least && number <= most;
    if (fits && (!whole || Number.isInteger(number))) return number;
    const range = Number.isFinite(most)
      ? ` from ${least} to ${most}`
      : Number.isFinite(least)
        ? ` from ${least} up`
        : '';
    this.refuse(name, value, `a ${whole ? 'whole ' : ''}number${range}`);
    return undefined;
  }

  boolean(name: string): boolean | undefined {
    const value = this.value(name);
    if (value === undefined) return undefined;
    if (value.type === 'scalar' && typeof value.value === 'boolean') return value.value;
    this.refuse(name, value, 'true or false');
    return undefined;
  }

  /** `90s`, `30m`, `6h`, `7d`, `4w`; longer than nothing. */
  duration(name: string, zeroToo = false): Millis | undefined {
    const value = this.value(name);
    if (value === undefined) return undefined;
    const duration = value.type === 'scalar' ? parseDuration(value.text) : undefined;
    if (duration !== undefined && Number.isSafeInteger(duration) && (duration > 0 || zeroToo))
      return duration;
    this.refuse(name, value, 'a duration such as 30m, 6h or 7d');
    return undefined;
  }

  /** A duration, or a word of the calendar. */
  interval(name: string): Interval | undefined {
    const value = this.value(name);
    const word = value?.type === 'scalar' && CALENDAR_WORDS.find((known) => known === value.text);
    if (word) return word;
    if (value === undefined) return undefined;
    const duration = value.type === 'scalar' ? parseDuration(value.text) : undefined;
    if (duration !== undefined && Number.isSafeInteger(duration) && duration > 0) return duration;
    this.refuse(name, value, '`hour`, `day` or a duration such as 30m, 6h or 7d');
    return undefined;
  }

  /** `5%` or `0.05`, as a ratio from 0 up to `most`. */
  ratio(name: string, most: number): number | undefined {
    const value = this.value(name);
    if (value === undefined) return undefined;
    const match = value.type === 'scalar' ? /^(\d+(?:\.\d+)?)(%?)$/.exec(value.text) : null;
    const ratio = match ? Number(match[1]) / (match[2] ? 100 : 1) : Number.NaN;
    if (ratio <= most) return ratio;
    this.refuse(name, value, `a share such as 5%${Number.isFinite(most) ? `, at most ${most * 100}%` : ''}`);
    return undefined;
  }

  /** A text or a list of texts. */
  scalars(name: string): LocatedScalar[] {
    const value = this.value(name);
    if (value === undefined) return [];
    const items = value.type === 'list' ? value.items : [value];
    const scalars = items.filter((item) => item.type === 'scalar');
    if (scalars.length === items.length && items.length > 0) return scalars;
    this.refuse(name, value, 'a name or a list of names');
    return [];
  }

  submap(name: string): LocatedMap | undefined {
    const value = this.value(name);
    if (value === undefined || value.type === 'map') return value;
    this.refuse(name, value, 'a map');
    return undefined;
  }

  list(name: string): readonly Located[] | undefined {
    const value = this.value(name);
    if (value === undefined || value.type === 'list') return value?.items;
    this.refuse(name, value, 'a list');
    return undefined;
  }

  /** The items of a list of maps; others are reported. */
  maps(name: string): LocatedMap[] {
    const maps: LocatedMap[] = [];
    for (const item of this.list(name) ?? []) {
      if (item.type === 'map') maps.push(item);
      else if (item.type === 'list' || !item.broken)
        this.diagnostics.report(startOf(item), `each line of \`${name}\` must be a map such as { name: … }`);
    }
    return maps;
  }

  refuse(name: string, value: Located, wanted: string): void {
    if (value.type === 'scalar' && value.broken) return;
    const is = value.type === 'scalar' ? `\`${value.text}\`` : `a ${value.type}`;
    this.diagnostics.report(startOf(value), `\`${name}\` must be ${wanted}, is ${is}`);
  }
}
