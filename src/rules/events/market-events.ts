/** Events of the world around the campaigns: competition, search trends, weather. */

import { eventType } from './event-type.ts';
import { id, scalar, text } from './field.ts';

export const marketEvents = [
  eventType('context.observed', {
    route: ['name'],
    required: { name: id, value: scalar },
    optional: { location: text, job_category: text },
  }),
];
