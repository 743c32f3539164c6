/** The oracle against the golden cases of the specification, and against itself where order must not matter. */

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { agree } from './agree.ts';
import { divide } from './divide.ts';
import { asLog, type JsonEvent, randomHistory, timeOf } from './generate.ts';
import { Oracle, type OracleRun } from './oracle.ts';
import { Random } from './random.ts';
import { readRuleFiles, SHIPPED } from './rule-files.ts';
import { ruleTests } from './rule-tests.ts';

const START = Date.UTC(2026, 0, 5);
const HOUR = 3_600_000;
const DAY = 24 * HOUR;

const SMALL = `
timezone: Europe/Madrid
entities: { lead: { key: lead_id }, campaign: { key: campaign_id }, channel: { key: [campaign_id, channel] } }
features:
  lead:
    status: { last: status, on: [lead.created, lead.status_changed], default: new }
    opens: { count: content.opened }
    opens_1d: { count: content.opened, window: 1d }
    sent_once: { count: [content.sent, email.sent], once: content_id }
    response_hours: { avg: hours, from: content.sent, to: content.opened, match: content_id, window: 90d }
    quiet_days: { since: content.opened, unit: day, until: 3d }
  channel:
    budget: { last: budget, on: [campaign.created, campaign.updated], each: channels, default: 0 }
    spend: { sum: cost, on: campaign.click }
    applications: { count: campaign.application }
    cost_p95: { p95: cost, on: campaign.click }
  campaign:
    total: { sum: budget, of: channel, by: campaign_id }
    channels: { rows: [channel, budget, spend, applications], of: channel, by: campaign_id }
---
rule: score
for: lead
version: 2
when: status != "lost"
factors: { opens: 2 * opens_1d, speed: 'response_hours < 2 ? 3', quiet: '-quiet_days' }
publish: { change_over: 1 }
---
rule: marks
for: lead
hold: 1h
pick:
  - { name: opener, when: opens_1d > 0, text: 'opened {{opens_1d}} times' }
---
rule: rebalance
for: campaign
when: $sum(channels.applications) >= 3
every: 1d
allocate:
  total: total
  among: channels
  current: budget
  weight: applications / $max([1, spend])
  limits: { min_share: 5%, max_share: 60%, max_change: 30%, smallest_move: 5 }
approve: { expires: 6h, auto_when: moved < 10 }
then: { action: channel_reallocation }
`;

const small = Oracle.load([{ path: 'weir.yaml', text: SMALL }]);

function event(at: number, type: string, data: object): JsonEvent {
  return { id: `${type}-${at}-${JSON.stringify(data)}`, type, time: START + at, data };
}

async function run(...events: JsonEvent[]): Promise<OracleRun> {
  return (await small).run(
    events.map((given, index) => ({ id: `${START}-${index}`, d: JSON.stringify(given) })),
    0,
  );
}

const tick = (at: number) => ({ type: 'tick', time: START + at });
const opened = (at: number, content_id = 'a') => event(at, 'content.opened', { lead_id: 1, content_id });
const sent = (at: number, content_id = 'a') => event(at, 'content.sent', { lead_id: 1, content_id });
const told = ({ decisions }: OracleRun, rule: string) => decisions.filter((each) => each.rule === rule);

describe('the oracle', () => {
  it('counts a window by its buckets and forgets at their edge', async () => {
    const at = 10 * HOUR + 59 * 60_000;
    const before = await run(opened(at), tick(at + 23 * HOUR));
    assert.equal(before.entities.get('lead:1')?.features.opens_1d, 1);
    const after = await run(opened(at), tick(34 * HOUR));
    assert.equal(after.entities.get('lead:1')?.features.opens_1d, 0);
    assert.equal(told(after, 'score').at(-1)?.time, START + 34 * HOUR);
  });

  it('pairs the first open with the last send before it', async () => {
    const { entities } = await run(
      sent(0),
      sent(HOUR),
      sent(HOUR, 'b'),
      opened(2 * HOUR),
      sent(3 * HOUR),
      opened(9 * HOUR),
    );
    assert.equal(entities.get('lead:1')?.features.response_hours, 1);
    assert.equal(entities.get('lead:1')?.features.sent_once, 2);
  });

  it('gives a factor without data 0 points and says so', async () => {
    const { decisions } = await run(opened(0));
    assert.deepEqual(decisions[0]?.reasons, [
      { name: 'opens', points: 2, inputs: { opens_1d: 1 } },
      { name: 'speed', points: 0, no_data: true, inputs: { response_hours: null } },
      { name: 'quiet', points: -0, inputs: { quiet_days: 0 } },
    ]);
    assert.deepEqual(decisions[0]?.cause, { event: opened(0).id, type: 'content.opened' });
  });

  it('tells a number only when it changed by more than change_over', async () => {
    const result = await run(opened(0), tick(5 * DAY));
    assert.deepEqual(
      told(result, 'score').map(({ value, change, time }) => [value, change, (time - START) / DAY]),
      [
        [2, undefined, 0],
        [-1, -3, 1],
        [-3, -2, 3],
      ],
    );
  });

  it('withdraws a result when the rule no longer applies', async () => {
    const lost = event(HOUR, 'lead.status_changed', { lead_id: 1, status: 'lost' });
    const result = await run(opened(0), lost);
    assert.equal(result.entities.get('lead:1')?.results.score?.value, undefined);
    assert.deepEqual([told(result, 'score')[1]?.value, told(result, 'score')[1]?.old], [null, 2]);
  });

  it('holds a name back in both directions', async () => {
    const { decisions, entities } = await run(opened(0), opened(HOUR / 2), tick(3 * DAY));
    assert.deepEqual(
      decisions
        .filter(({ rule }) => rule === 'marks')
        .map(({ time, entered, left }) => [(time - START) / HOUR, entered, left]),
      [
        [1, ['opener'], []],
        [25, [], ['opener']],
      ],
    );
    assert.deepEqual(entities.get('lead:1')?.results.marks?.value, []);
  });

  it('names the decision that a late event amends', async () => {
    const result = await run(opened(5 * HOUR), opened(4 * HOUR, 'b'));
    const [first, second] = told(result, 'score');
    assert.deepEqual([first?.late, second?.late, second?.time], [undefined, true, START + 5 * HOUR]);
    assert.equal(result.decisions[second?.amends ?? -1], first);
  });

  it('drops copies, refuses conflicts and sorts out what is no event', async () => {
    const copy = opened(HOUR);
    const { duplicates, dead, entities } = await run(
      copy,
      copy,
      { ...copy, data: { lead_id: 1, content_id: 'other' } },
      { ...copy, id: 'x', type: 'content.open' },
      { note: 'nothing' },
    );
    assert.equal(entities.get('lead:1')?.features.opens, 1);
    assert.equal(duplicates, 1);
    assert.deepEqual(
      dead.map(({ reason }) => reason),
      ['id_conflict', 'unknown_type', 'not_an_event'],
    );
  });

  it('moves a budget, and lets the action expire', async () => {
    const channels = [
      { channel: 'jooble', budget: 100 },
      { channel: 'indeed', budget: 100 },
    ];
    const created = event(0, 'campaign.created', {
      campaign_id: 'c1',
      daily_budget: 200,
      currency: 'EUR',
      channels,
    });
    const click = event(1, 'campaign.click', { campaign_id: 'c1', channel: 'indeed', cost: '0.3312' });
    const apply = (at: number) => event(at, 'campaign.application', { campaign_id: 'c1', channel: 'jooble' });
    const result = await run(created, click, apply(2), apply(3), apply(4), tick(DAY));
    const [pending, expired, ...more] = told(result, 'rebalance');
    assert.deepEqual(pending?.value, {
      action: 'channel_reallocation',
      status: 'pending',
      moved: 20,
      total: 200,
      to: { indeed: 80, jooble: 120 },
      from: { indeed: 100, jooble: 100 },
      expires_at: START + 4 + 6 * HOUR,
    });
    // what is over has no time any more until which somebody may answer
    const { expires_at: _, ...over } = (pending?.value ?? {}) as { expires_at: number };
    assert.deepEqual(expired?.value, { ...over, status: 'expired' });
    assert.deepEqual(more, []);
    assert.deepEqual(expired?.cause, { timer: START + 4 + 6 * HOUR });
    assert.equal(result.entities.get('channel:c1/indeed')?.features.cost_p95, 0.3312);
  });
});

describe('divide', () => {
  const limits = { minShare: 0.05, maxShare: 0.6, maxChange: 0.3 };

  it('keeps the total, moves no row faster than it may, and none further out of its share than it was', () => {
    const row = fc.record({
      current: fc.integer({ min: 0, max: 50_000 }),
      weight: fc.constantFrom(0, 0.1, 0.5, 1, 3, 50),
    });
    fc.assert(
      fc.property(fc.array(row, { minLength: 2, maxLength: 6 }), (given) => {
        const rows = given.map((each, index) => ({ name: `r${index}`, ...each }));
        const total = rows.reduce((sum, { current }) => sum + current, 0);
        const to = divide(total, rows, limits);
        assert.equal(
          [...to.values()].reduce((sum, cents) => sum + cents, 0),
          total,
        );
        for (const { name, current } of rows) {
          const cents = to.get(name) ?? -1;
          assert.ok(cents >= 0.7 * current - 1e-6 && cents <= 1.3 * current + 1e-6, name);
          assert.ok(cents >= Math.min(Math.floor(0.05 * total), current), name);
          assert.ok(cents <= Math.max(Math.ceil(0.6 * total), current), name);
        }
      }),
    );
  });

  it('gives odd cents to the largest remainder, then to the smaller name', () => {
    const rows = ['b', 'a', 'c'].map((name) => ({ name, current: 33, weight: 1 }));
    assert.deepEqual(Object.fromEntries(divide(100, rows, { minShare: 0, maxShare: 1, maxChange: 1 })), {
      a: 34,
      b: 33,
      c: 33,
    });
  });

  it('lets a row outside its limits come back no faster than it may move', () => {
    const rows = [
      { name: 'a', current: 1000, weight: 1 },
      { name: 'b', current: 100, weight: 1 },
    ];
    assert.deepEqual(Object.fromEntries(divide(1100, rows, limits)), { a: 970, b: 130 });
  });

  it('names the limits when they cannot be met together', () => {
    const rows = ['a', 'b', 'c'].map((name) => ({ name, current: 100, weight: 1 }));
    assert.throws(() => divide(300, rows, { ...limits, maxShare: 0.3 }), /min_share and max_share/);
  });
});

describe('the shipped rules under the oracle', () => {
  const files = readRuleFiles(SHIPPED);
  const shipped = Oracle.load(files);

  it('pass the tests in their files', async () => {
    const tests = ruleTests(await shipped, files);
    assert.ok(tests.length >= 50, `only ${tests.length} tests in ${SHIPPED}`);
    for (const test of tests) assert.deepEqual(await test.run(), [], `${test.rule}: ${test.name}`);
  });

  it('give the same values step by step as from the set of events alone', async () => {
    const oracle = await shipped;
    for (const seed of [1, 2, 3]) {
      const history = randomHistory(seed, {
        leads: 8,
        campaigns: 2,
        events: 200,
        days: 40,
        lateShare: 0.1,
        tz: seed === 2,
      });
      const { entities, time } = await oracle.run(asLog(seed, history, { tickShare: 0.05 }), 0);
      const values = await oracle.finalValues(new Random(seed).shuffled(history), time);
      assert.deepEqual(new Set(values.keys()), new Set(entities.keys()));
      for (const [key, expected] of values)
        for (const [name, value] of Object.entries(expected)) {
          const { features = {}, results = {} } = entities.get(key) ?? {};
          const actual = name in results ? results[name]?.value : features[name];
          assert.ok(agree(value, actual), `seed ${seed}: ${key} ${name}: ${JSON.stringify([value, actual])}`);
        }
    }
  });
});

describe('a random history', () => {
  const options = {
    leads: 20,
    campaigns: 4,
    events: 800,
    days: 45,
    badShare: 0.05,
    duplicateShare: 0.1,
    lateShare: 0.1,
  };

  it('is the same for the same seed and another for another', () => {
    assert.deepEqual(randomHistory(5, options), randomHistory(5, options));
    assert.notDeepEqual(randomHistory(5, options), randomHistory(6, options));
  });

  it('holds what was asked for, in about the shares asked for', () => {
    const history = randomHistory(5, options);
    const texts = history.map((each) => JSON.stringify(each));
    const copies = texts.length - new Set(texts).size;
    assert.ok(copies > 40 && copies < 130, `${copies} copies`);
    let stream = 0;
    const late = history.filter((each) => {
      const isLate = timeOf(each) < stream;
      stream = Math.max(stream, timeOf(each));
      return isLate;
    });
    assert.ok(late.length > 60, `${late.length} late events`);
    const times = new Set(history.map(timeOf));
    assert.ok(times.size > 0.9 * new Set(texts).size - 50);
    assert.ok(Math.max(...times) < START + 45 * DAY + HOUR);
  });
});
