/** The AsyncAPI 3 document: which events are taken, through Redis and over HTTP, generated from the event catalogue. */

import type { EventType } from './event-catalogue.ts';
import { eventSchema } from './event-schema.ts';

/** @param version of weir */
export function asyncApi(types: readonly EventType[], version: string): Readonly<Record<string, unknown>> {
  const names = types.map(({ name }) => name).sort();
  const messages = Object.fromEntries(names.map((name) => [name, { $ref: `#/components/messages/${name}` }]));
  const inChannel = (channel: string) =>
    names.map((name) => ({ $ref: `#/channels/${channel}/messages/${name}` }));
  const operation = (channel: string, summary: string) => ({
    action: 'receive',
    channel: { $ref: `#/channels/${channel}` },
    summary,
    messages: inChannel(channel),
  });
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'weir: events',
      version,
      description:
        'What producers send. Additive changes only: unknown fields are kept, unknown types refused.',
    },
    defaultContentType: 'application/json',
    channels: {
      stream: {
        address: 'weir:events',
        description: 'A Redis stream: XADD weir:events * d JSON, or each field by itself',
        messages,
      },
      http: { address: '/v1/events', description: 'POST: one event, an array or NDJSON', messages },
    },
    operations: {
      readStream: operation('stream', 'weir reads what stands in the stream'),
      takeRequests: operation('http', 'weir takes what is sent over HTTP'),
    },
    components: {
      messages: Object.fromEntries(
        types.map((type) => [
          type.name,
          {
            name: type.name,
            title: type.name,
            contentType: 'application/json',
            payload: {
              schemaFormat: 'application/schema+json;version=draft-07',
              schema: withoutDialect(type),
            },
          },
        ]),
      ),
    },
  };
}

/** What is used of JSON Schema is the same in both drafts; parsers know the older one. */
function withoutDialect(type: EventType) {
  const { $schema: _, ...schema } = eventSchema(type);
  return schema;
}
