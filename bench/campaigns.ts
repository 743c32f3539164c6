/** campaigns: what an event of a campaign costs with the shipped rules, in memory: decode, step and records, without Redis. */

import { readConfig } from '../src/cli/read-config.ts';
import { DAY } from '../src/core/units.ts';
import { loadRuleSet } from '../src/rules/load-rule-set.ts';
import type { Entity } from '../src/step/entity.ts';
import type { Bench, Options, Outcome } from './bench.ts';
import { type CampaignTraffic, campaignTraffic } from './campaign-traffic.ts';
import { fold } from './growth/fold.ts';
import { CONFIG } from './house-options.ts';
import { median } from './quantile.ts';
import { number, table } from './table.ts';

async function run(options: Options): Promise<Outcome> {
  const { events, campaigns, days, seed, rounds } = options as Record<string, number> & Sizes;
  const loaded = loadRuleSet(readConfig(CONFIG));
  if (!loaded.ok) throw new Error(`the shipped rules have problems: ${loaded.problems[0]?.message}`);
  const traffic = campaignTraffic({ events, campaigns, seed, span: days * DAY });
  const costs: number[] = [];
  const shares: number[] = [];
  let exact = true;
  for (let round = 1; round <= rounds; round++) {
    const { state, microsPerEvent, evaluations, measured, applied } = fold(loaded.plan, traffic.texts);
    costs.push(microsPerEvent);
    shares.push(evaluations / measured);
    exact &&= applied === events && isRecounted(traffic, state.entities);
    process.stderr.write(`  round ${round}: ${number(microsPerEvent, 1)} µs an event\n`);
  }
  const micros = median(costs);
  const perHour = events / (4 * campaigns * days * 24);
  return {
    table: `${table([
      ['CPU an event', `${number(micros, 1)} µs`],
      ['runs of rules an event', number(median(shares), 1)],
      ['events an hour and channel', number(perHour, 1)],
    ])}\nexact: ${exact ? 'every channel as recounted' : 'NO'}`,
    exact,
    figures: {
      events,
      channels: 4 * campaigns,
      micros_per_event: micros,
      events_per_channel_hour: perHour,
      exact,
    },
  };
}

interface Sizes {
  readonly events: number;
  readonly campaigns: number;
  readonly days: number;
  readonly seed: number;
  readonly rounds: number;
}

/** Clicks, spend and applications of the last seven days, which are all there were. */
function isRecounted({ totals }: CampaignTraffic, entities: ReadonlyMap<string, Entity>): boolean {
  return [...totals].every(([id, { clicks, spent, applications }]) => {
    const entity = entities.get(`channel:${id}`);
    const value = (name: string) => entity?.slots[entity.kind.slotOf.get(name) as number];
    return (
      value('clicks_7d') === clicks &&
      Math.round((value('spend_7d') as number) * 1000) === spent &&
      value('applications_7d') === applications
    );
  });
}

export const campaigns: Bench = {
  about: 'what an event of a campaign costs with the shipped rules, without Redis',
  defaults: { events: 40_000, campaigns: 10, days: 5, rounds: 3, seed: 1 },
  run,
};
