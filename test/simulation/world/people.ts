/** The people around a simulated world, and the connector: they approve, change rules, erase, and carry actions out. */

import { partitionKeys, partitionOf } from '../../../src/core/partition.ts';
import type { Millis } from '../../../src/core/units.ts';
import { ACTION_STREAM } from '../../../src/processor/action-stream.ts';
import { beginSubscriptions } from '../../../src/processor/open-subscribe.ts';
import { RedisRuleLibrary } from '../../../src/processor/redis-rule-library.ts';
import { RulesInForce } from '../../../src/processor/rules-in-force.ts';
import type { Random } from '../../oracle/random.ts';
import type { Link } from '../redis/link.ts';
import type { Server } from '../redis/server.ts';
import type { RuleVersion } from './rules.ts';

/** As the connector read it. */
export interface ActionSeen {
  readonly id: string;
  readonly key: string;
  readonly body: Readonly<Record<string, unknown>>;
  readonly at: Millis;
}

export interface PeopleOptions {
  readonly partitions: number;
  /** Of actions that the connector never reports. */
  readonly forgottenShare: number;
  readonly takenBackShare: number;
  readonly random: Random;
  readonly server: Server;
  readonly link: Link;
  readonly now: () => Millis;
  readonly sleep: (duration: Millis) => Promise<void>;
  readonly isOver: () => boolean;
}

interface ShownAction {
  readonly id: string;
  readonly hash: string;
  readonly partition: number;
}

export class People {
  readonly seen: ActionSeen[] = [];
  isErasing = false;
  /** They speak up so much more often than usual. */
  haste = 1;
  readonly #options: PeopleOptions;
  #events = 0;

  constructor(options: PeopleOptions) {
    this.#options = options;
  }

  /** Approves and rejects what is proposed: at times twice, too late, as somebody who may not, or what was not shown. */
  async judge(): Promise<void> {
    const { random, sleep, isOver, partitions, takenBackShare } = this.#options;
    while (!isOver()) {
      await sleep(random.whole(300, 2_500) / this.haste);
      if (isOver()) return;
      const isTakenBack = takenBackShare > 0 && random.chance(takenBackShare);
      const found = this.#newest(isTakenBack ? 'applied' : 'pending');
      const action = found[random.whole(0, found.length)];
      if (!action) continue;
      const { id, partition } = action;
      const hash = random.chance(0.15) ? '0123456789abcdef' : action.hash;
      const by = random.chance(0.15) ? 'media@example.com' : 'ana@example.com';
      const usual = random.pick(['approved', 'approved', 'approved', 'approved', 'rejected', 'reverted']);
      const verb = isTakenBack ? 'reverted' : usual;
      for (let times = random.chance(0.2) ? 2 : 1; times > 0; times--)
        await this.#say(partitionKeys(partition, partitions).in, `action.${verb}`, partition, {
          action_id: random.chance(0.05) ? `${partition}-1-9999` : id,
          hash,
          by,
        });
    }
  }

  /** Reads the stream of actions and says what came of them; not always, not always once. */
  async connect(): Promise<void> {
    const { random, sleep, isOver, link, partitions, now } = this.#options;
    let last = '0-0';
    while (!isOver()) {
      await sleep(random.whole(100, 500));
      const rows = await link
        .ask('reading actions', (redis) => redis.xrange(ACTION_STREAM, `(${last}`, '+', 'COUNT', 10))
        .catch(() => []);
      for (const [entry, fields] of rows) {
        last = entry;
        const field = (name: string) => fields[fields.indexOf(name) + 1] as string;
        const body = JSON.parse(field('d')) as ActionSeen['body'];
        this.seen.push({ id: field('id'), key: field('idempotency_key'), body, at: now() });
        const action_id = String(body.id);
        const partition = Number(action_id.split('-')[0]);
        const key = partitionKeys(partition, partitions).in;
        const told = { action_id, idempotency_key: field('idempotency_key') };
        const outcome = random.next();
        if (outcome < this.#options.forgottenShare) continue;
        await sleep(random.whole(10, 900));
        if (isOver()) return;
        if (outcome < this.#options.forgottenShare + 0.1)
          await this.#say(key, 'action.failed', partition, { ...told, problem: 'no' });
        else {
          const budgets = body.budgets as { channel: string; budget: number }[];
          const reported = budgets.map(({ channel, budget }) => ({ channel, budget }));
          for (let times = random.chance(0.15) ? 2 : 1; times > 0; times--)
            await this.#say(key, 'action.applied', partition, { ...told, budgets: reported });
        }
      }
    }
  }

  /** `weir apply`; `previous`: what it thinks is in force. */
  async apply({ plan, files }: RuleVersion, previous?: string): Promise<void> {
    const { link, partitions, sleep } = this.#options;
    const library = new RedisRuleLibrary(link.connection, plan);
    const stored = await library.store(plan, files);
    await beginSubscriptions(link.connection, plan);
    await new RulesInForce(link.connection, partitions, sleep).change(stored, previous);
  }

  /** Somebody writes an activation that does not follow from what is in force, or of rules that nobody stored. */
  async misapply(hash: string): Promise<void> {
    const { random, partitions, link } = this.#options;
    const { in: log } = partitionKeys(random.whole(0, partitions - 1), partitions);
    const entry = { type: 'rules.activated', hash, previous: random.pick(['feedfeedfeedfeed', hash]) };
    await link.ask('misapplying', (redis) => redis.xadd(log, '*', 'd', JSON.stringify(entry)));
  }

  async erase(lead: string): Promise<void> {
    const { partitions } = this.#options;
    this.isErasing = true;
    const partition = partitionOf(lead, partitions);
    await this.#say(partitionKeys(partition, partitions).in, 'lead.erased', partition, { lead_id: lead });
  }

  /** Actions that came to be so, as the outboxes have them, newest first: some of them are something else by now. */
  #newest(status: 'pending' | 'applied'): ShownAction[] {
    const { server, partitions } = this.#options;
    const found: ShownAction[] = [];
    for (let partition = 0; partition < partitions; partition++) {
      const { out } = partitionKeys(partition, partitions);
      for (const [, fields] of server.store.find(out, 'stream')?.entries ?? []) {
        const text = fields[1] as string;
        if (fields[0] !== 'd' || !text.includes(`"status":"${status}"`)) continue;
        const { act } = JSON.parse(text) as { act?: { id: string; hash: string } };
        if (act) found.unshift({ id: act.id, hash: act.hash, partition });
      }
    }
    return found.slice(0, 3);
  }

  async #say(key: string, type: string, partition: number, data: object): Promise<void> {
    const { link, server, partitions, now } = this.#options;
    const { position } = partitionKeys(partition, partitions);
    const head = server.store.find(position, 'hash')?.fields.get('head');
    // by the time of the partition, as over HTTP: there it is judged
    const time = head ? (JSON.parse(head) as { time: Millis }).time : now();
    const event = { id: `p${this.#events++}`, source: '/people', type, time, data };
    await link
      .ask('saying', (redis) => redis.xadd(key, '*', 'd', JSON.stringify(event)))
      .catch(() => undefined);
  }
}
