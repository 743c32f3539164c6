/** backtest: events a second of `weir diff` over thirty days of history, beside the house that wrote that history. */

import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { backtest as replay } from '../src/cli/diff/backtest.ts';
import { openHouse } from '../src/cli/house.ts';
import { readConfig } from '../src/cli/read-config.ts';
import { partitionOf } from '../src/core/partition.ts';
import { DAY } from '../src/core/units.ts';
import { affectedRules, madeOf } from '../src/rules/affected.ts';
import { loadRuleSet, type RuleFile } from '../src/rules/load-rule-set.ts';
import type { Plan } from '../src/rules/plan.ts';
import { openDatabase } from '../src/store/database.ts';
import { startEmbeddedPostgres } from '../src/store/embedded-postgres.ts';
import { openKeptLog } from '../src/store/read/kept-log.ts';
import type { Bench, Options, Outcome } from './bench.ts';
import { startBenchRedis } from './bench-redis.ts';
import { logKeys, PARTITIONS } from './flow/keys.ts';
import { CONFIG, houseOptions } from './house-options.ts';
import { countsOf, drained } from './house-run.ts';
import { leadTraffic } from './lead-traffic.ts';
import { number } from './table.ts';

async function run(options: Options): Promise<Outcome> {
  const { events, leads, seed } = options as Record<'events' | 'leads' | 'seed', number>;
  const folder = await mkdtemp(join(tmpdir(), 'weir-bench-'));
  await chmod(folder, 0o711);
  const server = await startBenchRedis();
  const postgres = await startEmbeddedPostgres(join(folder, 'postgres'));
  const database = openDatabase(postgres.url);
  try {
    let pipeline = server.redis.pipeline();
    for (const { lead, text } of leadTraffic({ events, leads, seed, span: 30 * DAY })) {
      pipeline.xadd(logKeys(partitionOf(lead, PARTITIONS)).used, '*', 'd', text);
      if (pipeline.length < 1_000) continue;
      await pipeline.exec();
      pipeline = server.redis.pipeline();
    }
    await pipeline.exec();
    const begun = performance.now();
    const house = await openHouse(houseOptions(server.path, 'log', postgres.url));
    await drained(house, events);
    const liveSeconds = (performance.now() - begun) / 1000;
    const { applied } = await countsOf(house);
    while ((await house.processor.deliver?.lag()) !== 0) await sleep(50);
    await house.close();
    const [old, next] = sides();
    const before = performance.now();
    const result = await replay({
      ...{ old, new: next, rules: affectedRules(old, next), log: await openKeptLog(database), examples: 0 },
      ...{ onChange: () => undefined, onProgress: () => undefined },
    });
    const seconds = (performance.now() - before) / 1000;
    const rate = result.events / seconds;
    const live = events / liveSeconds;
    const differing = [...result.comparisons.byRule.values()].reduce(
      (sum, { changes }) => sum + changes.changed,
      0,
    );
    return {
      table: `${number(result.events)} events of 30 days: ${number(rate)} a second under both rule sets, ${number(live)} through the house with its history; ${number(differing)} decisions changed`,
      figures: { events_per_second: rate, vs_live: rate / live, live_events_per_second: live },
      exact: applied === events && result.events === events && differing > 0,
    };
  } finally {
    await database.close();
    await postgres.stop();
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

/** The shipped rules, and the same with one number of the score changed; of both what that can reach. */
function sides(): [Plan, Plan] {
  const files = readConfig(CONFIG);
  const edited = files.map(({ path, text }) => ({
    path,
    text: text.replace('2 * completions_7d', '3 * completions_7d'),
  }));
  const [old, next] = [planOf(files), planOf(edited)];
  const affected = affectedRules(old, next);
  return [planOf(files, madeOf(old, affected)), planOf(edited, madeOf(next, affected))];
}

function planOf(files: readonly RuleFile[], only?: ReadonlySet<string>): Plan {
  const loaded = loadRuleSet(files, only ? { only, accepted: true } : {});
  if (!loaded.ok)
    throw new Error(`the shipped rules have ${loaded.problems.length} problems; run the check verb`);
  return loaded.plan;
}

export const backtest: Bench = {
  about: 'weir diff over thirty days of history, beside the house that wrote it',
  defaults: { events: 50_000, leads: 5_000, seed: 1 },
  run,
};
