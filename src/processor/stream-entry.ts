/** A stream element as an Entry: which of its fields carry events, and what becomes of bytes that are no text. */

import { isUtf8 } from 'node:buffer';
import type { Entry, EntryId } from '../core/entry.ts';
import type { StreamElement, StreamReader } from './stream-reader.ts';

const BODY = new Set(['d', 'f', 'b']);
const REPLACEMENT = '\uFFFD';

/** True when a text of the element holds U+FFFD: sent as such, or put by the decoder for bytes that are no UTF-8. */
export function isDoubtful(element: StreamElement): boolean {
  for (const text of element[1]) if (text.includes(REPLACEMENT)) return true;
  return false;
}

/** The entry of a doubtful element: text when its bytes are UTF-8 after all, else the bytes themselves. */
export async function readAgain(
  reader: Pick<StreamReader, 'bytes'>,
  key: string,
  element: StreamElement,
): Promise<Entry> {
  const [id, fields] = element;
  const bytes = await reader.bytes(key, id);
  if (bytes.every((text) => isUtf8(text))) return entryOfFields(id, fields);
  const marked = fields.findIndex((name, i) => i % 2 === 0 && name === 'm');
  const rest = marked < 0 ? bytes : bytes.toSpliced(marked, 2);
  // A body as the producer sent it; flat fields all of them, a line each.
  const isBody = rest.length === 2 && BODY.has(String(rest[0]));
  const body = isBody ? (rest[1] as Buffer) : Buffer.concat(rest.flatMap((part) => [part, NEW_LINE]));
  return { id, b: body.toString('base64'), ...(marked < 0 ? {} : { m: fields[marked + 1] as string }) };
}

const NEW_LINE = Buffer.from('\n');

/** Fields `d`, `f` or `b`, with or without `m`; anything else is one event in flat fields. */
export function entryOfFields(id: EntryId, fields: readonly string[]): Entry {
  if (fields.length === 2 && BODY.has(fields[0] as string))
    return { id, [fields[0] as 'd']: fields[1] as string };
  if (fields.length === 4) {
    const first = fields[0] as string;
    const second = fields[2] as string;
    if (second === 'm' && BODY.has(first))
      return { id, [first]: fields[1] as string, m: fields[3] as string };
    if (first === 'm' && BODY.has(second))
      return { id, [second]: fields[3] as string, m: fields[1] as string };
  }
  return { id, f: flatFields(fields) };
}

/** Flat fields as the text of a JSON object; a name given twice stays twice, for the dead letter's sake. */
export function flatFields(fields: readonly string[]): string {
  const pairs: string[] = [];
  for (let i = 0; i < fields.length; i += 2)
    pairs.push(`${JSON.stringify(fields[i])}:${JSON.stringify(fields[i + 1])}`);
  return `{${pairs.join(',')}}`;
}
