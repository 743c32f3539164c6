/** Events of what people do with anomalies. */

import { eventType } from './event-type.ts';
import { id, text, time } from './field.ts';

const definition = {
  route: ['entity'],
  required: { rule: id, name: id, entity: id, by: id },
  optional: { until: time, comment: text },
};

export const anomalyEvents = [
  eventType('anomaly.acknowledged', definition),
  eventType('anomaly.muted', definition),
];
