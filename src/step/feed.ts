/** feed: one event (or published decision) offered to one feature of an entity. */

import type { Millis } from '../core/units.ts';
import type { Frame } from '../rules/expression/expression.ts';
import type { AggregateNode, FedNode, Feed } from '../rules/plan-node.ts';
import { feedDetector } from './detect.ts';
import type { Entity } from './entity.ts';
import { shown } from './own-clock.ts';
import { feedResponse } from './respond.ts';

/** True when taken, false when refused, undefined when the feed does not apply to this event. */
export function feedOne(entity: Entity, feed: Feed, frame: Frame, now: Millis): boolean | undefined {
  try {
    if (feed.where !== undefined && feed.where.evaluate(frame) !== true) return undefined;
    const fed = entity.kind.nodes[feed.node];
    if (fed?.type === 'response') return feedResponse(entity, fed, feed, frame, now);
    if (fed?.type === 'detector') return feedDetector(entity, fed, feed, frame, now);
    let value: unknown;
    if (feed.value !== undefined) {
      value = feed.value.evaluate(frame);
      if (value === undefined || value === null) return undefined;
    }
    let key: string | undefined;
    if (feed.key !== undefined) {
      const raw = Object.hasOwn(frame.input, feed.key) ? frame.input[feed.key] : undefined;
      if (raw === undefined || raw === null) return undefined;
      key = typeof raw === 'string' ? raw : JSON.stringify(raw);
    }
    const node = entity.kind.nodes[feed.node] as AggregateNode | FedNode;
    let state = entity.states[node.state];
    if (state === undefined) {
      state = node.aggregate.create();
      entity.states[node.state] = state;
    }
    const local = node.type === 'aggregate' && node.local;
    const [time, until] = local ? [shown(entity, frame.time), shown(entity, now)] : [frame.time, now];
    const taken = node.aggregate.add(state, time, until, value, key, feed.rank);
    if (taken) entity.touchState(node.state);
    return taken;
  } catch {
    // an event whose fields the expression cannot use does not count for this feature
    return undefined;
  }
}
