/** A scrape in either text: the same series, exemplars in one of them alone, and a choice that the other cannot spoil. */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { openMetricsText, wantsOpenMetrics } from '../../src/http/open-metrics.ts';
import { COUNTERS, GAUGES, HISTOGRAMS, PrometheusMeter } from '../../src/http/prometheus-meter.ts';
import { TALLIED } from '../../src/processor/report-tally.ts';
import { openUiHouse } from './ui/ui-house.ts';

/** What Prometheus 2.42 sends. */
const PROMETHEUS =
  'application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1';

function filled(): PrometheusMeter {
  const meter = new PrometheusMeter();
  meter.count('weir_events_applied_total', { type: 'content.opened' }, 3);
  meter.gauge('weir_entities', 2, { kind: 'le"ad\\\n' });
  meter.observe('weir_event_age_seconds', 0.3, {}, { decision_id: '0-1-7' });
  meter.observe('weir_event_age_seconds', 400, {}, { decision_id: '0-1-8' });
  meter.observe('weir_event_age_seconds', 0.3);
  meter.observe('weir_process_duration_seconds', 0.002, { type: 'content.opened' }, { decision_id: '3-1-9' });
  meter.observe('weir_commit_duration_seconds', 0.002, {}, { decision_id: '3-1-9' });
  return meter;
}

const seriesOf = (text: string) =>
  text
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => (line.split(' # ')[0] as string).trim())
    .sort();

describe('a scrape', () => {
  test('has the same series in both texts, in any order of asking', async () => {
    const meter = filled();
    const before = await meter.scrape(false);
    const [open, plain, again] = await Promise.all([
      meter.scrape(true),
      meter.scrape(false),
      meter.scrape(true),
    ]);
    assert.equal(before.text, plain.text);
    assert.deepEqual(seriesOf(open.text), seriesOf(plain.text));
    assert.equal(open.text, again.text);
    assert.ok(seriesOf(open.text).includes('weir_events_applied_total{type="content.opened"} 3'));
  });

  test('names decisions on the buckets of latency, in OpenMetrics alone', async () => {
    const meter = filled();
    const { text } = await meter.scrape(true);
    const exemplars = text.split('\n').filter((line) => line.includes(' # {'));
    assert.deepEqual(
      exemplars.map((line) => line.replace(/ [\d.]+$/, '')),
      [
        'weir_event_age_seconds_bucket{le="0.5"} 2 # {decision_id="0-1-7"} 0.3',
        'weir_event_age_seconds_bucket{le="+Inf"} 3 # {decision_id="0-1-8"} 400',
        'weir_process_duration_seconds_bucket{le="0.0025",type="content.opened"} 1 # {decision_id="3-1-9"} 0.002',
      ],
    );
    assert.doesNotMatch((await meter.scrape(false)).text, /decision_id/);
  });

  test('ends, declares each family once, and takes the ending off a counter’s family', async () => {
    const { text } = await filled().scrape(true);
    assert.ok(text.endsWith('\n# EOF\n'));
    const families = [...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map((match) => match[1] as string);
    assert.equal(new Set(families).size, families.length);
    const declared = [...Object.keys(COUNTERS), ...Object.keys(GAUGES), ...Object.keys(HISTOGRAMS)];
    assert.deepEqual(
      families.sort(),
      declared.map((name) => (name in COUNTERS ? name.replace(/_total$/, '') : name)).sort(),
    );
  });
});

test('names: counters end in _total, ratios are ratios, units are base units, labels are words', () => {
  for (const [name, [help, ...labels]] of Object.entries({ ...COUNTERS, ...GAUGES, ...HISTOGRAMS })) {
    assert.equal(name.endsWith('_total'), name in COUNTERS, name);
    if (name in HISTOGRAMS) assert.match(name, /_seconds$/);
    assert.doesNotMatch(name, /_(?:ms|millis|percent|count|bucket|sum)$/);
    assert.ok(help.length > 10, name);
    for (const label of labels) assert.doesNotMatch(label, /_?id$|email|lead|campaign|channel|entity/, name);
  }
});

test('what step counts has the labels under which it is declared', () => {
  for (const [metric, labels] of Object.entries(TALLIED))
    assert.deepEqual(COUNTERS[metric]?.slice(1), labels, metric);
});

test('labels and numbers are written so that they can be read back', () => {
  const text = openMetricsText([
    {
      name: 'weir_x',
      help: 'a "word"\nand another',
      type: 'gauge',
      values: [
        { labels: { a: '"\\\n' }, value: Number.POSITIVE_INFINITY },
        { labels: {}, value: Number.NaN },
      ],
    },
  ]);
  assert.equal(
    text,
    '# TYPE weir_x gauge\n# HELP weir_x a \\"word\\"\\nand another\nweir_x{a="\\"\\\\\\n"} +Inf\nweir_x NaN\n# EOF\n',
  );
});

describe('Accept', () => {
  for (const [accept, wanted] of [
    [undefined, false],
    ['', false],
    ['*/*', false],
    ['text/plain', false],
    [PROMETHEUS, true],
    ['application/openmetrics-text', true],
    ['application/openmetrics-text; version=1.0.0; charset=utf-8', true],
    ['application/openmetrics-text;version=0.0.1', false],
    ['application/openmetrics-text;q=0', false],
    ['application/openmetrics-text;q=0.1, text/plain', false],
    ['application/openmetrics-text;q=;,,;', false],
  ] as const)
    test(`${accept} → ${wanted ? 'OpenMetrics' : 'the older text'}`, () => {
      assert.equal(wantsOpenMetrics(accept), wanted);
    });

  test('decides what GET /metrics answers', async () => {
    const { app } = openUiHouse({ tokens: 'none', address: '127.0.0.1' });
    const open = await app.request('/metrics', { headers: { accept: PROMETHEUS } });
    assert.match(
      open.headers.get('content-type') as string,
      /^application\/openmetrics-text; version=1\.0\.0/,
    );
    assert.match(await open.text(), /\n# EOF\n$/);
    const plain = await app.request('/metrics');
    assert.match(plain.headers.get('content-type') as string, /^text\/plain; version=0\.0\.4/);
    assert.equal(plain.headers.get('vary'), 'Accept');
    assert.match(await plain.text(), /^weir_events_applied_total\{type="content.opened"\} 12$/m);
  });
});
