/** How values are shown to people: numbers, money, times and names in the language and time zone of the page. */

import { DAY, HOUR, MINUTE, type Millis, SECOND } from '../../core/units.ts';
import type { Language } from './texts.ts';

const LOCALES: Readonly<Record<Language, string>> = { en: 'en-GB', es: 'es-ES' };
const STEPS: readonly (readonly [Intl.RelativeTimeFormatUnit, Millis])[] = [
  ['day', DAY],
  ['hour', HOUR],
  ['minute', MINUTE],
  ['second', SECOND],
];
/** Elements of a list that stands among other things. */
const SHOWN = 3;
/** What stands where nothing is known. */
export const NOTHING = '–';

export class Show {
  readonly now: Millis;
  readonly zone: string;
  readonly #locale: string;
  readonly #formats = new Map<string, Intl.DateTimeFormat | Intl.NumberFormat>();

  constructor(language: Language, zone: string, now: Millis) {
    this.#locale = LOCALES[language];
    this.zone = zone;
    this.now = now;
  }

  /** `22 Nov, 09:14`; with the year where it is another one. */
  time(time: Millis): string {
    const other = new Date(time).getUTCFullYear() !== new Date(this.now).getUTCFullYear();
    return this.#date({
      day: 'numeric',
      month: 'short',
      hour: '2-digit',
      minute: '2-digit',
      ...(other ? { year: 'numeric' } : {}),
    }).format(time);
  }

  /** `09:14:03`. */
  clock(time: Millis): string {
    return this.#date({ hour: '2-digit', minute: '2-digit', second: '2-digit' }).format(time);
  }

  /** `3 hours ago`, `in 2 days`. */
  ago(time: Millis): string {
    const passed = time - this.now;
    const [unit, size] =
      STEPS.find(([, step]) => Math.abs(passed) >= step) ?? (STEPS.at(-1) as (typeof STEPS)[number]);
    const relative = new Intl.RelativeTimeFormat(this.#locale, { numeric: 'auto', style: 'short' });
    return relative.format(Math.trunc(passed / size), unit);
  }

  number(value: number, digits = 2): string {
    return this.#number({ maximumFractionDigits: digits }).format(value);
  }

  /** With its sign, for what was added or moved. */
  signed(value: number, digits = 2): string {
    return this.#number({ maximumFractionDigits: digits, signDisplay: 'exceptZero' }).format(value);
  }

  /** An unknown currency is shown by its letters. */
  money(value: number, currency: string): string {
    const known = /^[A-Z]{3}$/.test(currency);
    return known
      ? this.#number({ style: 'currency', currency }).format(value)
      : `${this.number(value)} ${currency}`.trim();
  }

  /** @param ratio 0..1 */
  percent(ratio: number, digits = 0): string {
    return this.#number({ style: 'percent', maximumFractionDigits: digits }).format(ratio);
  }

  /** The same with its sign, for what became more or less. */
  signedPercent(ratio: number): string {
    return this.#number({ style: 'percent', maximumFractionDigits: 0, signDisplay: 'exceptZero' }).format(
      ratio,
    );
  }

  /** A feature or result as a rule reads it, on one line. */
  value(value: unknown): string {
    if (value === undefined || value === null) return NOTHING;
    if (typeof value === 'number') return this.number(value);
    if (typeof value === 'string') return value;
    if (typeof value === 'boolean') return String(value);
    if (Array.isArray(value)) return value.map((item) => this.value(nameOf(item))).join(', ') || NOTHING;
    const { value: inner, class: name, to } = value as { value?: unknown; class?: unknown; to?: unknown };
    if (typeof to === 'object' && to !== null)
      return Object.entries(to)
        .map(([row, amount]) => `${row} ${this.value(amount)}`)
        .join(' · ');
    if (inner === undefined) return this.#entries(value);
    return typeof name === 'string' ? `${this.value(inner)} · ${this.label(name)}` : this.value(inner);
  }

  /** Of a tally the largest counts; of anything else its JSON. */
  #entries(value: object): string {
    const entries = Object.entries(value);
    if (entries.length === 0) return NOTHING;
    if (!entries.every(([, one]) => typeof one === 'number')) return JSON.stringify(value);
    const shown = entries.sort(([, a], [, b]) => b - a).slice(0, SHOWN);
    const more = entries.length - shown.length;
    return `${shown.map(([name, one]) => `${name} ${this.value(one)}`).join(' · ')}${more > 0 ? ` +${more}` : ''}`;
  }

  /** The same, of a list only the first ones. */
  brief(value: unknown): string {
    if (!Array.isArray(value) || value.length <= SHOWN) return this.value(value);
    return `${this.value(value.slice(0, SHOWN))} +${value.length - SHOWN}`;
  }

  /** Names that a rule picked, as people write them. */
  labels(lines: unknown): string {
    if (!Array.isArray(lines)) return NOTHING;
    return lines.map((line) => this.label(this.value(nameOf(line)))).join(' · ') || NOTHING;
  }

  /** `engagement_score` as people write it: `Engagement score`. */
  label(name: string): string {
    const words = name.replaceAll('_', ' ').trim();
    return words === '' ? name : (words[0] as string).toUpperCase() + words.slice(1);
  }

  #date(options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
    const full = { hourCycle: 'h23', timeZone: this.zone, ...options } as const;
    return this.#kept(options, () => new Intl.DateTimeFormat(this.#locale, full));
  }

  #number(options: Intl.NumberFormatOptions): Intl.NumberFormat {
    return this.#kept(options, () => new Intl.NumberFormat(this.#locale, options));
  }

  #kept<Format extends Intl.DateTimeFormat | Intl.NumberFormat>(options: object, make: () => Format): Format {
    const key = JSON.stringify(options);
    const format = (this.#formats.get(key) as Format | undefined) ?? make();
    this.#formats.set(key, format);
    return format;
  }
}

/** Picked lines and rows of channels are named; the rest of them is told elsewhere. */
function nameOf(item: unknown): unknown {
  if (typeof item !== 'object' || item === null) return item;
  const { name, channel } = item as { name?: unknown; channel?: unknown };
  return name ?? channel ?? item;
}
