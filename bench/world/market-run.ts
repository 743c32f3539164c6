/** One seed of a market through a real weir, hour by hour: budgets follow weir:actions, events follow budgets. */

import type { Decision } from '../../src/core/decision.ts';
import { HOUR, type Millis, SECOND } from '../../src/core/units.ts';
import { AdPlatform } from './ad-platform.ts';
import { DrivenHouse } from './driven-house.ts';
import type { Episode, Hello, Market, MarketDay, MarketEvent } from './market.ts';
import { MarketTraffic } from './traffic.ts';

/** Something that weir said of a channel. */
export interface Notice {
  readonly rule: string;
  readonly name: string;
  readonly campaign: string;
  readonly channel: string;
  /** Hours since the start, with fractions. */
  readonly hour: number;
}

export interface MarketResult {
  readonly hello: Hello;
  readonly days: readonly MarketDay[];
  readonly episodes: readonly Episode[];
  readonly traffic: MarketTraffic;
  /** Alarms that began. */
  readonly alarms: readonly Notice[];
  /** Channels that a campaign was told to try. */
  readonly told: readonly Notice[];
  readonly events: number;
  readonly actions: number;
  readonly seconds: number;
}

export interface MarketCall {
  readonly market: Market;
  readonly config: string;
  /** Socket of an empty Redis that syncs every write. */
  readonly redis: string;
  readonly onDay?: (day: number) => void;
  /** Each decision, and the hour at which it was heard of. */
  readonly onDecision?: (decision: Decision, hour: number) => void;
  /** What people say to a decision: events for the log, without id and time. */
  readonly answers?: (decision: Decision) => readonly object[];
}

export async function runMarket(call: MarketCall): Promise<MarketResult> {
  const began = performance.now();
  const { market } = call;
  const house = await DrivenHouse.open(call.redis, call.config);
  const { hello } = market;
  const start = Date.parse(hello.start);
  const platform = new AdPlatform(hello);
  const traffic = new MarketTraffic(hello);
  const [alarms, told]: [Notice[], Notice[]] = [[], []];
  const alarming = alarmRules(house);
  const [counts, timeOf] = [
    { events: 0, actions: 0 },
    (hour: number): Millis => start + hour * HOUR + SECOND,
  ];
  try {
    for (let hour = 0; hour < hello.hours; hour++) {
      const time = timeOf(hour);
      await house.write(platform.begin(hour, start + hour * HOUR), time);
      await house.reach(time);
      // an action that is applied may be the reason of another one; what is said or done takes a second
      for (let at = time + SECOND; ; at += SECOND) {
        const decisions = await house.decisions();
        for (const decision of decisions) {
          call.onDecision?.(decision, hour);
          if (alarming.has(decision.rule)) alarms.push(...noticesOf(decision, start));
          if (decision.rule === 'channel_opportunity') told.push(...noticesOf(decision, start));
        }
        const asked = await house.asked(decisions.flatMap(approvedAction));
        const said = decisions.flatMap((decision) => call.answers?.(decision) ?? []);
        if (asked.length + said.length === 0) break;
        counts.actions += asked.length;
        await house.write(
          [
            ...asked.map((each) => platform.apply(each, hour, at)),
            ...said.map((answer, i) => ({ id: `people-${at}-${i}`, time: at, ...answer })),
          ],
          at,
        );
        await house.reach(at);
      }
      const budgets = platform.budgets(hour);
      const events = await market.hour(hour, budgets);
      counts.events += events.length;
      traffic.add(hour, budgets, events);
      await house.write(events.flatMap(campaignEvent), timeOf(hour + 1));
      if (hour % 24 === 23) call.onDay?.((hour + 1) / 24);
    }
    await market.end();
  } finally {
    market.close();
    await house.close();
  }
  const { days, episodes } = market;
  const seconds = (performance.now() - began) / 1000;
  return { hello, days, episodes, traffic, alarms, told, ...counts, seconds };
}

/** Rules that list what is wrong with a channel. */
function alarmRules({ house }: DrivenHouse): Set<string> {
  const names = new Set<string>();
  for (const kind of house.rules.wanted.kinds)
    for (const node of kind.name === 'channel' ? kind.nodes : [])
      if (node.type === 'rule' && node.rule.shape.type === 'pick')
        if (node.rule.shape.lines.some(({ fields }) => fields.some(({ key }) => key === 'severity')))
          names.add(node.rule.name);
  return names;
}

function noticesOf({ rule, entity, entered = [], time, value }: Decision, start: Millis): Notice[] {
  const [campaign = '', channel = ''] = entity.split('/');
  const lines = Array.isArray(value) ? (value as { name?: string; channel?: string }[]) : [];
  return entered.map((name) => ({
    rule,
    name,
    campaign,
    channel: channel || (lines.find((line) => line.name === name)?.channel ?? name),
    hour: (time - start) / HOUR,
  }));
}

/** The id of the action that a decision let go. */
function approvedAction({ value, act }: Decision): string[] {
  return (value as { status?: unknown } | null)?.status === 'approved' && act ? [act.id] : [];
}

/** What a producer would send; what the market says beyond clicks and applications is left out. */
export function campaignEvent({ id, type, ts, cost, click_id, ...event }: MarketEvent): object[] {
  const { campaign_id, channel, job_category, location, metadata } = event;
  const common = { id, time: ts, campaign_id, channel, job_category, metadata };
  if (type === 'click') return [{ ...common, type: 'campaign.click', cost, click_id: id, location }];
  if (type === 'application') return [{ ...common, type: 'campaign.application', click_id }];
  return [];
}
