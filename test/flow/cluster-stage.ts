/** A weir on a cluster while events flow to it by streams and over HTTP, and in the end the oracle's word on all of it. */

import assert from 'node:assert/strict';
import { appendFile, cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { StreamArchive } from '../../bench/chaos/archive.ts';
import { missingEvents } from '../../bench/chaos/arrivals.ts';
import { PARTITIONS } from '../../bench/chaos/deployment.ts';
import { judgePartition } from '../../bench/chaos/judge.ts';
import { type Arrival, published } from '../../bench/chaos/message.ts';
import { Producer } from '../../bench/chaos/producer.ts';
import { untilApplied } from '../../bench/chaos/progress.ts';
import type { Stage } from '../../bench/chaos/stage.ts';
import { heldBy } from '../../bench/chaos/verdict.ts';
import { type House, openHouse } from '../../src/cli/house.ts';
import { readConfig } from '../../src/cli/read-config.ts';
import { partitionKeys } from '../../src/core/partition.ts';
import { DAY, type Millis, SECOND } from '../../src/core/units.ts';
import { connect, type RedisConnection } from '../../src/processor/redis-connection.ts';
import { loadRuleSet } from '../../src/rules/load-rule-set.ts';
import { root } from '../document-blocks.ts';
import type { JsonEvent } from '../oracle/generate.ts';
import { Oracle } from '../oracle/oracle.ts';
import { readRuleFiles } from '../oracle/rule-files.ts';

const TTL: Millis = 2 * SECOND;
const RATE = 120;
const APPLIED_WITHIN: Millis = 120 * SECOND;
/** Of this machine there may be little left for us. */
const PATIENCE: Millis = 120 * SECOND;

export class ClusterStage {
  readonly notices: string[] = [];
  readonly config: string;
  readonly #folder: string;
  readonly #seed: number;
  #url = '';
  #house: House | undefined;
  #connection: RedisConnection | undefined;
  #producer: Producer | undefined;
  readonly #posted: Arrival[] = [];
  readonly #ending = new AbortController();
  #sending: Promise<unknown>[] = [];
  /** Those who send wait for it. */
  #gate: Promise<void> = Promise.resolve();

  private constructor(folder: string, seed: number) {
    this.#folder = folder;
    this.config = join(folder, 'config');
    this.#seed = seed;
  }

  static async open(seed: number): Promise<ClusterStage> {
    const folder = await mkdtemp(join(tmpdir(), 'weir-test-'));
    const stage = new ClusterStage(folder, seed);
    await cp(join(root, 'config'), stage.config, { recursive: true });
    await appendFile(join(stage.config, 'weir.yaml'), `\npartitions: ${PARTITIONS}\n`);
    return stage;
  }

  get house(): House {
    return this.#house as House;
  }

  get connection(): RedisConnection {
    return this.#connection as RedisConnection;
  }

  /** Events sent, by streams and over HTTP. */
  get events(): number {
    return (this.#producer?.events ?? 0) + this.#posted.length;
  }

  /** A weir on that Redis, and a way to it for those who send. */
  async start(url: string): Promise<void> {
    this.#url = url;
    this.#connection = connect(url, { name: 'test' });
    await this.openHouse();
  }

  async openHouse(): Promise<void> {
    this.#house = await openHouse({
      environment: {
        redisUrl: this.#url,
        host: '127.0.0.1',
        port: 0,
        config: this.config,
        data: this.#folder,
        instance: 'a',
      },
      clockMode: 'log',
      ttl: TTL,
      onNotice: (notice, context) => this.notices.push(`${notice} ${JSON.stringify(context)}`),
    });
    await this.owned();
  }

  async owned(): Promise<void> {
    const { processor } = this.house;
    await patiently('every partition is owned', () => processor.owned === processor.workers.length);
  }

  /** Until it is judged. */
  send(): void {
    const connection: Pick<RedisConnection, 'ask'> = {
      ask: async (doing, ask) => {
        await this.#gate;
        return this.connection.ask(doing, ask);
      },
    };
    const stage = { connection, frozen: 0 } as unknown as Stage;
    this.#producer = new Producer({ stage, seed: this.#seed, rate: RATE });
    this.#sending = [this.#producer.run(this.#ending.signal), this.#post(this.#ending.signal)];
    for (const sending of this.#sending) sending.catch(() => undefined);
  }

  /** Nobody sends while `what` is done, and all that was sent before is applied. */
  async inQuiet(what: () => Promise<void>): Promise<void> {
    let open = () => {};
    this.#gate = new Promise((resolve) => {
      open = resolve;
    });
    await this.#applied();
    await what();
    open();
  }

  /** Waits for so many events more. */
  async more(events: number): Promise<void> {
    const enough = this.events + events;
    await patiently(`${events} events more are acknowledged`, () => this.events >= enough);
  }

  async #applied(): Promise<void> {
    assert.ok(await untilApplied(this.connection, APPLIED_WITHIN), 'what was sent is applied');
  }

  /** One event a request; what is not accepted is sent again. */
  async #post(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.#gate;
      const number = this.#posted.length;
      const data = { lead_id: 900_000 + (number % 50), source: 'jooble', base_score: number % 40 };
      const event: JsonEvent = {
        id: `posted-${number}`,
        type: 'lead.created',
        time: new Date(Date.UTC(2026, 0, 5, 6) + number * SECOND).toISOString(),
        data,
      };
      while ((await this.#answer(event)) !== 202) await sleep(50);
      this.#posted.push(...published([event], 'json').arrivals);
      await sleep(20);
    }
  }

  async #answer(event: JsonEvent): Promise<number> {
    const headers = { 'content-type': 'application/json' };
    const body = JSON.stringify(event);
    const answer = await fetch(`${this.house.url}/v1/events`, { method: 'POST', headers, body });
    assert.ok([202, 429, 503].includes(answer.status), `${answer.status} ${await answer.clone().text()}`);
    await answer.arrayBuffer();
    return answer.status;
  }

  /** Everything that was acknowledged is there, and entities, decisions and dead letters are those of the oracle. */
  async judge(): Promise<void> {
    const producer = this.#producer as Producer;
    this.#ending.abort();
    await Promise.all(this.#sending);
    await this.#applied();
    await producer.leap(40 * DAY);
    await this.#applied();
    await patiently('nothing waits', () => this.house.processor.drained());
    // the oracle leaves no time for anybody else in this process
    await this.closeHouse();
    assert.deepEqual(producer.problems, []);
    const arrivals = [...producer.arrivals, ...this.#posted];
    const archive = new StreamArchive(this.connection);
    await archive.catchUp();
    assert.deepEqual(missingEvents(archive, arrivals).slice(0, 5), []);
    const loaded = loadRuleSet(readConfig(this.config));
    assert.ok(loaded.ok);
    const oracle = await Oracle.load(readRuleFiles(this.config));
    let [entities, decisions] = [0, 0];
    for (let partition = 0; partition < PARTITIONS; partition++) {
      const judgement = await judgePartition(
        this.connection,
        oracle,
        loaded.plan,
        heldBy(archive, partition),
      );
      assert.deepEqual(judgement.problems, [], this.notices.slice(-20).join('\n'));
      entities += judgement.entities;
      decisions += judgement.decisions;
    }
    assert.ok(entities > 50 && decisions > 50, `${entities} entities, ${decisions} decisions`);
  }

  /** By partition how often a tail was lost, from 1. */
  async incarnations(): Promise<(string | null)[]> {
    const keys = Array.from({ length: PARTITIONS }, (_, p) => partitionKeys(p, PARTITIONS));
    return this.connection.ask('testing', (redis) =>
      Promise.all(keys.map(({ position }) => redis.hget(position, 'incarnation'))),
    );
  }

  /** Redis may be moved now: nobody is there. */
  async leave(): Promise<void> {
    await this.closeHouse();
    await this.#connection?.close();
  }

  async closeHouse(): Promise<void> {
    await this.#house?.close();
    this.#house = undefined;
  }

  async close(): Promise<void> {
    this.#ending.abort();
    await this.closeHouse();
    await this.#connection?.close();
    await rm(this.#folder, { recursive: true, force: true });
  }
}

async function patiently(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
  for (let waited = 0; !(await holds()); waited += 50) {
    assert.ok(waited < PATIENCE, `${what} within ${PATIENCE / SECOND} s`);
    await sleep(50);
  }
}
