/** Dead letters sent again: each is checked as it would arrive now, and goes into the log of its partition once more. */

import { type EntryId, entryMillis } from '../core/entry.ts';
import type { WeirEvent } from '../core/event.ts';
import type { KeptLetter } from '../core/history/kept-letter.ts';
import { parseInstant } from '../core/instant.ts';
import type { Log } from '../core/ports.ts';
import type { Millis } from '../core/units.ts';
import type { EventCatalogue } from '../rules/event-catalogue.ts';
import { decode } from '../step/decode.ts';
import { pack } from './intake.ts';

/** What is known of a letter's text now. */
export type Checked =
  | { readonly ok: false; readonly reason: string; readonly problem: string }
  | {
      readonly ok: true;
      readonly event: Pick<WeirEvent, 'id' | 'source' | 'type'>;
      readonly entry: { readonly id: EntryId; readonly d?: string; readonly f?: string };
    };

/**
 * @param text what to send instead of the letter's own bytes
 * @param now an event from further ahead is still refused
 */
export function checkLetter(
  letter: KeptLetter,
  text: string | undefined,
  catalogue: EventCatalogue,
  now: Millis,
): Checked {
  const own = letter.raw && Buffer.from(letter.raw);
  const sent = text ?? own?.toString('utf8');
  if (sent === undefined) return { ok: false, reason: 'forgotten', problem: 'its bytes are no longer kept' };
  if (text === undefined && own && !Buffer.from(sent).equals(own))
    return { ok: false, reason: 'bad_utf8', problem: 'the bytes are not UTF-8: send a text instead of them' };
  if (/^\s*\[/.test(sent))
    return { ok: false, reason: 'not_an_event', problem: 'a list stands where one event should be' };
  const origin = originOf(letter, sent);
  let refused: Checked | undefined;
  // fields of a flat entry are all text, which only their own form allows
  for (const form of ['d', 'f'] as const) {
    const [item] = decode({ id: `${now}-0`, [form]: sent, m: origin.now(now) }, catalogue, { clock: 'live' });
    if (item?.kind === 'event') {
      const { type, source } = item.event;
      const id = item.event.id === origin.now(now) ? `${origin.kept}.0` : item.event.id;
      if (letter.reason === 'id_conflict' && id === idIn(own))
        return { ok: false, reason: 'id_conflict', problem: `its id ${id} came before: give it another one` };
      return { ok: true, event: { id, source, type }, entry: { id: origin.kept, [form]: sent } };
    }
    if (item?.kind === 'dead') {
      const { reason, problem } = item.letter;
      refused ??= { ok: false, reason, problem };
    }
  }
  return refused ?? { ok: false, reason: 'not_an_event', problem: 'an entry of the processor itself' };
}

/** Appends checked letters; several may share an entry of a log. */
export async function sendLetters(
  checked: readonly Extract<Checked, { ok: true }>[],
  catalogue: EventCatalogue,
  logs: readonly Log[],
): Promise<void> {
  const entries = checked.map(({ entry }) => entry);
  const packed = pack(entries, catalogue, logs.length);
  await Promise.all(packed.map(([partition, entry]) => (logs[partition] as Log).append(entry)));
}

/**
 * The default id of an event that has none, the same however often the letter is sent, and when it entered: for an
 * event that came from the future that is its own time.
 */
function originOf({ partition, entry, item, reason }: KeptLetter, text: string) {
  const entered = (reason === 'future_time' ? timeIn(text) : undefined) ?? entryMillis(entry);
  const rest = `${entry.slice(entry.indexOf('-') + 1)}.dead.${partition}.${item}`;
  return { kept: `${entered}-${rest}`, now: (now: Millis) => `${now}-${rest}` };
}

function timeIn(text: string): Millis | undefined {
  const { time, ts } = fieldsIn(text);
  return parseInstant(time ?? ts);
}

function idIn(bytes: Buffer | undefined): string | undefined {
  const { id } = fieldsIn(bytes?.toString('utf8') ?? '');
  return id === undefined ? undefined : String(id);
}

function fieldsIn(text: string): { readonly id?: unknown; readonly time?: unknown; readonly ts?: unknown } {
  try {
    return Object(JSON.parse(text));
  } catch {
    return {};
  }
}
