/** Who sends events into a simulated world: in order and not, twice, late, of the future, and things that are no events. */

import { partitionKeys, partitionOf } from '../../../src/core/partition.ts';
import { HOUR, MINUTE, type Millis, SECOND } from '../../../src/core/units.ts';
import { PUBLIC_STREAM } from '../../../src/processor/processor.ts';
import type { Random } from '../../oracle/random.ts';
import type { Link } from '../redis/link.ts';
import type { WorldOptions } from './options.ts';

type Fields = Record<string, unknown>;

const SOURCES = ['linkedin', 'jooble', 'fair'];
const STATUSES = ['nurturing', 'engaged', 'engaged', 'lost'];
const CHANNELS = ['jooble', 'indeed'];
const GARBAGE = [
  'no json',
  '{"type":"content.opened"}',
  '{"id":"x1","type":"nobody.knows","lead_id":"1"}',
  '{"id":"x2","type":"campaign.click","campaign_id":"c1","channel":"jooble"}',
  '[1,{"id":"x3","type":"content.opened","lead_id":"1"}]',
  '{"id":"\u0000","type":"content.opened","lead_id":"\uFFFD","content_id":"a"}',
];

/** Of events, as usual. */
const ABOUT_LEADS = 0.62;

/** An event that Redis said it has. */
export interface Acknowledged {
  readonly id: string;
  readonly at: Millis;
}

export interface ProducerOptions {
  readonly world: WorldOptions;
  readonly random: Random;
  readonly link: Link;
  readonly now: () => Millis;
  readonly sleep: (duration: Millis) => Promise<void>;
}

export class Producer {
  readonly acknowledged: Acknowledged[] = [];
  /** Newest time of an event, where time comes from the log. */
  time: Millis;
  isDone = false;
  readonly #options: ProducerOptions;
  readonly #sent: { readonly partition: number; readonly text: string }[] = [];
  #number = 0;

  constructor(options: ProducerOptions) {
    this.#options = options;
    this.time = options.now();
  }

  async run(): Promise<void> {
    const { world, random, sleep } = this.#options;
    for (let n = 0; n < world.events; n++) {
      await sleep((random.next() * 2 * world.storm) / world.events);
      if (random.chance(0.08)) await this.#again();
      if (random.chance(0.06)) await this.#send('0', random.pick(GARBAGE));
      if (world.clockMode === 'log') await this.#letTimePass();
      await this.#one(n);
    }
    this.isDone = true;
  }

  async #letTimePass(): Promise<void> {
    const { random, world } = this.#options;
    const { leapShare, longestStep } = world;
    this.time += random.chance(leapShare)
      ? random.whole(1, 30) * HOUR
      : random.whole(1, longestStep / SECOND) * SECOND;
    if (random.chance(0.2)) await this.tick(this.time);
  }

  /** Time passes in every log. */
  async tick(time: Millis): Promise<void> {
    const { partitions } = this.#options.world;
    for (let partition = 0; partition < partitions; partition++)
      await this.#write(partitionKeys(partition, partitions).in, [
        'd',
        JSON.stringify({ type: 'tick', time }),
      ]);
  }

  /** Something was sent that may have come already. */
  async #again(): Promise<void> {
    const before = this.#sent[this.#options.random.whole(0, this.#sent.length)];
    if (before) await this.#write(PUBLIC_STREAM, ['d', before.text]);
  }

  async #one(n: number): Promise<void> {
    const { random } = this.#options;
    const made = n === 0 || random.chance(0.06) ? this.#campaign() : this.#any();
    const id = `e${this.#number++}`;
    const event = { id, time: this.#timeOf(), ...made };
    const routed = String(made.lead_id ?? made.campaign_id);
    if (await this.#send(routed, JSON.stringify(event)))
      this.acknowledged.push({ id, at: this.#options.now() });
  }

  #timeOf(): Millis {
    const { random, world, now } = this.#options;
    const at = world.clockMode === 'live' ? now() - random.whole(0, 800) : this.time;
    if (world.future && random.chance(0.05)) return at + random.whole(6, 60) * MINUTE;
    if (random.chance(0.12)) return at - Math.floor(random.spread(SECOND, 80 * HOUR));
    return at;
  }

  #any(): Fields {
    const { random, world } = this.#options;
    const lead_id = String(random.whole(1, 6));
    const kind = kindOf(random.next(), world.campaignShare);
    if (kind < 0.2)
      return {
        type: 'lead.created',
        lead_id,
        source: random.pick(SOURCES),
        base_score: random.whole(0, 24) / 4,
      };
    if (kind < 0.35) return { type: 'lead.status_changed', lead_id, status: random.pick(STATUSES) };
    if (kind < 0.42) return { type: 'lead.updated', lead_id, source: random.pick(SOURCES) };
    if (kind < ABOUT_LEADS) return { type: 'content.opened', lead_id, content_id: `a${random.whole(1, 3)}` };
    const campaign = { campaign_id: random.pick(['c1', 'c2']), channel: random.pick(CHANNELS) };
    if (kind < 0.85) return { type: 'campaign.click', ...campaign, cost: random.whole(10, 900) / 100 };
    return { type: 'campaign.application', ...campaign };
  }

  #campaign(): Fields {
    const { random } = this.#options;
    const [first, second] = [random.whole(2_000, 9_000), random.whole(2_000, 9_000)];
    const budgets = [first / 100, second / 100];
    return {
      type: 'campaign.created',
      campaign_id: random.pick(['c1', 'c2']),
      daily_budget: (first + second) / 100,
      currency: 'EUR',
      channels: CHANNELS.map((channel, i) => ({ channel, budget: budgets[i] })),
    };
  }

  /** False when nobody knows whether it arrived, and it was given up. */
  async #send(routed: string, text: string): Promise<boolean> {
    const { random, world } = this.#options;
    const partition = partitionOf(routed, world.partitions);
    this.#sent.push({ partition, text });
    // some write the logs of the partitions themselves, as HTTP does
    if (random.chance(0.3)) return this.#write(partitionKeys(partition, world.partitions).in, ['d', text]);
    return this.#write(PUBLIC_STREAM, random.chance(0.1) ? ['d', `[${text}]`] : ['d', text]);
  }

  /** Tries again under the same id, as producers are told to. */
  async #write(key: string, fields: string[]): Promise<boolean> {
    const { link, random, sleep } = this.#options;
    for (let tries = 0; tries < 6; tries++) {
      try {
        await link.ask('sending an event', (redis) => redis.xadd(key, '*', ...fields));
        return true;
      } catch {
        if (random.chance(0.2)) return false;
        await sleep(random.whole(50, 600));
      }
    }
    return false;
  }
}

/** Moves a number in [0, 1) so that `campaignShare` of them lie among the campaigns' events. */
function kindOf(drawn: number, campaignShare: number | undefined): number {
  if (campaignShare === undefined) return drawn;
  const leads = 1 - campaignShare;
  if (drawn < leads) return (drawn / leads) * ABOUT_LEADS;
  return ABOUT_LEADS + ((drawn - leads) / campaignShare) * (1 - ABOUT_LEADS);
}
