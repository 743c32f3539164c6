/** A channel of a campaign as pages show it: budget, spend, cost per application, and the forecast where there is one. */

import type { StoredEntity } from '../../processor/read-entity.ts';

export interface ChannelRow {
  readonly channel: string;
  readonly id: string;
  readonly budget: number | undefined;
  readonly spentToday: number | undefined;
  readonly spentWeek: number | undefined;
  readonly applicationsToday: number | undefined;
  readonly cpaToday: number | undefined;
  readonly cpaBefore: number | undefined;
  /** Cost per application of the next hour, with its interval. */
  readonly forecast:
    | { readonly value: number; readonly low: number; readonly high: number; readonly served: boolean }
    | undefined;
  readonly paused: boolean;
}

export function channelRow({ entity }: StoredEntity): ChannelRow {
  const read = (name: string): unknown => {
    const slot = entity.kind.slotOf.get(name);
    return slot === undefined ? undefined : entity.slots[slot];
  };
  const number = (...names: string[]) => {
    const found = names.map(read).find((value) => typeof value === 'number');
    return found as number | undefined;
  };
  return {
    channel: String(read('channel') ?? entity.id),
    id: entity.id,
    budget: number('budget'),
    spentToday: number('spend_today', 'spend_24h', 'spend_1d'),
    spentWeek: number('spend_7d'),
    applicationsToday: number('applications_today', 'applications_24h', 'applications_1d'),
    cpaToday: number('cpa_today', 'cpa_24h', 'cpa_1d'),
    cpaBefore: number('cpa_28d'),
    forecast: forecastOf(read('response')),
    paused: read('paused') === true,
  };
}

function forecastOf(value: unknown): ChannelRow['forecast'] {
  if (typeof value !== 'object' || value === null) return undefined;
  const { value: cpa, low, high, served } = value as Record<string, unknown>;
  if (typeof cpa !== 'number' || typeof low !== 'number' || typeof high !== 'number') return undefined;
  return { value: cpa, low, high, served: served !== false };
}
