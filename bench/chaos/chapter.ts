/** A chapter of the story: most of a day of leads and campaigns, as messages for Redis in the order of their writing. */

import { DAY, HOUR, type Millis } from '../../src/core/units.ts';
import { type JsonEvent, randomHistory } from '../../test/oracle/generate.ts';
import { Random } from '../../test/oracle/random.ts';
import { PARTITIONS } from './deployment.ts';
import { broken, type Form, logOf, type Message, partitionOfJson, published, written } from './message.ts';

export interface Chapter {
  readonly messages: readonly Message[];
  readonly end: Millis;
  /** Events that will be written a chapter later: by then most windows refuse them. */
  readonly stragglers: readonly JsonEvent[];
}

/** Repeats are recognised for 24 h of stream time: whatever is sent twice is sent twice within a chapter. */
const LENGTH: Millis = 19 * HOUR;
const EVENTS_PER_LEAD = 30;
const EVENTS_PER_CAMPAIGN = 250;
const MOST_PACKED = 8;

interface Line {
  readonly event: JsonEvent;
  readonly form: Form;
}

export interface ChapterOptions {
  readonly seed: number;
  readonly number: number;
  readonly start: Millis;
  readonly events: number;
  readonly stragglers: readonly JsonEvent[];
}

export function writeChapter({ seed, number, start, events, stragglers }: ChapterOptions): Chapter {
  const random = new Random(seed * 1_000 + number);
  const history = randomHistory(seed * 1_000 + number, {
    leads: Math.ceil((0.7 * events) / EVENTS_PER_LEAD),
    campaigns: Math.ceil((0.3 * events) / EVENTS_PER_CAMPAIGN),
    events,
    days: LENGTH / DAY,
    start,
    badShare: 0.03,
    duplicateShare: 0.06,
    lateShare: 0.03,
    tz: number % 2 === 0,
  });
  const renamed = new Map<JsonEvent, Line>();
  const nameOnce = (given: JsonEvent) => {
    const known = renamed.get(given);
    if (known) return known;
    const event = rename(given, number);
    // without an id an event is known by where it entered
    const { id: _, ...anonymous } = event;
    const line: Line = random.chance(0.05)
      ? { event: anonymous, form: 'json' }
      : { event, form: random.chance(0.25) ? 'flat' : 'json' };
    renamed.set(given, line);
    return line;
  };
  const held = new Set(late(random, history));
  const story = history.filter((event) => !held.has(event)).map(nameOnce);
  for (const event of stragglers) story.splice(random.whole(0, story.length), 0, { event, form: 'json' });
  return {
    messages: packed(random, story),
    end: start + LENGTH,
    stragglers: [...held].map((event) => nameOnce(event).event),
  };
}

/** Ids of a chapter are its own; its leads live in two chapters, its campaigns in one. */
function rename(event: JsonEvent, chapter: number): JsonEvent {
  const id = typeof event.id === 'number' ? chapter * 1_000_000 + event.id : `${chapter}.${event.id}`;
  const lead = (given: unknown) => {
    const named = Math.floor(chapter / 2) * 10_000 + Number(given);
    return typeof given === 'string' ? String(named) : named;
  };
  const own = (data: JsonEvent) => ({
    ...data,
    ...(data.lead_id === undefined ? {} : { lead_id: lead(data.lead_id) }),
    ...(data.campaign_id === undefined ? {} : { campaign_id: `${chapter}-${data.campaign_id}` }),
  });
  return event.data ? { ...event, id, data: own(event.data as JsonEvent) } : { ...own(event), id };
}

/** A few of the traffic events whose channel or lead is known by then. */
function late(random: Random, history: readonly JsonEvent[]): JsonEvent[] {
  const traffic = ['campaign.click', 'campaign.application', 'content.opened'];
  const later = history.slice(Math.floor(history.length / 2));
  return later.filter(({ type }) => traffic.includes(String(type)) && random.chance(0.02));
}

function packed(random: Random, story: readonly Line[]): Message[] {
  const messages: Message[] = [];
  let open: JsonEvent[] = [];
  const close = () => {
    if (open.length > 0) messages.push(published(open, 'json'));
    open = [];
  };
  for (const { event, form } of story) {
    const partition = partitionOfJson(event);
    if (partition !== undefined && random.chance(0.3)) messages.push(written(event, partition, form));
    else if (form === 'flat') {
      close();
      messages.push(published([event], form));
    } else {
      open.push(event);
      if (open.length >= random.whole(1, MOST_PACKED)) close();
    }
    if (random.chance(0.01)) {
      const text = JSON.stringify({ ...event, id: `broken-${String(event.id)}-${messages.length}` });
      const stream = random.chance(0.5)
        ? logOf(random.whole(0, PARTITIONS - 1))
        : (published([event], 'json').stream as string);
      messages.push(broken(text.slice(0, -random.whole(1, 9)), stream));
    }
  }
  close();
  return messages;
}
