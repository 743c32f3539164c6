/** The alert rules: each tested to fire and to be silent, on metrics there are, and the same alert whatever it measures. */

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { parse } from 'yaml';
import { COUNTERS, GAUGES, HISTOGRAMS } from '../src/http/prometheus-meter.ts';
import { root } from './document-blocks.ts';
import { groupedBy, selectedIn } from './promql.ts';

interface Alert {
  readonly alert: string;
  readonly expr: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

const read = (name: string): unknown =>
  parse(readFileSync(join(root, 'docs', 'alerts', name), 'utf8'), { merge: true });
const { groups } = read('weir.rules.yml') as { groups: { rules: Alert[] }[] };
const alerts = groups.flatMap(({ rules }) => rules);
const { tests } = read('weir.rules.test.yml') as {
  tests: { alert_rule_test: { alertname: string; exp_alerts: unknown[] }[] }[];
};
const declared = { ...COUNTERS, ...GAUGES, ...HISTOGRAMS };

/** What stands before each parenthesis that is open at a place. */
function callsAround(expr: string, place: number): string[] {
  const open: string[] = [];
  for (let i = 0; i < place; i++) {
    if (expr[i] === '(') open.push(expr.slice(0, i));
    if (expr[i] === ')') open.pop();
  }
  return open;
}

describe('docs/alerts', () => {
  for (const { alert, expr, labels, annotations } of alerts) {
    test(`${alert} is about metrics that there are`, () => {
      const selected = selectedIn(expr);
      assert.ok(selected.length > 0);
      const known = new Set(['job']);
      for (const { metric, labels: asked } of selected) {
        assert.ok(declared[metric], `${metric} is no metric`);
        for (const label of declared[metric].slice(1)) known.add(label);
        for (const label of asked)
          assert.ok(declared[metric].slice(1).includes(label), `${metric}{${label}}`);
      }
      for (const label of groupedBy(expr)) assert.ok(known.has(label), label);
    });

    test(`${alert} stays the same when values and instances change`, () => {
      // what it is called by: what it groups by, and its own labels
      const free = ['instance', 'pod', 'hash', 'version', 'severity', 'le'];
      for (const label of groupedBy(expr)) assert.ok(!free.includes(label), label);
      for (const { series } of selectedIn(expr)) {
        for (const { index } of expr.matchAll(new RegExp(`\\b${series}\\b`, 'g'))) {
          const around = callsAround(expr, index);
          assert.ok(
            around.some((call) => /(?:(?:sum|min|max) by \(job\b[^)]*\)|\babsent)\s*$/.test(call)),
            `${series} is not summed up over instances`,
          );
        }
      }
      for (const value of Object.values(labels)) assert.match(value, /^[a-z]+$/);
      assert.doesNotMatch(annotations.summary as string, /\$value/);
      assert.ok(annotations.description);
    });

    test(`${alert} is tested to fire, and to be silent`, () => {
      const cases = tests
        .flatMap((one) => one.alert_rule_test)
        .filter(({ alertname }) => alertname === alert);
      assert.ok(cases.some(({ exp_alerts }) => exp_alerts.length > 0));
      assert.ok(cases.some(({ exp_alerts }) => exp_alerts.length === 0));
    });
  }

  test('has what is worth being woken for', () => {
    assert.deepEqual(alerts.map(({ alert }) => alert).sort(), [
      'WeirActionWaiting',
      'WeirAnomalyHigh',
      'WeirDeadLetters',
      'WeirDown',
      'WeirEventsLost',
      'WeirLagGrowing',
      'WeirNoEvents',
      'WeirOldestPending',
      'WeirReloadFailed',
      'WeirRuleErrors',
    ]);
  });
});
