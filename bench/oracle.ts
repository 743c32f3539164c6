/** `npm run oracle -- --events N --seed S`: generated histories of leads and campaigns, every value, decision and report held against the oracle. */

import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Progress } from '../src/cli/progress.ts';
import type { Verdict } from '../test/step/oracle-trial.ts';
import { runChild } from './child.ts';
import { lastLine } from './last-line.ts';
import type { HouseJob } from './oracle/house-process.ts';

const { values } = parseArgs({
  options: {
    events: { type: 'string', default: '20000' },
    seed: { type: 'string', default: '1' },
    partitions: { type: 'string', default: '4' },
    days: { type: 'string', default: '30' },
  },
});
const wanted = Number(values.events);
const seed = Number(values.seed);
/** Events of one house: more houses are more different weeks, and need no more memory. */
const LARGEST_HOUSE = 50_000;
const EVENTS_OF_A_LEAD = 40;
/** One campaign for so many events of leads. */
const EVENTS_BESIDE_A_CAMPAIGN = 5_000;
const EVENTS_OF_A_CAMPAIGN = 300;
const AT_ONCE = 2;

const houses = Math.ceil(wanted / LARGEST_HOUSE);
const events = Math.ceil(wanted / houses);
const job: HouseJob = {
  events,
  leads: Math.ceil(events / EVENTS_OF_A_LEAD),
  campaigns: Math.ceil(events / EVENTS_BESIDE_A_CAMPAIGN),
  campaignEvents: EVENTS_OF_A_CAMPAIGN,
  amends: true,
  days: Number(values.days),
  seed,
  partitions: Number(values.partitions),
};
const file = join(import.meta.dirname, 'oracle', 'house-process.ts');
const progress = new Progress({ title: 'oracle', unit: 'events', output: process.stderr, now: Date.now });
const applied = new Map<number, number>();
const verdicts: Verdict[] = [];
const waiting = Array.from({ length: houses }, (_, house) => house);

async function nextHouse(): Promise<void> {
  for (let house = waiting.shift(); house !== undefined; house = waiting.shift()) {
    const own = house;
    const verdict = await runChild<HouseJob, Verdict>(
      file,
      { ...job, seed: seed + 1000 * own },
      [],
      (count) => {
        applied.set(own, count as number);
        const all = [...applied.values()].reduce((sum, each) => sum + each, 0);
        progress.update(Math.min(1, all / (houses * events)), all);
      },
    );
    verdicts.push(verdict);
    progress.clear();
    const { problems, ...counts } = verdict;
    process.stderr.write(
      `house ${own + 1} of ${houses}, seed ${seed + 1000 * own}: ${JSON.stringify(counts)}\n`,
    );
    for (const problem of problems) process.stdout.write(`seed ${seed + 1000 * own}: ${problem}\n`);
  }
}

await Promise.all(Array.from({ length: AT_ONCE }, nextHouse));
const sum = (count: (verdict: Verdict) => number) => verdicts.reduce((total, each) => total + count(each), 0);
const differences = sum(({ problems }) => problems.length);
process.exitCode = differences === 0 && verdicts.length === houses ? 0 : 1;
process.stdout.write(
  `${lastLine({
    events: sum((each) => each.events),
    duplicates: sum((each) => each.duplicates),
    late: sum((each) => each.late),
    restarts: sum((each) => each.deaths),
    mail: sum((each) => each.letters),
    entities: sum((each) => each.entities + each.sharedEntities),
    reports: Math.min(...verdicts.map(({ reports }) => reports)),
    documents: sum((each) => each.documents),
    values: sum((each) => each.values),
    decisions: sum((each) => each.decisions),
    shared_decisions: sum((each) => each.sharedDecisions),
    differences,
    houses,
    seed,
  })}\n`,
);
