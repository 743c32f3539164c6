/** Rounds of flow: in each one every consumer runs once, so that a slow minute of the machine hits all of them. */

import { fileURLToPath } from 'node:url';
import { readConfig } from '../../src/cli/read-config.ts';
import { loadRuleSet } from '../../src/rules/load-rule-set.ts';
import type { Plan } from '../../src/rules/plan.ts';
import { type BenchRedis, removeKeys } from '../bench-redis.ts';
import { runChild } from '../child.ts';
import { CONFIG } from '../house-options.ts';
import { leadTraffic } from '../lead-traffic.ts';
import { number } from '../table.ts';
import type { ConsumerAnswer, ConsumerJob } from './consumer.ts';
import type { FillOptions } from './fill.ts';
import { FRESH_EVENTS, KEPT_EVENTS, logKeys, PARTITIONS, SHORT_STREAM } from './keys.ts';
import { checkStored, recount } from './recount.ts';

export type ConsumerName = ConsumerJob['consumer'];

export const ORDER: readonly ConsumerName[] = ['weir', 'null', 'naive', 'intake', 'pipelined', 'bullmq'];

export interface ConsumerResult extends ConsumerAnswer {
  readonly round: number;
  readonly exact: boolean;
}

const CONSUMER = fileURLToPath(new URL('consumer.ts', import.meta.url));

const MAIL = /^\{"type":"(?:shared|learned)\./;

export class Rounds {
  readonly results = new Map<ConsumerName, ConsumerResult[]>(ORDER.map((name) => [name, []]));
  private readonly server: BenchRedis;
  private readonly traffic: FillOptions;
  private readonly plan: Plan;
  private readonly expected: ReturnType<typeof recount>;

  constructor(server: BenchRedis, traffic: FillOptions) {
    this.server = server;
    this.traffic = traffic;
    this.expected = recount(leadTraffic(traffic));
    const loaded = loadRuleSet(readConfig(CONFIG));
    if (!loaded.ok)
      throw new Error(`the shipped rules have ${loaded.problems.length} problems; run the check verb`);
    this.plan = loaded.plan;
  }

  async next(round: number): Promise<void> {
    for (const consumer of ORDER) {
      await this.prepare(consumer);
      const all = consumer === 'weir' || consumer === 'null' || consumer === 'intake';
      const events = all ? this.traffic.events : Math.min(this.traffic.short, this.traffic.events);
      const job: ConsumerJob = { consumer, path: this.server.path, events };
      const answer = await runChild<ConsumerJob, ConsumerAnswer>(CONSUMER, job);
      const exact =
        answer.events === events &&
        (answer.counts === undefined || (await this.isExact(consumer, answer.counts)));
      this.results.get(consumer)?.push({ ...answer, round, exact });
      await this.restore();
      const rate = number(answer.events / answer.seconds);
      process.stderr.write(`  round ${round}: ${consumer} ${rate} events/s${exact ? '' : ' NOT EXACT'}\n`);
    }
  }

  private async prepare(consumer: ConsumerName): Promise<void> {
    const { redis } = this.server;
    if (consumer === 'intake') await redis.copy(KEPT_EVENTS, FRESH_EVENTS, 'REPLACE');
  }

  /** Puts the logs back as they were filled and removes what the consumer left. */
  private async restore(): Promise<void> {
    const { redis } = this.server;
    for (let p = 0; p < PARTITIONS; p++) {
      const { used, kept } = logKeys(p);
      if ((await redis.exists(kept)) === 1) continue;
      await redis.rename(used, kept);
      await this.takeOutMail(kept);
    }
    for (const pattern of ['weir:*', 'naive:*', 'pipelined:*', 'bull:*']) await removeKeys(redis, pattern);
    await redis.del(FRESH_EVENTS);
    for (const group of ['naive', 'pipelined']) await redis.xgroup('DESTROY', SHORT_STREAM, group);
  }

  /** Partitions write to each other: the next consumer gets the events alone. */
  private async takeOutMail(log: string): Promise<void> {
    const { redis } = this.server;
    const mail: string[] = [];
    let last = '0-0';
    for (let until = '+'; ; ) {
      const page = await redis.xrevrange(log, until, '-', 'COUNT', 1_000);
      const found = page.filter(([, [, text]]) => MAIL.test(text ?? ''));
      mail.push(...found.map(([id]) => id));
      last = page.find(([, [, text]]) => !MAIL.test(text ?? ''))?.[0] ?? last;
      if (found.length < page.length || page.length === 0) break;
      until = `(${(page.at(-1) as [string, string[]])[0]}`;
    }
    if (mail.length === 0) return;
    for (let i = 0; i < mail.length; i += 1_000) await redis.xdel(log, ...mail.slice(i, i + 1_000));
    const entries = await redis.xlen(log);
    await redis.call('XSETID', log, last, 'ENTRIESADDED', entries, 'MAXDELETEDID', '0-0');
  }

  /** Every event applied once, every lead as a recount has it, every decision in the outbox once. */
  private async isExact(consumer: ConsumerName, counts: Readonly<Record<string, number>>): Promise<boolean> {
    const { events } = this.traffic;
    const stored = await checkStored(this.server.redis, this.plan, this.expected);
    const problems = [
      counts.applied === events ? '' : `${counts.applied} of ${events} events were applied`,
      counts.dead === 0 ? '' : `${counts.dead} events were refused`,
      counts.duplicate === 0 ? '' : `${counts.duplicate} events were taken for duplicates`,
      stored.wrongLeads === 0
        ? ''
        : `${stored.wrongLeads} of ${this.expected.size} leads are wrong: ${stored.firstWrong}`,
      stored.decisions === stored.numbered
        ? ''
        : `${stored.numbered} decisions were made, ${stored.decisions} are in the outboxes`,
    ].filter((problem) => problem !== '');
    for (const problem of problems) process.stderr.write(`  ${consumer}: ${problem}\n`);
    return problems.length === 0;
  }
}
