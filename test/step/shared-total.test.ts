/** A client's total among its campaigns: to the cent, whatever they have, and what is said where it cannot be done. */

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { Plan } from '../../src/rules/plan.ts';
import type { RuleNode } from '../../src/rules/plan-node.ts';
import type { AllocateShape } from '../../src/rules/rule-plan.ts';
import { Entity } from '../../src/step/entity.ts';
import { entityFrame } from '../../src/step/node-value.ts';
import { allocate } from '../../src/step/shapes/allocate.ts';
import { cents, curveOf, HOUR, MIDNIGHT, sumOf, told } from './allocation-trial.ts';
import { planOf } from './shared-house.ts';

const NOON = MIDNIGHT + 12 * HOUR;
const MARGINAL = '  using: marginal\n  within: parts\n  response: response\n  spent: spent\n  explore: 0\n';

function planWith(allocation: string): Plan {
  return planOf([
    `timezone: UTC
entities:
  client: { key: client, shared: true }
  campaign: { key: campaign_id }
  channel: { key: [campaign_id, channel] }
---
features:
  channel:
    budget: { last: budget, on: campaign.created, each: channels, default: 0 }
  campaign:
    client: { last: client, on: campaign.created }
    currency: { last: currency, on: campaign.created }
    starts_at: { last: starts_at, on: campaign.created }
    ends_at: { last: ends_at, on: campaign.created }
    least: { last: min_of_client, on: campaign.created }
    most: { last: max_of_client, on: campaign.created }
    budget: { sum: budget, of: channel, by: campaign_id }
    spent: { sum: cost, on: campaign.click }
    weight: { count: campaign.application }
    parts: { rows: [channel, budget], of: channel, by: campaign_id }
  client:
    total: { last: daily_budget, on: client.updated, default: 0 }
    currency: { last: currency, on: client.updated }
    campaigns: { rows: [campaign_id, budget, currency, starts_at, ends_at, least, most, spent, weight, parts], of: campaign }
---
rule: share
description: d
owner: o
version: 1
for: client
allocate:
  total: total
  among: campaigns
  current: budget
  starts: starts_at
  ends: ends_at
  weight: weight
${allocation}
then: { action: budget_adjustment }
`,
  ]);
}

const LIMITS = "  limits: { min_share: 'least ?? 0', max_share: 'most ?? 1', max_change: 20% }\n";
const plain = planWith(LIMITS);
const marginal = planWith(`${MARGINAL}${LIMITS}`);

interface Campaign {
  readonly campaign_id: string;
  readonly budget: number;
  readonly [field: string]: unknown;
}

function share(plan: Plan, total: number, campaigns: readonly Campaign[], more: object = {}) {
  const kind = plan.kindOf.get('client');
  assert.ok(kind);
  const entity = new Entity(plan, kind, 'acme');
  for (const [name, value] of Object.entries({ total, campaigns, ...more }))
    entity.slots[kind.slotOf.get(name) as number] = value;
  const node = kind.nodes.find((each): each is RuleNode => each.type === 'rule');
  assert.ok(node);
  return allocate(node.rule.shape as AllocateShape, entity, entityFrame(entity, NOON));
}

const running = (id: string, budget: number, more: object = {}): Campaign => ({
  campaign_id: id,
  budget,
  currency: 'EUR',
  ...more,
});

describe('a total that campaigns share', () => {
  it('is shared out whole, whatever they have and what is learned; what is spent is spent', () => {
    const campaign = fc.record({
      cents: fc.integer({ min: 0, max: 80_000 }),
      weight: fc.integer({ min: 0, max: 5 }),
      spentShare: fc.double({ min: 0, max: 0.5, noNaN: true }),
      least: fc.option(fc.constantFrom(0, 0.02, 0.05), { nil: undefined }),
      ended: fc.constantFrom(false, false, false, true),
      rates: fc.array(fc.option(fc.double({ min: 0.001, max: 0.3, noNaN: true }), { nil: undefined }), {
        maxLength: 3,
      }),
    });
    let [proposals, unequal] = [0, 0];
    fc.assert(
      fc.property(
        fc.array(campaign, { minLength: 1, maxLength: 8 }),
        fc.integer({ min: 0, max: 300_000 }),
        fc.boolean(),
        (given, total, learned) => {
          const rows = given.map(({ cents: budget, weight, spentShare, least, ended, rates }, i) =>
            running(`c${i}`, budget / 100, {
              weight,
              ...(learned && { spent: Math.floor(budget * spentShare) / 100 }),
              ...(least !== undefined && { least }),
              ...(ended && { ends_at: NOON - HOUR }),
              parts: rates.map((rate, k) => ({
                channel: `x${k}`,
                ...(rate !== undefined && { response: told(curveOf(0.5, 10, rate)) }),
              })),
            }),
          );
          const proposal = share(learned ? marginal : plain, total / 100, rows);
          if (proposal === undefined) return;
          proposals += 1;
          assert.equal(sumOf(proposal.to), total);
          if (sumOf(proposal.from) !== total) unequal += 1;
          assert.equal(proposal.hours, undefined);
          const changes = rows.map(
            ({ campaign_id, budget }) => cents(proposal.to[campaign_id] as number) - cents(budget),
          );
          const [more, less] = [1, -1].map((sign) =>
            changes.reduce((sum, by) => sum + Math.max(0, sign * by), 0),
          );
          assert.equal(cents(proposal.moved), Math.max(more as number, less as number));
          for (const row of rows) {
            const to = cents(proposal.to[row.campaign_id] as number);
            const spent = cents((row.spent as number | undefined) ?? 0);
            if (row.ends_at !== undefined) assert.equal(to, spent);
            else assert.ok(to >= spent);
          }
        },
      ),
      { numRuns: 500 },
    );
    assert.ok(proposals > 150 && unequal > 100, `${proposals} proposals, ${unequal} from another sum`);
  });

  it('goes to the only campaign there is, and nobody moves money for nothing', () => {
    assert.deepEqual(share(plain, 200, [running('c1', 150)])?.to, { c1: 200 });
    assert.equal(share(plain, 200, [running('c1', 200)]), undefined);
    assert.equal(share(plain, 200, []), undefined);
    assert.equal(share(plain, 200, [running('c1', 100), running('c2', 100)]), undefined);
  });

  it('follows a total that was raised or lowered in proportion, then the weights, a fifth at a time', () => {
    const rows = [running('c1', 60), running('c2', 40)];
    assert.deepEqual(share(plain, 200, rows)?.to, { c1: 120, c2: 80 });
    assert.deepEqual(share(plain, 50, rows)?.to, { c1: 30, c2: 20 });
    const weighed = [running('c1', 60, { weight: 1 }), running('c2', 40, { weight: 3 })];
    assert.deepEqual(share(plain, 100, weighed)?.to, { c1: 52, c2: 48 });
  });

  it('a campaign that ends or has not started leaves what it has to the others', () => {
    const ended = running('c3', 50, { ends_at: NOON });
    const proposal = share(plain, 150, [running('c1', 60), running('c2', 40), ended]);
    assert.deepEqual(proposal?.to, { c1: 90, c2: 60, c3: 0 });
    assert.equal(proposal?.moved, 50);
    assert.match(String(proposal?.reasons.find(({ name }) => name === 'c3')?.inputs.because), /has ended/);
    const later = running('c3', 50, { starts_at: NOON + 1 });
    assert.deepEqual(share(plain, 150, [running('c1', 60), running('c2', 40), later])?.to, {
      c1: 90,
      c2: 60,
      c3: 0,
    });
    assert.equal(share(plain, 150, [ended]), undefined);
  });

  it('names the limits that cannot be met together', () => {
    const rows = [running('c1', 60, { least: 0.7 }), running('c2', 40, { least: 0.5 })];
    for (const plan of [plain, marginal])
      assert.throws(
        () => share(plan, 100, rows),
        /min_share of c1 70 %, c2 50 % add up to 120 % of the total/,
      );
    const capped = [running('c1', 60, { most: 0.3 }), running('c2', 40, { most: 0.3 })];
    assert.throws(() => share(plain, 100, capped), /max_share of c1 30 %, c2 30 % add up to 60 %/);
    // limits of a campaign that has ended bind nobody
    const ended = [running('c1', 60, { least: 0.7, ends_at: NOON }), running('c2', 40, { least: 0.5 })];
    assert.deepEqual(share(plain, 100, ended)?.to, { c1: 0, c2: 100 });
  });

  it('adds up amounts of one currency only', () => {
    const mixed = [running('c1', 60), { ...running('c2', 40), currency: 'USD' }, running('c3', 10)];
    assert.throws(() => share(plain, 110, mixed), /two currencies.* EUR \(c1, c3\) and USD \(c2\)/);
    assert.throws(
      () => share(plain, 60, [running('c1', 60)], { currency: 'CHF' }),
      /CHF \(the total\) and EUR \(c1\)/,
    );
    assert.deepEqual(share(plain, 70, [running('c1', 60)], { currency: 'EUR' })?.to, { c1: 70 });
  });

  it('is refused where its rows are no campaigns, or something is kept back', () => {
    const text = (rows: string, more: string) => `
entities:
  client: { key: client, shared: true }
  campaign: { key: campaign_id }
---
features:
  campaign:
    client: { last: client, on: campaign.created }
    budget: { last: daily_budget, on: campaign.created }
  client:
    total: { last: daily_budget, on: client.updated, default: 0 }
    campaigns: { rows: [${rows}], of: campaign }
---
rule: share
description: d
owner: o
version: 1
for: client
allocate: { total: total, among: campaigns, current: budget, weight: budget${more} }
then: { action: budget_adjustment }
`;
    assert.doesNotThrow(() => planOf([text('campaign_id, budget', '')]));
    assert.throws(() => planOf([text('budget, campaign_id', '')]), /first field must be `campaign_id`/);
    assert.throws(() => planOf([text('campaign_id, budget', ', reserve: total')]), /it has no `reserve`/);
    const lead = `
entities: { source: { key: source, shared: true }, lead: { key: lead_id } }
---
features:
  lead: { source: { last: source, on: lead.created } }
  source: { leads: { rows: [lead_id], of: lead } }
`;
    assert.throws(() => planOf([lead]), /too many of lead for a list/);
  });
});
