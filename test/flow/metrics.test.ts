/** Alert rules and the Grafana dashboard against a real scrape, and against Prometheus' own checker. */

import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { demoDay } from '../../src/cli/demo-day.ts';
import { type House, openHouse } from '../../src/cli/house.ts';
import { PUBLIC_STREAM } from '../../src/processor/processor.ts';
import { root } from '../document-blocks.ts';
import { groupedBy, selectedIn } from '../promql.ts';
import { PROMTOOL, promtool } from './promtool.ts';
import { passableFolder } from './temporary-postgres.ts';
import { until } from './until.ts';

const OF_PROMETHEUS = ['job', 'instance'];

const EXTRA = `rule: always_open
description: An anomaly for the test
version: 1
for: lead
owner: a@example.com
pick:
  - { name: always_open, when: opens_7d >= 0, severity: high, message: open }
---
rule: always_fails
description: A rule that fails
version: 1
for: lead
owner: a@example.com
value: 'opens_7d > 0 ? $error("no") : 1'
`;

const AT_ONCE = `rule: budget_rebalance
description: Twice as much for one of them
owner: growth@example.com
version: 4
mode: live
for: campaign
allocate:
  total: daily_budget
  among: channels
  current: budget
  weight: 'channel = "indeed" ? 2 : 1'
  limits: { min_share: 5%, max_share: 60%, max_change: 30%, smallest_move: 5 }
approve: { by: [budget_manager], not_by: requester, expires: 24h }
then: { action: channel_reallocation }
`;

interface Panel {
  readonly title: string;
  readonly id: number;
  readonly type: string;
  readonly targets?: readonly { readonly expr: string; readonly legendFormat: string }[];
}

const dashboard = JSON.parse(readFileSync(join(root, 'docs/grafana/weir.json'), 'utf8')) as {
  panels: Panel[];
  annotations: { list: { expr: string }[] };
};
const queries = [
  ...dashboard.panels.flatMap(({ title, targets = [] }) =>
    targets.map(({ expr, legendFormat }) => ({ where: title, expr, legend: legendFormat })),
  ),
  ...dashboard.annotations.list.map(({ expr }) => ({ where: 'annotations', expr, legend: '' })),
];
const alerts = [
  ...readFileSync(join(root, 'docs/alerts/weir.rules.yml'), 'utf8').matchAll(/weir_[a-z_]+/g),
].map(([name]) => name);

describe('a real scrape', { timeout: 240_000 }, () => {
  let data: string;
  let house: House;
  let text: string;
  /** Metric → labels of its series; none where it has no series yet. */
  const seen = new Map<string, Set<string>>();
  const declared = new Set<string>();

  before(async () => {
    data = await passableFolder();
    const config = join(data, 'config');
    cpSync(join(root, 'config'), config, { recursive: true });
    writeFileSync(join(config, 'rules', 'extra.yaml'), EXTRA);
    writeFileSync(join(config, 'rules', 'budget_rebalance.yaml'), AT_ONCE);
    house = await openHouse({
      environment: { redisUrl: undefined, host: '127.0.0.1', port: 0, config, data, instance: 'a' },
      clockMode: 'live',
      onNotice: () => undefined,
    });
    await until('every partition is owned', () => house.processor.owned === house.processor.workers.length);
    const day = demoDay(7, Date.now()).filter(
      ({ data: { campaign_id, lead_id } }) => campaign_id === 'c4' || Number(lead_id) <= 6,
    );
    const open = { id: 'now', type: 'content.opened', data: { lead_id: 1, content_id: 'a' } };
    const unknown = { id: 'bad', type: 'content.openned', data: { lead_id: 1 } };
    const clicks = [1, 2].map((i) => ({
      id: `click-${i}`,
      type: 'campaign.click',
      data: { campaign_id: 'c4', channel: 'linkedin', click_id: 'same', cost: 1, currency: 'EUR' },
    }));
    const created = {
      id: 'created',
      type: 'campaign.created',
      data: {
        campaign_id: 'c9',
        currency: 'EUR',
        daily_budget: 200,
        channels: [
          { channel: 'indeed', budget: 100 },
          { channel: 'jooble', budget: 100 },
        ],
      },
    };
    const events = [...day, created, open, open, unknown, ...clicks];
    await house.connection.ask('sending events', (client) =>
      Promise.all(events.map((event) => client.xadd(PUBLIC_STREAM, '*', 'd', JSON.stringify(event)))),
    );
    await until(
      'the events have arrived',
      async () => (await house.meter.total('weir_intake_entries_total')) >= events.length,
    );
    await until('the events are applied', () => house.processor.drained());
    await fetch(`${house.url}/v1/leads/1`);
    await until('what stands open is counted', async () => {
      text = await (await fetch(`${house.url}/metrics`)).text();
      return text.includes('\nweir_anomaly_active{') && text.includes('\nweir_actions{');
    });
    for (const line of text.split('\n')) {
      const type = /^# TYPE (\S+)/.exec(line)?.[1];
      if (type !== undefined) declared.add(type);
      const series = /^(weir_\w+?)(?:_bucket|_sum|_count)?(?:\{(.*)\})? \S+$/.exec(line);
      if (!series) continue;
      const name = declared.has(series[1] as string) ? (series[1] as string) : line.split(/[{ ]/)[0];
      const labels = seen.get(name as string) ?? new Set();
      for (const [, label] of (series[2] ?? '').matchAll(/(\w+)="/g)) labels.add(label as string);
      seen.set(name as string, labels);
    }
  });
  after(async () => {
    await house?.close();
    rmSync(data, { recursive: true, force: true });
  });

  test('has series of nearly everything that is asked for', () => {
    const asked = new Set([
      ...queries.flatMap(({ expr }) => selectedIn(expr)).map(({ metric }) => metric),
      ...alerts,
    ]);
    const without = [...asked].filter((metric) => !seen.has(metric)).sort();
    // what did not happen within these seconds, or to this set of rules
    assert.deepEqual(
      without.filter((metric) => !QUIET.includes(metric)),
      [],
    );
  });

  for (const { where, expr, legend } of queries)
    test(`Grafana, ${where}: ${expr.slice(0, 60)}`, () => {
      const selected = selectedIn(expr);
      assert.ok(selected.length > 0);
      const known = new Set(OF_PROMETHEUS);
      for (const { metric, series, labels } of selected) {
        assert.ok(declared.has(metric), `${metric} is no metric`);
        assert.ok(series === metric || text.includes(`# TYPE ${metric} histogram`), series);
        for (const label of seen.get(metric) ?? []) known.add(label);
        if (!seen.has(metric)) continue;
        for (const label of labels)
          assert.ok(OF_PROMETHEUS.includes(label) || seen.get(metric)?.has(label), `${metric}{${label}}`);
        assert.ok(labels.includes('job'), `${metric} is asked of every job`);
      }
      if (!selected.every(({ metric }) => seen.has(metric))) return;
      const grouped = groupedBy(expr);
      for (const label of grouped) assert.ok(known.has(label), `nothing has the label ${label}`);
      for (const [, label] of legend.matchAll(/\{\{(\w+)\}\}/g))
        assert.ok(grouped.includes(label as string), `{{${label}}} is not in the answer`);
    });

  test('an exemplar in OpenMetrics is a decision that can be asked for', async () => {
    const accept = 'application/openmetrics-text; version=1.0.0';
    const answer = await fetch(`${house.url}/metrics`, { headers: { accept } });
    const ids = [
      ...(await answer.text()).matchAll(/^weir_event_age_seconds_bucket\S+ \d+ # \{decision_id="([^"]+)"/gm),
    ];
    assert.ok(ids.length > 0);
    assert.doesNotMatch(text, /decision_id/);
    await until('the history has it', async () => (await house.processor.deliver?.lag()) === 0);
    for (const [, id = ''] of ids)
      assert.equal((await fetch(`${house.url}/v1/decisions/${id}`)).status, 200, id);
  });

  test('alerts name metrics that are there', () => {
    for (const name of alerts) assert.ok(declared.has(name), name);
  });

  describe('promtool', () => {
    if (PROMTOOL === undefined) {
      test('is not here (npm test fetches it as root on Debian): alerts were not run, queries not parsed', () =>
        undefined);
      return;
    }
    const scratch = mkdtempSync(join(tmpdir(), 'weir-test-'));
    after(() => rmSync(scratch, { recursive: true, force: true }));

    test('check metrics: the scrape is sound', () => {
      const { ok, said } = promtool(['check', 'metrics'], text);
      assert.ok(ok, said);
    });
    test('check rules', () => {
      const { ok, said } = promtool(['check', 'rules', 'docs/alerts/weir.rules.yml']);
      assert.ok(ok, said);
    });
    test('test rules', () => {
      const { ok, said } = promtool(['test', 'rules', 'docs/alerts/weir.rules.test.yml']);
      assert.ok(ok, said);
    });
    test('test rules notices an alert that says something else', () => {
      const alerts = readFileSync(join(root, 'docs/alerts/weir.rules.yml'), 'utf8');
      writeFileSync(join(scratch, 'weir.rules.yml'), alerts.replace('_ratio) > 0.5', '_ratio) > 0.9'));
      cpSync(join(root, 'docs/alerts/weir.rules.test.yml'), join(scratch, 'weir.rules.test.yml'));
      const { ok, said } = promtool(['test', 'rules', join(scratch, 'weir.rules.test.yml')]);
      assert.ok(!ok && /WeirActionWaiting/.test(said), said);
    });
    test('every query of the dashboard is PromQL', () => {
      const rules = queries.map(({ expr }, i) => ({
        record: `weir:query_${i}`,
        expr: expr.replaceAll('$job', '.*').replaceAll('$__rate_interval', '5m'),
      }));
      const file = join(scratch, 'queries.yml');
      writeFileSync(file, JSON.stringify({ groups: [{ name: 'queries', rules }] }));
      const { ok, said } = promtool(['check', 'rules', file]);
      assert.ok(ok, said);
    });
  });
});

test('the dashboard: no two panels have one number, each has a title, none lies on another', () => {
  const ids = dashboard.panels.map(({ id }) => id);
  assert.equal(new Set(ids).size, ids.length);
  const places = dashboard.panels as unknown as {
    title: string;
    gridPos: Record<'x' | 'y' | 'w' | 'h', number>;
  }[];
  for (const [i, a] of places.entries()) {
    assert.ok(a.title);
    assert.ok(a.gridPos.x + a.gridPos.w <= 24, a.title);
    for (const b of places.slice(i + 1)) {
      const apart =
        a.gridPos.x + a.gridPos.w <= b.gridPos.x ||
        b.gridPos.x + b.gridPos.w <= a.gridPos.x ||
        a.gridPos.y + a.gridPos.h <= b.gridPos.y ||
        b.gridPos.y + b.gridPos.h <= a.gridPos.y;
      assert.ok(apart, `${a.title} and ${b.title}`);
    }
  }
});

/** Metrics with no series before something rare happens. */
const QUIET = [
  'weir_actions_refused_total',
  'weir_events_erased_total',
  'weir_events_late_total',
  'weir_forecast_hours_total',
  'weir_forecast_squared_error_total',
  'weir_model_auc',
  'weir_model_brier',
  'weir_model_brier_naive',
  'weir_model_calibration_error',
  'weir_rule_breakers_opened_total',
  'weir_series_error_total',
  'weir_series_steps_total',
  'weir_subscription_delivered_total',
  'weir_subscription_lag_entries',
];
