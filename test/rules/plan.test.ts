/** The compiled plan: order, slots, dependents, feeds, groups and layouts of any rule set that loads. */

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { readConfig } from '../../src/cli/read-config.ts';
import type { Expression, Frame } from '../../src/rules/expression/expression.ts';
import type { KindPlan, Plan } from '../../src/rules/plan.ts';
import type { RuleNode } from '../../src/rules/plan-node.ts';
import type { AllocateShape, FactorsShape, PickShape } from '../../src/rules/rule-plan.ts';
import { featuresText, loaded, ruleText, SETTINGS } from './rule-files.ts';

const SHIPPED = loaded(readConfig(join(import.meta.dirname, '../../config')));

function kind(plan: Plan, name: string): KindPlan {
  return plan.kindOf.get(name) as KindPlan;
}

function rule(plan: Plan, name: string): RuleNode {
  const node = plan.kinds.flatMap(({ nodes }) => nodes).find((other) => other.name === name);
  assert.equal(node?.type, 'rule');
  return node as RuleNode;
}

/** What holds for every plan. */
function assertSound(plan: Plan): void {
  for (const [index, kindPlan] of plan.kinds.entries()) {
    const { slots, slotOf, nodes, key, dependents, layout } = kindPlan;
    assert.equal(kindPlan.index, index);
    assert.equal(plan.kindOf.get(kindPlan.name), kindPlan);
    assert.deepEqual(slots.slice(0, key.length), key);
    const named = nodes.filter((node) => node.slot >= 0);
    // but for actions: what is over by itself is over before rules run
    const first = nodes[0]?.type === 'actions' ? 1 : 0;
    assert.deepEqual(nodes.slice(first, first + named.length), named, 'what nothing reads comes last');
    assert.deepEqual(slots, [...key, ...named.map((node) => node.name)]);
    for (const [slot, name] of slots.entries()) assert.equal(slotOf.get(name), slot);
    for (const [i, node] of named.entries()) assert.equal(node.slot, key.length + i);
    const stateful = nodes.filter((node) => node.type !== 'calc');
    assert.deepEqual(
      stateful.map((node) => node.state),
      stateful.map((_, state) => state),
    );
    assert.ok(nodes.every((node) => node.type !== 'calc' || node.state === -1));
    assert.deepEqual(
      layout.keys,
      stateful.map((node) => node.definition),
    );
    for (const [slot, readers] of dependents.entries())
      for (const reader of readers) {
        const { slot: read } = nodes[reader] as (typeof nodes)[number];
        assert.ok(read > slot || read === -1);
      }
    for (const node of nodes) {
      const reads =
        node.type === 'rule'
          ? node.reads
          : node.type === 'calc'
            ? node.expression.reads.map((name) => slotOf.get(name))
            : [];
      for (const read of reads) assert.ok(dependents[read as number]?.includes(nodes.indexOf(node)));
      if (node.type === 'group') assert.ok(node.child < index, 'children come before their parents');
    }
    for (const [type, feeds] of kindPlan.feeds)
      for (const feed of feeds) {
        const fed = kindPlan.role === 'part' ? ['fed'] : ['aggregate', 'response', 'detector'];
        assert.ok(fed.includes(nodes[feed.node]?.type as string));
        if (kindPlan.role === 'part') continue;
        const decider = type.startsWith('decision.') ? slotOf.get(type.slice('decision.'.length)) : -1;
        assert.ok((nodes[feed.node]?.slot as number) > (decider as number));
      }
    for (const group of kindPlan.groups) {
      const node = plan.kinds[group.kind]?.nodes[group.node];
      assert.ok(node?.type === 'group' && node.child === index);
    }
  }
}

test('the shipped rule set loads without problems or warnings', () => {
  assert.deepEqual(SHIPPED.warnings, []);
  assert.deepEqual(
    SHIPPED.plan.kinds.map(({ name }) => name),
    [
      ...[
        'channel',
        'campaign',
        'lead',
        'category',
        'client',
        'market',
        'place',
        'platform',
        'source',
        'all',
      ],
      ...['category', 'client', 'market', 'place', 'platform'].flatMap((kind) => [
        `${kind}.part`,
        `${kind}.copy`,
      ]),
      ...['source.part', 'all.part', 'all.copy'],
      ...['examples', 'model', 'copy'].map((role) => `lead.conversion_chance.${role}`),
    ],
  );
  assert.deepEqual(SHIPPED.plan.settings, {
    timezone: 'Europe/Madrid',
    currency: 'EUR',
    partitions: 16,
    lists: { lead: { segment: 'segments', class: 'conversion', score: 'engagement_score' } },
    subscriptions: [],
    automatic: true,
  });
  assert.deepEqual(SHIPPED.set.rules.map(({ name }) => name).sort(), [
    ...[
      'anomalies',
      'application_drop',
      'bid_adjustment',
      'budget_rebalance',
      'budget_warning',
      'cap_reached',
      'channel_opportunity',
      'click_burst',
      'click_fraud',
      'client_budget',
      'conversion',
      'cost_without_clicks',
      'cpa_spike',
      'dear_clicks',
      'engagement_score',
      'insights',
      'recommendations',
      'resume_channel',
      'segments',
      'stop_loss',
      'timing',
    ],
  ]);
  for (const { name } of SHIPPED.set.rules) assert.ok(SHIPPED.set.tests.some((one) => one.rule === name));
  assertSound(SHIPPED.plan);
});

test('a rule runs after the rules it reads', () => {
  const { slotOf } = kind(SHIPPED.plan, 'lead');
  const score = slotOf.get('engagement_score') as number;
  for (const reader of ['conversion', 'recommendations', 'segments'])
    assert.ok((slotOf.get(reader) as number) > score, reader);
});

test('events feed what names them', () => {
  const { feeds, nodes, zoneSlot, slotOf } = kind(SHIPPED.plan, 'lead');
  const fedBy = (type: string) =>
    feeds
      .get(type)
      ?.map((feed) => nodes[feed.node]?.name)
      .sort();
  assert.deepEqual(fedBy('referral.validated'), ['referrals', 'referrals_90d']);
  assert.deepEqual(fedBy('lead.status_changed'), ['status']);
  assert.deepEqual(fedBy('email.sent'), ['contents_sent', 'emails_7d', 'response_hours']);
  assert.equal(zoneSlot, slotOf.get('timezone'));
  const ranks = (type: string) =>
    feeds.get(type)?.find((feed) => nodes[feed.node]?.name === 'response_hours')?.rank;
  assert.deepEqual(['content.sent', 'email.sent', 'content.opened'].map(ranks), [0, 0, 1]);
  const status = ['lead.created', 'lead.updated', 'lead.status_changed'].map(
    (type) => feeds.get(type)?.find((feed) => nodes[feed.node]?.name === 'status')?.rank,
  );
  assert.deepEqual(status, [0, 1, 2]);
});

test('feeds read the event: value, condition, key and elements', () => {
  const text = featuresText(
    'channel',
    `spend: { sum: 2 * cost, on: campaign.click, where: job_id = "j" and type = "campaign.click" and time > 5 }
jobs: { count: campaign.click, once: job_id }
budget: { last: budget, on: campaign.created, each: channels }`,
  );
  const { feeds } = kind(loaded([SETTINGS, { path: 'a.yaml', text }]).plan, 'channel');
  const [jobs, spend] = feeds.get('campaign.click') as [
    { key?: string },
    typeof feeds extends ReadonlyMap<string, readonly (infer F)[]> ? F : never,
  ];
  assert.equal(jobs.key, 'job_id');
  const frame = (input: Frame['input'], time = 6): Frame => ({
    slots: [],
    input,
    time,
    zone: 'UTC',
    currency: 'EUR',
  });
  assert.equal(spend.value?.evaluate(frame({ cost: 3 })), 6);
  assert.equal(spend.where?.evaluate(frame({ job_id: 'j' })), true);
  assert.equal(spend.where?.evaluate(frame({ job_id: 'j' }, 5)), false);
  assert.equal(spend.where?.evaluate(frame({ job_id: 'k' })), false);
  assert.equal(feeds.get('campaign.created')?.[0]?.each, 'channels');
});

test('a decision feeds a feature that comes after its rule, without being read by it', () => {
  const text = `${featuresText('lead', 'changes: { count: decision.a, window: 1d, where: change > 0 }')}---\n${ruleText('a', 'value: 1')}`;
  const { plan } = loaded([SETTINGS, { path: 'a.yaml', text }]);
  assertSound(plan);
  const { slots, feeds, dependents } = kind(plan, 'lead');
  assert.deepEqual(slots, ['lead_id', 'a', 'changes']);
  assert.equal(feeds.get('decision.a')?.length, 1);
  assert.deepEqual(dependents, [[], [], []]);
});

test('groups copy the rows of a child', () => {
  const { groups, slotOf } = kind(SHIPPED.plan, 'channel');
  const campaign = kind(SHIPPED.plan, 'campaign');
  assert.deepEqual(groups.map((group) => campaign.nodes[group.node]?.name).sort(), [
    'channels',
    'daily_budget',
    'next_applications',
    'saved',
    'spend_today',
  ]);
  const rows = campaign.nodes.find((node) => node.name === 'channels');
  assert.ok(rows?.type === 'group' && rows.verb === 'rows');
  assert.deepEqual(
    rows.fields,
    [
      ...['channel', 'budget', 'spend_7d', 'applications_7d', 'cpa_7d', 'spend_today'],
      ...['paused', 'min_share', 'max_share', 'hires_per_application', 'response'],
    ].map((name) => ({
      name,
      slot: slotOf.get(name),
    })),
  );
});

test('shapes are resolved: percent, durations, params, templates', () => {
  const allocate = rule(SHIPPED.plan, 'budget_rebalance').rule;
  const { limits, rowName, among } = allocate.shape as AllocateShape;
  const { approve, action, home } = allocate.acting ?? {};
  assert.equal(allocate.every, 'hour');
  assert.deepEqual([limits.maxChange, limits.smallestMove], [0.2, 5]);
  assert.equal((limits.minShare as Expression).text, 'min_share ?? 0.02');
  assert.deepEqual(
    [approve?.by, approve?.notBy, approve?.expires],
    [['budget_manager'], 'requester', 86_400_000],
  );
  assert.deepEqual([rowName, action, home], ['channel', 'channel_reallocation', 'campaign']);
  assert.equal(among, kind(SHIPPED.plan, 'campaign').slotOf.get('channels'));

  const conversion = rule(SHIPPED.plan, 'conversion');
  const { factors, clamp, classes } = conversion.rule.shape as FactorsShape;
  const { slotOf } = kind(SHIPPED.plan, 'lead');
  assert.deepEqual(factors[0]?.reads, [slotOf.get('engagement_score')]);
  assert.deepEqual([factors[0]?.max, clamp], [40, [0, 100]]);
  assert.deepEqual(classes?.[0], { class: 'likely_to_convert', above: 70 });
  assert.deepEqual(conversion.rule.publish, { changeOver: 1 });
  assert.match(conversion.rule.at, /config\/rules\/conversion\.yaml:1$/);

  const slots: unknown[] = [];
  slots[slotOf.get('engagement_score') as number] = 12;
  const frame: Frame = { slots, input: {}, time: 0, zone: 'UTC', currency: 'EUR' };
  assert.equal(factors[0]?.expression.evaluate(frame), 20);

  const ebook = (rule(SHIPPED.plan, 'recommendations').rule.shape as PickShape).lines.at(-1);
  slots[slotOf.get('consumed') as number] = 6;
  const texts = ebook?.fields.map(({ key, text }) => [
    key,
    typeof text === 'string' ? text : (text as RuleNode['rule']['when'] & object).evaluate(frame),
  ]);
  assert.deepEqual(texts, [
    ['type', 'ebook'],
    ['title', 'Premium ebook'],
    ['reason', 'You are a loyal reader: 6 contents'],
  ]);
});

test('a rule that is off is not in the plan', () => {
  const text = `${ruleText('a', 'mode: off\nvalue: 1')}---\n${ruleText('b', 'mode: shadow\nvalue: 1')}`;
  const { set, plan } = loaded([SETTINGS, { path: 'a.yaml', text }]);
  assert.deepEqual(
    set.rules.map(({ name }) => name),
    ['a', 'b'],
  );
  assert.deepEqual(kind(plan, 'lead').slots, ['lead_id', 'b']);
  assert.equal(rule(plan, 'b').rule.mode, 'shadow');
});

/** A list of definitions, each reading some of the earlier ones. */
const graph = fc
  .array(
    fc.record({
      reads: fc.array(fc.nat(), { maxLength: 3 }),
      sort: fc.constantFrom('calc', 'rule', 'count'),
    }),
    { minLength: 1, maxLength: 12 },
  )
  .chain((nodes) =>
    fc.tuple(
      fc.constant(nodes),
      fc.shuffledSubarray(
        nodes.map((_, i) => i),
        { minLength: nodes.length },
      ),
    ),
  );

test('any acyclic set loads, in the same order whatever the order of the files', () => {
  fc.assert(
    fc.property(graph, ([nodes, order]) => {
      const texts = nodes.map(({ reads, sort }, i) => {
        const sum = ['1', ...(i === 0 ? [] : reads.map((read) => `n${read % i}`))].join(' + ');
        if (sort === 'rule') return ruleText(`n${i}`, `value: ${sum}`);
        return featuresText(
          'lead',
          sort === 'calc' ? `n${i}: { calc: ${sum} }` : `n${i}: { count: content.opened }`,
        );
      });
      const file = (i: number) => ({ path: `${i}.yaml`, text: texts[i] as string });
      const { plan } = loaded([SETTINGS, ...texts.map((_, i) => file(i))]);
      assertSound(plan);
      const shuffled = loaded([...order.map(file), SETTINGS]).plan;
      assert.deepEqual(kind(shuffled, 'lead').slots, kind(plan, 'lead').slots);
      assert.equal(shuffled.hash, plan.hash);
    }),
    { numRuns: 40 },
  );
});
