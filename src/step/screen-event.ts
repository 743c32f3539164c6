/** screen-event: a click is judged before it feeds anything; why it does not count stands in its field `fraud`. */

import type { WeirEvent } from '../core/event.ts';
import { toMicros } from '../core/units.ts';
import { keepClick } from '../models/kept-clicks.ts';
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
  keep(state, event, (fraud ?? undefined) === undefined);
  if (fraud === undefined || fraud === null) return event;
  // producers have words of their own, and labels are a closed set
  const reason = REASONS.includes(String(fraud)) ? String(fraud) : 'producer';
  state.tally.add('weir_clicks_screened_total', reason);
  return { ...event, data: { ...data, fraud } };
}

/** Where clicks may be flagged afterwards, their ids are kept, also of those that do not count. */
function keep(state: PartitionState, { type, time, data }: WeirEvent, counts: boolean): void {
  if (typeof data.click_id !== 'string') return;
  for (const { kind, node } of screensOf(state.plan, type)) {
    const id = idFrom(kind, data);
    if (node.flagged === undefined || id === undefined) continue;
    const { kept } = state.entity(kind.name, id).states[node.state] as ScreenState;
    const cost = node.spent === undefined ? 0 : data[node.spent];
    keepClick(kept, hashText(data.click_id), time, counts ? toMicros(Number(cost ?? 0)) : undefined);
  }
}
