/** An expression of a rule file, evaluated by npm jsonata itself and remembered by the values it reads. */

import jsonata from 'jsonata';
import { readsOf } from './reads.ts';
import { localTime } from './zone.ts';

export type Scope = Readonly<Record<string, unknown>>;

/** What $hour, $weekday, $date and $money depend on beside their arguments. */
export interface Place {
  readonly zone: string;
  readonly currency: string;
}

type Outcome = { readonly value: unknown } | { readonly error: Error };
type Focus = { environment: { lookup(name: string): unknown } };

/** Results that are remembered, so that long runs need no more memory than short ones. */
const MOST_KNOWN = 20_000;

export class Formula {
  readonly text: string;
  /** Root names it reads, without `params`. */
  readonly reads: readonly string[];
  /** Names of an entity's values that it may depend on; absent when any may matter. */
  readonly watched: readonly string[] | undefined;
  readonly #whole: boolean;
  readonly #local: boolean;
  readonly #expression: jsonata.Expression;
  readonly #known = new Map<string, Outcome>();

  constructor(source: unknown) {
    this.text = String(source);
    this.#expression = jsonata(this.text);
    const { names, whole } = readsOf(this.#expression.ast());
    this.reads = names.filter((name) => name !== 'params');
    this.#whole = whole;
    this.#local = /\$(hour|weekday|date|money)\b/.test(this.text);
    this.watched = whole ? undefined : this.#local ? [...this.reads, 'timezone', 'currency'] : this.reads;
    this.#register();
  }

  /** The value, undefined when absent; rejects when the expression fails. `params` never change for one formula. */
  async evaluate(scope: Scope, place: Place): Promise<unknown> {
    const key = this.#keyOf(scope, place);
    let outcome = this.#known.get(key);
    if (!outcome) {
      outcome = await this.#outcome(scope, place);
      if (this.#known.size >= MOST_KNOWN) this.#known.clear();
      this.#known.set(key, outcome);
    }
    if ('error' in outcome) throw outcome.error;
    return outcome.value;
  }

  async #outcome(scope: Scope, place: Place): Promise<Outcome> {
    try {
      return { value: plain(await this.#expression.evaluate(scope, { place })) };
    } catch (thrown) {
      const { code, message } = thrown as { code?: string; message?: string };
      return { error: new Error(`${code ?? 'failed'}: ${message ?? String(thrown)}`) };
    }
  }

  #keyOf(scope: Scope, place: Place): string {
    const local = this.#local ? place.zone + place.currency : '';
    if (this.#whole) return JSON.stringify(scope) + local;
    let key = local;
    for (const name of this.reads) key += `${textOf(scope[name])},`;
    return key;
  }

  #register(): void {
    const add = (name: string, fn: (this: Focus, ...given: never[]) => unknown, signature: string) =>
      this.#expression.registerFunction(name, fn as never, signature);
    const placeOf = (focus: Focus) => focus.environment.lookup('place') as Place;
    add('fixed', (value?: number, digits?: number) => value?.toFixed(digits ?? 0), '<nn?:s>');
    for (const part of ['hour', 'weekday', 'date'] as const)
      add(
        part,
        function (time?: number) {
          return time === undefined ? undefined : localTime(time, placeOf(this).zone)[part];
        },
        '<n:x>',
      );
    add(
      'money',
      function (value?: number) {
        return value === undefined ? undefined : `${value.toFixed(2)} ${placeOf(this).currency}`;
      },
      '<n:s>',
    );
  }
}

function textOf(value: unknown): string {
  if (value === undefined) return '';
  return typeof value === 'number' ? `${value}` : JSON.stringify(value);
}

/** Without the marks that jsonata leaves on its sequences; null and functions count as absent. */
function plain(value: unknown): unknown {
  if (value === null || typeof value === 'function') return undefined;
  return typeof value === 'object' ? JSON.parse(JSON.stringify(value)) : value;
}
