/** Reads features over entities of another kind: count, sum, avg, min, max, tally and rows `of:` a kind. */

import type { LocatedScalar } from './located.ts';
import type { MapReader } from './map-reader.ts';
import type { GroupFeature } from './rule-set.ts';

const VERBS = ['sum', 'count', 'avg', 'min', 'max', 'tally', 'rows'] as const;
const MOST_ROWS = 1000;
const MOST_SAMPLED = 100;
const ORDER = /^-?[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*$/;

/** What may stand beside each verb. */
export const GROUP_OPTIONS: Readonly<Record<string, readonly string[]>> = {
  group: ['of', 'by', 'where'],
  tally: ['of', 'by', 'where', 'sample'],
  rows: ['of', 'by', 'where', 'top', 'order'],
};

/** The verb if the map asks about entities with it, and not about events. */
export function groupVerb(verb: string, reader: MapReader): GroupFeature['verb'] | undefined {
  const found = VERBS.find((word) => word === verb);
  if (found === 'tally') return reader.has('on') ? undefined : found;
  if (found === undefined || found === 'rows') return found;
  if (found !== 'count') return reader.has('of') ? found : undefined;
  const counted = reader.scalars('count');
  const ofKind = counted.length > 0 && counted.every(({ text }) => !text.includes('.'));
  return ofKind || reader.has('of') ? found : undefined;
}

export function readGroup(
  verb: GroupFeature['verb'],
  reader: MapReader,
): Omit<GroupFeature, 'kind' | 'name' | 'place'> | undefined {
  if (verb !== 'count') reader.need('of');
  const child = verb === 'count' ? reader.scalars('count')[0] : reader.scalar('of');
  const fields = verb === 'rows' ? reader.scalars('rows') : [];
  const value = verb === 'rows' || verb === 'count' ? undefined : reader.scalar(verb);
  const where = reader.scalar('where');
  const top = reader.number('top', 1, MOST_ROWS, true);
  const sample = reader.number('sample', 1, MOST_SAMPLED, true);
  const order = readOrder(reader);
  if (child === undefined) return undefined;
  if (verb === 'rows' ? fields.length === 0 : verb !== 'count' && value === undefined) return undefined;
  return {
    type: 'group',
    verb,
    child,
    fields,
    ...(value && { value }),
    by: reader.scalars('by'),
    ...(where && { where }),
    ...(top !== undefined && { top }),
    ...(order && { order }),
    ...(sample !== undefined && { sample }),
  };
}

function readOrder(reader: MapReader): LocatedScalar | undefined {
  const order = reader.scalar('order');
  if (reader.has('top') !== reader.has('order')) {
    const [there, missing] = reader.has('top') ? ['top', 'order'] : ['order', 'top'];
    reader.diagnostics.report(reader.key(there) as LocatedScalar, `\`${there}\` needs an \`${missing}\``);
  }
  if (order === undefined || ORDER.test(order.text)) return order;
  reader.refuse('order', order, 'a feature such as engagement_score, with - before it for the largest first');
  return undefined;
}
