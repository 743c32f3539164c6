/** Rule sets and record layouts in Redis, by hash: what a log names can be loaded wherever the log is read. */

import { setImmediate as breathe } from 'node:timers/promises';
import { WeirError } from '../core/errors.ts';
import { loadRuleSetBeside, type RuleFile } from '../rules/load-rule-set.ts';
import type { Layout, Plan } from '../rules/plan.ts';
import type { Layouts } from '../step/record.ts';
import { KnownLayouts } from './known-layouts.ts';
import type { RedisConnection } from './redis-connection.ts';
import type { StoredSet } from './rules-in-force.ts';
import type { RuleLibrary } from './start-state.ts';

const LAYOUTS = 'weir:layouts';
const rulesKey = (hash: string) => `weir:rules:${hash}`;

export class RedisRuleLibrary implements RuleLibrary {
  private readonly connection: RedisConnection;
  private readonly plans = new Map<string, Plan>();
  private readonly files = new Map<string, readonly RuleFile[]>();
  private readonly loading = new Map<string, Promise<Plan | undefined>>();
  wanted: Plan;
  /** For whoever reads records and commits nothing. */
  readonly known = new KnownLayouts(() => this.layouts());

  constructor(connection: RedisConnection, wanted: Plan) {
    this.connection = connection;
    this.wanted = wanted;
  }

  /**
   * Stores a checked set under its hash and makes it the wanted one; what is stored once never changes.
   * @returns what brings it into force, see `RulesInForce`
   */
  async store(plan: Plan, files: readonly RuleFile[]): Promise<StoredSet> {
    await this.write(plan, files);
    this.plans.set(plan.hash, plan);
    this.files.set(plan.hash, files);
    this.wanted = plan;
    return { hash: plan.hash, store: () => this.write(plan, files) };
  }

  private async write(plan: Plan, files: readonly RuleFile[]): Promise<void> {
    const layouts = plan.kinds.flatMap((kind) => [kind.layout.id, JSON.stringify(kind.layout)]);
    await this.connection.ask('storing the rule set', async (redis) => {
      await redis.set(rulesKey(plan.hash), JSON.stringify({ files }), 'NX');
      if (layouts.length > 0) await redis.hset(LAYOUTS, ...layouts);
    });
  }

  /** The files of every set that this process stored or loaded. */
  stored(): ReadonlyMap<string, readonly RuleFile[]> {
    return this.files;
  }

  async load(hash: string): Promise<Plan | undefined> {
    const known = hash === this.wanted.hash ? this.wanted : this.plans.get(hash);
    if (known) return known;
    // every partition comes to a change at about the same time: one of them loads it for all
    const loading = this.loading.get(hash) ?? this.loadStored(hash).finally(() => this.loading.delete(hash));
    this.loading.set(hash, loading);
    return loading;
  }

  private async loadStored(hash: string): Promise<Plan | undefined> {
    const files = await storedFiles(this.connection, hash);
    if (files === undefined) return undefined;
    const loaded = await loadRuleSetBeside(files, breathe, { accepted: true });
    if (!loaded.ok)
      throw new WeirError(
        'config_invalid',
        `loading rule set ${hash}: this version of weir refuses it (${loaded.problems.length} problems); apply a set it accepts`,
      );
    this.plans.set(hash, loaded.plan);
    this.files.set(hash, files);
    return loaded.plan;
  }

  async layouts(): Promise<Layouts> {
    const stored = await this.connection.ask('loading layouts', (redis) => redis.hgetall(LAYOUTS));
    return new Map(Object.entries(stored).map(([id, text]) => [id, JSON.parse(text) as Layout]));
  }
}

/** The files of a set that was stored; undefined where none was under this hash. */
export async function storedFiles(
  connection: RedisConnection,
  hash: string,
): Promise<readonly RuleFile[] | undefined> {
  const text = await connection.ask('loading a rule set', (redis) => redis.get(rulesKey(hash)));
  return text === null ? undefined : (JSON.parse(text) as { files: RuleFile[] }).files;
}
