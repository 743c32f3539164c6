/** screen-event: a click is judged before it feeds anything; why it does not count stands in its field `fraud`. */

import type { WeirEvent } from '../core/event.ts';
import { type ScreenState, screen } from '../models/screen.ts';
import type { PartitionState } from './partition-state.ts';
import { hashText } from './payload-hash.ts';
import { CHANGED, idFrom, planIndex, screensOf } from './plan-index.ts';

const REASONS = ['bot', 'duplicate', 'burst'];

/** The event, with `fraud` where a screen of the kinds it is about found any; what a producer said of it stands. */
export function screenEvent(state: PartitionState, event: WeirEvent): WeirEvent {
  const screens = screensOf(state.plan, event.type);
  if (screens.length === 0) return event;
  const { data } = event;
  let { fraud } = data;
  for (const { kind, node, index } of screens) {
    const id = idFrom(kind, data);
    if (id === undefined) continue;
    const entity = state.entity(kind.name, id);
    const known = entity.states[node.state] as ScreenState;
    const found = screen(
      known,
      {
        time: event.time,
        bot: data.user_agent === 'bot',
        click: typeof data.click_id === 'string' ? hashText(data.click_id) : undefined,
        visitor: event.visitor,
        network: typeof data.ip_address === 'string' ? data.ip_address : undefined,
      },
      node.options,
    );
    fraud ??= found;
    entity.touchState(node.state);
    (planIndex(state.plan).pending[kind.index] as Uint8Array)[index] = CHANGED;
  }
  if (fraud === undefined || fraud === null) return event;
  // producers have words of their own, and labels are a closed set
  const reason = REASONS.includes(String(fraud)) ? String(fraud) : 'producer';
  state.tally.add('weir_clicks_screened_total', reason);
  return { ...event, data: { ...data, fraud } };
}
