/** Brings the fields of an event into their one form, in place: ids as text, money and times as numbers. */

import type { DeadReason } from '../core/decision.ts';
import { ID_RULE, normalId } from '../core/id.ts';
import { INSTANT_RULE, parseInstant } from '../core/instant.ts';
import { shown } from '../core/shown.ts';
import { fromMicros, LARGEST_SUMMAND, toMicros } from '../core/units.ts';
import type { EventField } from '../rules/event-catalogue.ts';

/** Why an event is refused. */
export interface Trouble {
  readonly reason: DeadReason;
  readonly problem: string;
}

export type Fields = Record<string, unknown>;

/** A number as people write it: no sign, no exponent, at most six decimals. */
const DECIMAL = /^\d{1,10}(?:\.\d{1,6})?$/;

/**
 * `texts`, where given, is a parallel object that holds the source text of money numbers. Values that cannot be
 * brought into form because they are of another type stay: the schema names the problem.
 */
export function normaliseFields(
  fields: Fields,
  shape: readonly EventField[],
  texts: Fields | undefined,
  at: string,
): Trouble | undefined {
  for (let i = 0; i < shape.length; i++) {
    const field = shape[i] as EventField;
    const { kind, name } = field;
    if (kind === 'text' || kind === 'number' || kind === 'any') continue;
    const value = fields[name];
    if (value === undefined || value === null) continue;
    if (kind === 'id') {
      if (typeof value !== 'string' && typeof value !== 'number') continue;
      const id = normalId(value);
      if (id === undefined) return trouble('bad_id', field, at, `must be ${ID_RULE}`, value);
      if (id !== value) fields[name] = id;
    } else if (kind === 'money' || kind === 'budget') {
      if (typeof value !== 'string' && typeof value !== 'number') continue;
      const amount = exactAmount(value, texts?.[name]);
      if (amount === undefined) return trouble('bad_money', field, at, MONEY_RULE, texts?.[name] ?? value);
      if (kind === 'budget' && Math.round(amount * 100) / 100 !== amount)
        return trouble('bad_money', field, at, 'is a budget: at most 2 decimals', value);
      if (field.largest !== undefined && amount > field.largest)
        return trouble(
          'bad_money',
          field,
          at,
          `is more than ${field.largest}, the largest that weir.yaml allows`,
          value,
        );
      if (amount !== value) fields[name] = amount;
    } else if (kind === 'time') {
      const time = parseInstant(value);
      if (time === undefined) return trouble('bad_time', field, at, `must be ${INSTANT_RULE}`, value);
      fields[name] = time;
    } else if (kind === 'rows') {
      const found = normaliseRows(value, field, texts?.[name], at + name);
      if (found) return found;
    }
  }
  return undefined;
}

const MONEY_RULE = 'must be an amount without sign or exponent, with at most 6 decimals, up to 1000000000';

function normaliseRows(list: unknown, field: EventField, texts: unknown, at: string): Trouble | undefined {
  if (!Array.isArray(list)) return undefined;
  for (let i = 0; i < list.length; i++) {
    const row: unknown = list[i];
    if (typeof row !== 'object' || row === null) continue;
    const rowTexts = Array.isArray(texts) ? (texts[i] as Fields) : undefined;
    const found = normaliseFields(row as Fields, field.rows ?? [], rowTexts, `${at}[${i}].`);
    if (found) return found;
  }
  return undefined;
}

/** The amount, if its text is exact in micros; `source` is the text of a number where it has to be looked at. */
function exactAmount(value: string | number, source: unknown): number | undefined {
  if (typeof value === 'string' || typeof source === 'string') {
    if (!DECIMAL.test(typeof value === 'string' ? value : (source as string))) return undefined;
  }
  const amount = Number(value);
  if (!(amount >= 0 && amount <= LARGEST_SUMMAND) || Object.is(amount, -0)) return undefined;
  return fromMicros(toMicros(amount)) === amount ? amount : undefined;
}

function trouble(reason: DeadReason, field: EventField, at: string, rule: string, value: unknown): Trouble {
  const is = field.personal ? '' : `, is ${typeof value === 'number' ? value : shown(value)}`;
  return { reason, problem: `${at}${field.name} ${rule}${is}` };
}

/** Values that came as text, converted by the schema; what does not convert stays for the schema to refuse. */
export function fromText(fields: Fields, shape: readonly EventField[]): void {
  for (const { name, kind } of shape) {
    const value = fields[name];
    if (typeof value !== 'string') continue;
    if (kind === 'number') fields[name] = /^-?\d+(?:\.\d+)?$/.test(value) ? Number(value) : value;
    else if (kind === 'boolean') fields[name] = value === 'true' ? true : value === 'false' ? false : value;
    else if (kind === 'rows' || kind === 'any') fields[name] = fromJsonText(value);
  }
}

function fromJsonText(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
