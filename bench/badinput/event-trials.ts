/** Events with bad input in one field each, or bad as a whole: what the stream and HTTP are both sent. */

import type { Input } from './corpus.ts';
import type { SampleEvent } from './sample-event.ts';

/** One JSON text, and how it is known again. */
export interface BadEvent {
  readonly input: Input;
  readonly place: string;
  /** The place is of the input's format, so what its corpus says counts. */
  readonly judged: boolean;
  readonly bytes: Buffer;
  /** In its id, or in its source where the id is under trial. */
  readonly marker?: string;
  /** The same as flat fields, where all of it is text. */
  readonly flat?: readonly string[];
}

/** Fields of a format, where the product has one. */
const FIELDS_OF: Readonly<Record<string, readonly [type: string, field: string][]>> = {
  email: [['lead.created', 'email']],
  'idn-email': [['lead.created', 'email']],
  ipv4: [['campaign.click', 'ip_address']],
  ipv6: [['campaign.click', 'ip_address']],
  'date-time': [
    ['lead.created', 'time'],
    ['campaign.updated', 'starts_at'],
  ],
  date: [['lead.created', 'time']],
  time: [['lead.created', 'time']],
};
const ENVELOPE = ['id', 'source', 'type', 'time'];

export function badEvents(
  inputs: readonly Input[],
  samples: readonly SampleEvent[],
  run: string,
): BadEvent[] {
  let count = 0;
  const marker = () => `${run}-${++count}`;
  const made: BadEvent[] = [];
  for (const input of inputs) {
    if (input.kind === 'event') made.push(wholeEvent(input, input.event, marker()));
    else if (input.kind === 'document') {
      made.push({ input, place: 'the event', judged: true, bytes: input.bytes });
      made.push(payload(input, input.bytes, 'metadata', marker()));
    } else if (input.kind === 'bytes') {
      const quoted = Buffer.concat([Buffer.from('"'), input.bytes, Buffer.from('"')]);
      // control characters may not stand in JSON as they are: only bytes that are no text are judged
      made.push({ ...payload(input, quoted, 'location', marker()), judged: input.valid === false });
    } else {
      const judged = input.kind === 'format';
      const fields = judged ? (FIELDS_OF[input.format] ?? []) : everyField(samples);
      for (const [type, field] of fields)
        made.push(textField(input, input.text, sampleOf(samples, type), field, marker(), judged));
    }
  }
  return made;
}

function everyField(samples: readonly SampleEvent[]): [string, string][] {
  return samples.flatMap(({ type, texts }) =>
    [...texts, ...ENVELOPE].map((field): [string, string] => [type, field]),
  );
}

function sampleOf(samples: readonly SampleEvent[], type: string): SampleEvent {
  const sample = samples.find((one) => one.type === type);
  if (sample === undefined) throw new Error(`there is no event type ${type}`);
  return sample;
}

/** Its own id and source stay, where it has them and they are no marks of ours. */
function wholeEvent(input: Input, event: unknown, marker: string): BadEvent {
  const open = typeof event === 'object' && event !== null && !Array.isArray(event);
  const source = open && 'data' in event ? 'source' : 'event_source';
  const marked = !open ? event : 'id' in event ? { [source]: marker, ...event } : { id: marker, ...event };
  const known = JSON.stringify(marked).includes(marker);
  return {
    input,
    place: 'the event',
    judged: true,
    bytes: Buffer.from(JSON.stringify(marked)),
    ...(known && { marker }),
  };
}

function payload(input: Input, value: Buffer, field: string, marker: string): BadEvent {
  const head = `{"id":"${marker}","type":"campaign.click","campaign_id":"c1","channel":"jooble","cost":1,"${field}":`;
  const bytes = Buffer.concat([Buffer.from(head), value, Buffer.from('}')]);
  return { input, place: `campaign.click ${field}`, judged: true, bytes, marker };
}

function textField(
  input: Input,
  text: string,
  { type, data }: SampleEvent,
  field: string,
  marker: string,
  judged: boolean,
): BadEvent {
  const source = field === 'id' ? { event_source: marker } : {};
  const value: Record<string, unknown> = {
    id: marker,
    type,
    ...source,
    ...data,
    [field === 'source' && !(field in data) ? 'event_source' : field]: text,
  };
  const isFlat = Object.values(value).every((one) => typeof one !== 'object');
  return {
    input,
    place: `${type} ${field}`,
    judged,
    bytes: Buffer.from(JSON.stringify(value)),
    marker,
    ...(isFlat && { flat: Object.entries(value).flatMap(([name, one]) => [name, String(one)]) }),
  };
}
