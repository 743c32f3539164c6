/** Bad input by the stream: entries of weir:events, as one body or as flat fields. */

import { elementSlices } from '../../src/step/json-slices.ts';
import type { BadEvent } from './event-trials.ts';
import type { Stage } from './stage.ts';
import type { Surface, Trial } from './trial.ts';

const STREAM = 'weir:events';

export function streamSurface(stage: Stage, events: readonly BadEvent[]): Surface {
  const body = (event: BadEvent): Trial => ({
    ...event,
    send: async () => {
      await stage.redis.xadd(STREAM, '*', 'd', event.bytes);
      return event.marker === undefined ? { bytes: elements(event.bytes) } : { marker: event.marker };
    },
  });
  const flat = (event: BadEvent): Trial => ({
    ...event,
    place: `${event.place}, flat`,
    send: async () => {
      // the same event would be a duplicate of the one in a body
      const fields = (event.flat ?? []).map((text) => (text === event.marker ? `${text}f` : text));
      await stage.redis.xadd(STREAM, '*', ...fields);
      return { marker: `${event.marker}f` };
    },
  });
  return {
    name: 'stream',
    trials: () => events.flatMap((event) => [body(event), ...(event.flat ? [flat(event)] : [])]),
  };
}

/** A list is several events, each with a letter of its own; anything else is one. */
function elements(bytes: Buffer): Buffer[] {
  const text = bytes.toString('utf8');
  try {
    const value: unknown = JSON.parse(text);
    if (Array.isArray(value) && value.length > 0)
      return elementSlices(text).map(([from, to]) => Buffer.from(text.slice(from, to)));
  } catch {
    // no JSON: one letter with all of it
  }
  return [bytes];
}
