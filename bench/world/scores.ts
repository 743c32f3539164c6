/** What a market says of budgets and alarms: shares of the best possible, over the equal split, how soon noticed. */

import { evidenceOf } from './evidence.ts';
import { channelsWithout, type MarketDay } from './market.ts';
import type { MarketResult, Notice } from './market-run.ts';

/** Alarms of one trouble: so long after it an alarm still belongs to it, and so close together they are one. */
const TOGETHER = 12;
/** Money moved off a channel in trouble is counted so long. */
const MOVED_WITHIN = 96;
const WEEK = 168;
/** Days are counted from 0: what was learned by then shows afterwards. */
const LATE = 14;
/** Days after the news. */
const TOLD_WITHIN = 4;

/** Ratios as 0..1; NaN becomes null where there is nothing to divide by. */
export interface SeedScore {
  readonly vsEqual: number;
  readonly ofOracle: number;
  readonly lateOfOracle: number;
  readonly duringOfOracle: number;
  readonly spendError: number;
  /** Euros, of all episodes in which a channel got dear. */
  readonly offChannel: number;
  readonly episodes: number;
  /** Noticed, or with enough money on the channel to be noticed. */
  readonly expected: number;
  readonly raised: number;
  readonly falseAlarms: number;
  readonly weeks: number;
  /** From the start of each episode that was noticed. */
  readonly minutes: readonly number[];
  readonly missed: readonly string[];
  /** Episodes of channels that had too little money to say anything. */
  readonly unseen: readonly string[];
  /** Campaigns, within four days. */
  readonly toldRightly: number;
  readonly toldWrongly: number;
  readonly tellable: number;
  readonly toldDays: readonly number[];
  /** `campaign after so many days`, whenever that was. */
  readonly toldWhen: readonly string[];
}

export function scoreOf(result: MarketResult): SeedScore {
  const { days, episodes, hello } = result;
  const during = days.filter(({ day }) =>
    episodes.some(({ from, hours }) => day * 24 < from + hours && (day + 1) * 24 > from),
  );
  const spent = result.traffic.sum('spent');
  return {
    vsEqual: ratio(days, 'equalSplit') - 1,
    ofOracle: ratio(days, 'oracle'),
    lateOfOracle: ratio(
      days.filter(({ day }) => day >= LATE),
      'oracle',
    ),
    duringOfOracle: ratio(during, 'oracle'),
    spendError: spent / ((hello.dailyBudget * hello.hours) / 24) - 1,
    offChannel: offChannel(result),
    ...alarmScore(result),
    ...tellingScore(result),
  };
}

function ratio(days: readonly MarketDay[], to: 'equalSplit' | 'oracle'): number {
  const sum = (key: 'expectedApplications' | 'equalSplit' | 'oracle') =>
    days.reduce((total, day) => total + day[key], 0);
  return sum('expectedApplications') / sum(to);
}

/** What the channel spent in as many hours before the episode, less what it spent since. */
function offChannel({ episodes, traffic }: MarketResult): number {
  let moved = 0;
  for (const { kind, channel, campaign, from } of episodes) {
    if (kind !== 'cpa_spike' && kind !== 'cpc_spike') continue;
    const sum = (a: number, b: number) => traffic.sum('spent', channel, campaign, a, b);
    moved += sum(from - MOVED_WITHIN, from) - sum(from, from + MOVED_WITHIN);
  }
  return moved;
}

type AlarmScore = Pick<
  SeedScore,
  'episodes' | 'expected' | 'raised' | 'falseAlarms' | 'weeks' | 'minutes' | 'missed' | 'unseen'
>;

function alarmScore({ episodes, alarms, hello, traffic }: MarketResult): AlarmScore {
  const concerns = ({ campaign, channel, hour }: Notice, { from, hours, ...episode }: (typeof episodes)[0]) =>
    episode.channel === channel &&
    (episode.campaign === undefined || episode.campaign === campaign) &&
    hour >= from &&
    hour < from + hours + TOGETHER;
  const minutes: number[] = [];
  const missed: string[] = [];
  const unseen: string[] = [];
  for (const episode of episodes) {
    const first = alarms.find((alarm) => concerns(alarm, episode));
    if (first) minutes.push((first.hour - episode.from) * 60);
    else {
      const { of, usual, isEnough } = evidenceOf(traffic, episode);
      const told = `${episode.kind} of ${episode.channel}, where the money buys ${usual.toFixed(1)} ${of}`;
      (isEnough ? missed : unseen).push(told);
    }
  }
  const last = new Map<string, number>();
  let falseAlarms = 0;
  for (const alarm of alarms) {
    if (episodes.some((episode) => concerns(alarm, episode))) continue;
    const key = `${alarm.campaign}/${alarm.channel}`;
    if (alarm.hour - (last.get(key) ?? Number.NEGATIVE_INFINITY) >= TOGETHER) falseAlarms += 1;
    last.set(key, alarm.hour);
  }
  return {
    episodes: episodes.length,
    expected: minutes.length + missed.length,
    raised: minutes.length,
    falseAlarms,
    weeks: hello.hours / WEEK,
    minutes,
    missed,
    unseen,
  };
}

type TellingScore = Pick<SeedScore, 'toldRightly' | 'toldWrongly' | 'tellable' | 'toldDays' | 'toldWhen'>;

/**
 * The news is a campaign that starts later: its siblings in the category are to be told within four days of the
 * channels that they do not use. Whoever else is told, or before there is any news, or of another channel, is told wrongly.
 */
function tellingScore({ hello, told }: MarketResult): TellingScore {
  const news = new Map<string, number>();
  for (const { startDay = 0, job_category = '' } of hello.campaigns)
    if (startDay > 0) news.set(job_category, Math.min(startDay, news.get(job_category) ?? startDay));
  const since = ({ campaign, hour }: Notice) => {
    const of = hello.campaigns.find(({ id }) => id === campaign);
    const day = of && (of.startDay ?? 0) === 0 ? news.get(of.job_category ?? '') : undefined;
    return day === undefined ? Number.NaN : hour / 24 - day;
  };
  const isRight = (notice: Notice) =>
    since(notice) >= 0 && channelsWithout(hello, notice.campaign).includes(notice.channel);
  const firsts = new Map<string, number>();
  for (const notice of told.filter(isRight))
    if (!firsts.has(notice.campaign)) firsts.set(notice.campaign, since(notice));
  const toldDays = [...firsts.values()];
  return {
    tellable: hello.campaigns.filter(
      ({ id, startDay = 0, job_category = '' }) =>
        startDay === 0 && news.has(job_category) && channelsWithout(hello, id).length > 0,
    ).length,
    toldRightly: toldDays.filter((days) => days <= TOLD_WITHIN).length,
    toldWrongly: new Set(told.filter((notice) => !isRight(notice)).map(({ campaign }) => campaign)).size,
    toldDays,
    toldWhen: [...firsts].map(([campaign, days]) => `${campaign} after ${days.toFixed(1)} days`),
  };
}
