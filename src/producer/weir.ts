/** What producers send with: `weir({ url, token }).send(type, data)`; it needs no Redis and nothing but fetch. */

import type { EventData } from './event-data.ts';
import { Producer, type ProducerOptions } from './producer.ts';

/**
 * A way to a running weir. Close it before the process ends.
 *
 * @example
 * const w = weir({ url: 'http://127.0.0.1:8080', token: process.env.WEIR_TOKEN });
 * await w.send('content.completed', { lead_id: 123, content_id: 'guide-1' });
 * await w.close();
 *
 * @typeParam Events the types of events and their data; `weir schema typescript` writes those of other rule sets
 */
export function weir<Events extends object = EventData>(options: ProducerOptions): Producer<Events> {
  return new Producer<Events>(options);
}
