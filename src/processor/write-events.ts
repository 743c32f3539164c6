/** Checked events written straight to the logs of their partitions, for HTTP, import and the command line. */

import type { DeadReason } from '../core/decision.ts';
import { normalId } from '../core/id.ts';
import type { Log } from '../core/ports.ts';
import type { Millis } from '../core/units.ts';
import type { EventCatalogue } from '../rules/event-catalogue.ts';
import { decode } from '../step/decode.ts';
import { pack } from './intake.ts';

export interface Rejected {
  readonly index: number;
  readonly id: string | null;
  readonly reason: DeadReason | 'duplicate_in_request';
  readonly problem: string;
}

export interface Receipt {
  readonly accepted: number;
  readonly rejected: readonly Rejected[];
}

/**
 * Checks each event's text as the processor will, and writes the good ones; a bad one is answered, not stored.
 * @param texts one JSON object each, exactly as received
 * @param now for events without a time and for those from the future
 */
export async function writeEvents(
  texts: readonly string[],
  catalogue: EventCatalogue,
  logs: readonly Pick<Log, 'append'>[],
  now: Millis,
): Promise<Receipt> {
  const rejected: Rejected[] = [];
  const accepted: { id: string; d: string; m: string }[] = [];
  const seen = new Set<string>();
  texts.forEach((text, index) => {
    const origin = `${now}-0`;
    // with `m` control entries are refused: nobody outside may write ticks or activations
    const entry = { id: origin, d: text, m: `${origin}:${index}` };
    const [item] = /^\s*\[/.test(text) ? [] : decode(entry, catalogue, { clock: 'live' });
    if (item?.kind !== 'event') {
      const letter = item?.kind === 'dead' ? item.letter : undefined;
      rejected.push({
        index,
        id: givenId(text),
        reason: letter?.reason ?? 'not_an_event',
        problem: letter?.problem ?? 'a list of events stands where an event should be',
      });
      return;
    }
    const key = `${item.event.source}\n${item.event.id}`;
    if (seen.has(key)) {
      const problem = `event ${item.event.id} is in this request already`;
      rejected.push({ index, id: item.event.id, reason: 'duplicate_in_request', problem });
      return;
    }
    seen.add(key);
    accepted.push({ id: origin, d: text, m: '' });
  });
  const entries = pack(accepted, catalogue, logs.length);
  await Promise.all(
    entries.map(([partition, entry]) => {
      // written here, not by the intake: ids and times default to the log entry's own
      const { m: _origin, ...own } = entry;
      return (logs[partition] as Pick<Log, 'append'>).append(own);
    }),
  );
  return { accepted: accepted.length, rejected };
}

/** The id of an event that is refused, where it has a readable one. */
function givenId(text: string): string | null {
  try {
    return normalId((JSON.parse(text) as { id?: unknown } | null)?.id) ?? null;
  } catch {
    return null;
  }
}
