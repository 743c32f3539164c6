/** Decode: an entry's text into checked, normalised events; whatever is wrong becomes a dead letter. */

import type { DeadLetter } from '../core/decision.ts';
import type { Entry } from '../core/entry.ts';
import type { WeirEvent } from '../core/event.ts';
import { isPlainText, LONGEST_ID, normalId } from '../core/id.ts';
import { parseInstant } from '../core/instant.ts';
import type {
  LearnedExample,
  SharedBudget,
  SharedChanged,
  SharedErased,
  SharedKnown,
  SharedPartial,
} from '../core/mail.ts';
import { shown } from '../core/shown.ts';
import { MINUTE, type Millis } from '../core/units.ts';
import type { EventCatalogue, EventType } from '../rules/event-catalogue.ts';
import { decodeMail } from './decode-mail.ts';
import { EntryReading, originOf } from './entry-reading.ts';
import { type Fields, fromText, normaliseFields, type Trouble } from './normalise.ts';
import { hashValue, isForbiddenKey, payloadHash } from './payload-hash.ts';
import { takePersonal } from './personal.ts';
import {
  badId,
  badJson,
  badTime,
  findTrouble,
  inFuture,
  LONGEST_EVENT_BYTES,
  notAnEvent,
  TOO_LARGE,
  unknownType,
} from './refusal.ts';

/** What one element of an entry is; `index` is its place in the entry. */
export type Item =
  | { readonly kind: 'event'; readonly event: WeirEvent; readonly index: number; readonly payload: number }
  /** `id` makes a letter recognisable that comes again because the intake sent its entry twice. */
  | { readonly kind: 'dead'; readonly letter: DeadLetter; readonly id: string }
  | { readonly kind: 'tick'; readonly time: Millis }
  | { readonly kind: 'activated'; readonly hash: string; readonly previous: string }
  /** What follows is imported: decisions of stream times before `until` are about the past, and tell nobody. */
  | { readonly kind: 'imported'; readonly until: Millis }
  | { readonly kind: 'partial'; readonly partial: SharedPartial }
  | { readonly kind: 'broadcast'; readonly change: SharedChanged }
  | { readonly kind: 'known'; readonly known: SharedKnown }
  | { readonly kind: 'erased'; readonly erased: SharedErased }
  | { readonly kind: 'budget'; readonly budget: SharedBudget }
  | { readonly kind: 'example'; readonly example: LearnedExample }
  | { readonly kind: 'resend'; readonly owner: number | undefined };

export interface DecodeOptions {
  /** `live`: times are held against when the event entered; `log`: the log itself is the clock. */
  readonly clock: 'live' | 'log';
}

const FURTHEST_AHEAD: Millis = 5 * MINUTE;
const LONGEST_TYPE = 200;

/** One item for each element of the entry, in order; never throws. */
export function decode(entry: Entry, catalogue: EventCatalogue, options: DecodeOptions): Item[] {
  const text = entry.d ?? entry.f;
  if (text === undefined) return [unreadable(entry)];
  const measure = isTooLarge(text);
  if (measure && !/^\s*\[/.test(text) && !isMail(entry)) return [whole(entry, text, TOO_LARGE)];
  let reading: EntryReading;
  try {
    reading = new EntryReading(entry, text, entry.d === undefined);
  } catch (error) {
    return [whole(entry, text, badJson(error as Error))];
  }
  const { values, isList } = reading;
  if (isList && values.length === 0) return [whole(entry, text, notAnEvent('the list is empty'))];
  if (!isList && entry.m === undefined && entry.d !== undefined) {
    const control = decodeControl(reading, values[0] as Fields | null);
    if (control) return [control];
  }
  const items: Item[] = [];
  for (let i = 0; i < values.length; i++) {
    if (measure && isTooLarge(reading.raw(i))) items.push(dead(reading, i, TOO_LARGE));
    else items.push(decodeEvent(reading, i, catalogue, options));
  }
  return items;
}

/** The exact bytes of one element of an entry, for a letter about an event that was decoded before. */
export function sourceText(entry: Entry, index: number): { raw: string; encoding: 'utf8' | 'base64' } {
  const text = entry.d ?? entry.f;
  if (text === undefined) return { raw: entry.b ?? '', encoding: 'base64' };
  return { raw: new EntryReading(entry, text, false).raw(index), encoding: 'utf8' };
}

/** Mail of other partitions is as long as what they know; its writer is the processor itself. */
function isMail({ d, m }: Entry): boolean {
  return m === undefined && d !== undefined && /^\{"type":"(?:shared|learned)\./.test(d);
}

function isTooLarge(text: string): boolean {
  return text.length * 3 > LONGEST_EVENT_BYTES && Buffer.byteLength(text) > LONGEST_EVENT_BYTES;
}

/** Entries of the processor itself; undefined for anything else. */
function decodeControl(reading: EntryReading, value: Fields | null): Item | undefined {
  if (value?.type === 'tick') {
    const time = parseInstant(value.time);
    return time === undefined ? dead(reading, 0, badTime(value.time), 'tick') : { kind: 'tick', time };
  }
  if (value?.type === 'history.imported') {
    const until = parseInstant(value.until);
    return until === undefined
      ? dead(reading, 0, badTime(value.until), 'history.imported')
      : { kind: 'imported', until };
  }
  if (value?.type === 'rules.activated') {
    const { hash } = value;
    const previous = value.previous ?? '';
    if (typeof hash === 'string' && hash !== '' && typeof previous === 'string')
      return { kind: 'activated', hash, previous };
    const problem = `hash and previous must be text, are ${shown(hash)} and ${shown(previous)}`;
    return dead(reading, 0, { reason: 'bad_field', problem }, 'rules.activated');
  }
  if (typeof value?.type !== 'string' || !/^(?:shared|learned)\./.test(value.type)) return undefined;
  const mail = decodeMail(value);
  return typeof mail === 'string'
    ? dead(reading, 0, { reason: 'bad_field', problem: mail }, value.type)
    : mail;
}

function decodeEvent(
  reading: EntryReading,
  index: number,
  catalogue: EventCatalogue,
  options: DecodeOptions,
): Item {
  const value = reading.values[index];
  if (!isObject(value)) return dead(reading, index, notAnEvent(`an event is an object, is ${shown(value)}`));
  const { type } = value;
  if (typeof type !== 'string')
    return dead(reading, index, notAnEvent(`type must be text, is ${shown(type)}`));
  const known = catalogue.get(type);
  if (known === undefined) return dead(reading, index, unknownType(type, catalogue), type);

  const structured = !reading.textual && value.data !== undefined;
  const given = value.time ?? value.ts ?? undefined;
  const data = structured ? value.data : flatData(value, known, reading.textual);
  if (!isObject(data))
    return dead(reading, index, notAnEvent(`data must be an object, is ${shown(data)}`), type);
  const payload = hasBadEnvelope(value) ? -1 : payloadHash(type, given, data, structured ? 2 : 1);
  if (payload < 0) return dead(reading, index, findTrouble(value) ?? findTrouble(data) ?? TOO_LARGE, type);

  const id = value.id === undefined || value.id === null ? reading.origin(index) : normalId(value.id);
  if (id === undefined) return dead(reading, index, badId('id', value.id), type);
  const source = (structured ? value.source : value.event_source) ?? '';
  if (typeof source !== 'string' || source.length > LONGEST_ID || !isPlainText(source))
    return dead(reading, index, badSource(structured, source), type);
  const time = given === undefined ? reading.enteredAt(index) : parseInstant(given);
  if (time === undefined) return dead(reading, index, badTime(given), type);
  if (options.clock === 'live' && given !== undefined && time > reading.enteredAt(index) + FURTHEST_AHEAD)
    return dead(reading, index, inFuture(given), type);

  const trouble = fit(data, known, reading, index, structured);
  if (trouble) return dead(reading, index, trouble, type);
  const taken = takePersonal(data, known, catalogue.strays(known));
  if (taken === undefined) return { kind: 'event', event: { id, source, type, time, data }, index, payload };
  const { person, visitor } = taken;
  const event: WeirEvent = {
    id,
    source,
    type,
    time,
    data: taken.data,
    ...(person && { person }),
    ...(visitor !== undefined && { visitor }),
  };
  return { kind: 'event', event, index, payload };
}

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The event's own fields of a flat event: all but the envelope's. */
function flatData(value: Fields, type: EventType, textual: boolean): Fields {
  const data: Fields = {};
  const alias = value.time === undefined || value.time === null ? 'ts' : 'time';
  for (const key in value) {
    if (key === 'id' || key === 'type' || key === 'time' || key === 'event_source' || key === alias) continue;
    if (!isForbiddenKey(key)) data[key] = value[key];
  }
  if (textual) fromText(data, type.shape);
  return data;
}

/** A key that may not be, or nesting, beside the fields: those of the fields are found while hashing them. */
function hasBadEnvelope(value: Fields): boolean {
  for (const key in value) {
    if (isForbiddenKey(key)) return true;
    if (key !== 'data' && typeof value[key] === 'object' && hashValue(value[key], 2) < 0) return true;
  }
  return false;
}

function fit(
  data: Fields,
  type: EventType,
  reading: EntryReading,
  index: number,
  structured: boolean,
): Trouble | undefined {
  const texts = type.money.length > 0 ? reading.numberTexts(index, type.money) : undefined;
  const trouble = normaliseFields(
    data,
    type.shape,
    structured ? (texts?.data as Fields | undefined) : texts,
    '',
  );
  if (trouble) return trouble;
  const wrong = type.check(data);
  return wrong && { reason: 'bad_field', problem: wrong.problem };
}

function badSource(structured: boolean, source: unknown): Trouble {
  const field = structured ? 'source' : 'event_source';
  const problem = `${field} must be text of at most ${LONGEST_ID} characters without control characters, is ${shown(source)}`;
  return { reason: 'bad_id', problem };
}

function dead(reading: EntryReading, index: number, { reason, problem }: Trouble, type?: string): Item {
  const letter: DeadLetter = {
    reason,
    problem,
    ...(type !== undefined && { type: type.slice(0, LONGEST_TYPE) }),
    entry: reading.entry.id,
    index,
    raw: reading.raw(index),
    encoding: 'utf8',
  };
  return { kind: 'dead', letter, id: reading.origin(index) };
}

/** An entry that is refused before its elements can be told apart. */
function whole(entry: Entry, raw: string, { reason, problem }: Trouble): Item {
  const letter: DeadLetter = { reason, problem, entry: entry.id, index: 0, raw, encoding: 'utf8' };
  return { kind: 'dead', letter, id: originOf(entry, entry.m?.split(',') ?? [], 0) };
}

function unreadable(entry: Entry): Item {
  const trouble: Trouble =
    entry.b === undefined
      ? { reason: 'not_an_event', problem: 'the entry has none of the fields d, f and b' }
      : { reason: 'bad_utf8', problem: 'the bytes are not UTF-8' };
  const { kind, letter, id } = whole(entry, entry.b ?? '', trouble) as Item & { kind: 'dead' };
  return { kind, letter: { ...letter, encoding: 'base64' }, id };
}
