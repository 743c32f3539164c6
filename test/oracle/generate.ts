/** Invents histories: believable events of leads and campaigns with duplicates, late ones and bad ones among them. */

import { campaignStory } from './campaign-story.ts';
import { leadStory, type Scene } from './lead-story.ts';
import { Random } from './random.ts';
import type { LogEntry } from './received.ts';

export type JsonEvent = Readonly<Record<string, unknown>>;

export interface HistoryOptions {
  readonly leads?: number;
  readonly campaigns?: number;
  /** Good events, duplicates not counted. */
  readonly events?: number;
  readonly days?: number;
  /** Shares of `events`; bad and duplicate ones come on top. */
  readonly badShare?: number;
  readonly duplicateShare?: number;
  readonly lateShare?: number;
  /** Events that happen in the same millisecond as the one before. */
  readonly tieShare?: number;
  /** Every lead has a time zone of its own and begins with lead.created. */
  readonly tz?: boolean;
  /** Campaigns lose channels and change their time zones: what that does depends on the order of events. */
  readonly amends?: boolean;
  readonly start?: number;
}

interface Placed {
  readonly event: JsonEvent;
  /** Stream time at which it stands in the log. */
  at: number;
}

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const MONDAY = Date.UTC(2026, 0, 5);
/** Well within the 24 h for which ids are surely remembered. */
const LONGEST_RESEND = 20 * HOUR;

/** Events as JSON objects, in log order. An entity's first event is never late. */
export function randomHistory(seed: number, options: HistoryOptions = {}): JsonEvent[] {
  const { badShare = 0, duplicateShare = 0, lateShare = 0 } = options;
  const random = new Random(seed);
  const scenes = distinctTimes(random, scenesOf(random, options), options.tieShare ?? 0.01);
  const firsts = new Set(firstOfEach(scenes));
  const placed: Placed[] = scenes.map((scene, index) => ({
    event: enveloped(random, scene, index),
    at: scene.time,
  }));
  placed.forEach((each, index) => {
    if (!firsts.has(scenes[index] as Scene) && random.chance(lateShare))
      each.at += random.spread(60_000, 35 * DAY);
  });
  const last = Math.max(...scenes.map(({ time }) => time));
  for (const each of placed) each.at = Math.min(each.at, last);
  for (const { event, at } of [...placed]) {
    if (random.chance(duplicateShare)) placed.push({ event, at: at + random.next() ** 2 * LONGEST_RESEND });
    if (random.chance(badShare)) placed.push({ event: spoiled(random, event, placed.length), at: at + 1 });
  }
  return placed.sort((a, b) => a.at - b.at).map(({ event }) => event);
}

function scenesOf(random: Random, options: HistoryOptions): Scene[] {
  const { leads = 50, campaigns = 5, events = 1000, days = 45, tz = false, start = MONDAY } = options;
  const end = start + days * DAY;
  const forLeads = leads === 0 ? 0 : campaigns === 0 ? events : Math.ceil(events * 0.7);
  const scenes: Scene[] = [];
  for (let lead = 1; lead <= leads; lead++) {
    const share = Math.max(1, Math.round((forLeads - scenes.length) / (leads - lead + 1)));
    scenes.push(...leadStory(random, { lead, scenes: share, start, end, zoned: tz }));
  }
  for (let left = campaigns; left > 0; left--) {
    const share = Math.max(1, Math.round((events - scenes.length) / left));
    scenes.push(
      ...campaignStory(random, {
        campaign: `c${campaigns - left + 1}`,
        scenes: share,
        start,
        end,
        amends: options.amends === true,
      }),
    );
  }
  return scenes;
}

function distinctTimes(random: Random, scenes: Scene[], tieShare: number): Scene[] {
  scenes.sort((a, b) => a.time - b.time);
  scenes.forEach((scene, index) => {
    const before = scenes[index - 1]?.time ?? Number.NEGATIVE_INFINITY;
    scene.time = random.chance(tieShare) && index > 0 ? before : Math.max(scene.time, before + 1);
  });
  return scenes;
}

/** The first scene of each lead, campaign and channel. */
function firstOfEach(scenes: readonly Scene[]): Scene[] {
  const known = new Set<string>();
  return scenes.filter(({ data }) => {
    const names = [
      `lead ${data.lead_id}`,
      `campaign ${data.campaign_id}`,
      `${data.campaign_id} ${data.channel}`,
    ];
    const isNew = names.some((name) => !name.includes('undefined') && !known.has(name));
    for (const name of names) known.add(name);
    return isNew;
  });
}

/** Both forms of the envelope, both forms of time, ids of leads as number and as text. */
function enveloped(random: Random, { time, type, data }: Scene, index: number): JsonEvent {
  const id = random.chance(0.9) ? `e-${index}` : index;
  const at = random.chance(0.5) ? time : new Date(time).toISOString();
  const fields =
    typeof data.lead_id === 'number' && random.chance(0.3)
      ? { ...data, lead_id: String(data.lead_id) }
      : data;
  const source = type.startsWith('campaign.') ? 'ads' : 'crm';
  return random.chance(0.6)
    ? { id, source, type, time: at, data: fields }
    : { id, event_source: source, type, [random.chance(0.8) ? 'time' : 'ts']: at, ...fields };
}

/** A dead letter in the making: an unknown type, no type, or the id of another event. */
function spoiled(random: Random, event: JsonEvent, index: number): JsonEvent {
  const form = random.whole(0, 2);
  if (form === 0) return { ...event, id: `bad-${index}`, type: `${event.type}x` };
  if (form === 1) return { id: `bad-${index}`, note: 'no type' };
  const data = event.data as object | undefined;
  return data ? { ...event, data: { ...data, spoiled: true } } : { ...event, spoiled: true };
}

/** A partition's log of these events: one or several in an entry, with a broken text or a tick now and then. */
export function asLog(
  seed: number,
  events: readonly JsonEvent[],
  {
    pack = 4,
    brokenShare = 0,
    tickShare = 0,
  }: { pack?: number; brokenShare?: number; tickShare?: number } = {},
): LogEntry[] {
  const random = new Random(seed);
  const log: LogEntry[] = [];
  let clock = 0;
  const append = (d: string) => log.push({ id: `${clock}-${log.length}`, d });
  for (let next = 0; next < events.length; ) {
    const many = random.whole(1, pack);
    const batch = events.slice(next, next + many);
    next += many;
    for (const event of batch) clock = Math.max(clock, timeOf(event));
    append(JSON.stringify(batch.length === 1 && random.chance(0.7) ? batch[0] : batch));
    if (random.chance(brokenShare)) append(JSON.stringify(batch).slice(0, -random.whole(1, 9)));
    if (random.chance(tickShare))
      append(JSON.stringify({ type: 'tick', time: clock + random.whole(0, HOUR) }));
  }
  return log;
}

export function timeOf(event: JsonEvent): number {
  const time = event.time ?? event.ts ?? 0;
  return typeof time === 'number' ? time : Date.parse(String(time));
}
