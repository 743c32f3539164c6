/** The events of ysb are as the benchmark has them, and its rules tell every window of a small log. */

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { type AdEventOptions, adEvents, adWorld } from '../../bench/ysb/ad-events.ts';
import { recountWindows, wrongWindows } from '../../bench/ysb/windows.ts';
import { readConfig } from '../../src/cli/read-config.ts';
import type { SeriesRow } from '../../src/models/series.ts';
import { planOf, runEngine } from '../step/engine-run.ts';

const CONFIG = fileURLToPath(new URL('../../bench/ysb/config', import.meta.url));
const START = Date.UTC(2026, 0, 5);
const world = adWorld(3);
const options: AdEventOptions = { events: 6000, seed: 3, start: START, spacing: 10, disorder: true };

describe('ysb', () => {
  it('has a hundred campaigns of ten ads, and events of seven texts', () => {
    assert.equal(new Set(world.campaignOf.values()).size, 100);
    assert.equal(world.campaignOf.size, 1000);
    const types = new Map<string, number>();
    for (const event of adEvents(world, { ...options, disorder: false })) {
      const { id, time, data } = JSON.parse(event.text('c')) as Record<string, Record<string, string>>;
      assert.ok(id && Number(time) === event.time && event.time === event.due);
      const { campaign_id, ...fields } = data as Record<string, string>;
      assert.equal(campaign_id, 'c');
      assert.deepEqual(Object.keys(fields).sort(), [
        'ad_id',
        'ad_type',
        'event_time',
        'event_type',
        'ip_address',
        'page_id',
        'user_id',
      ]);
      assert.ok(Object.values(fields).every((value) => typeof value === 'string'));
      types.set(fields.event_type as string, (types.get(fields.event_type as string) ?? 0) + 1);
    }
    assert.deepEqual([...types.keys()].sort(), ['click', 'purchase', 'view']);
    assert.ok([...types.values()].every((count) => Math.abs(count - 2000) < 200));
  });

  it('gives the same events for the same seed', () => {
    const texts = () => [...adEvents(world, options)].map((event) => event.text('c'));
    assert.deepEqual(texts(), texts());
  });

  it('is told by its rules in every window as recounted, through disorder and repeats', () => {
    const log = [...adEvents(world, options)].flatMap((event, n) => {
      const campaign = world.campaignOf.get(event.ad);
      return campaign === undefined ? [] : [{ id: `${n + 1}-0`, d: event.text(campaign) }];
    });
    log.push({ id: '9999999-0', d: JSON.stringify({ type: 'tick', time: START + 300_000 }) });
    const { decisions } = runEngine(planOf(readConfig(CONFIG)), log);
    const told = new Map<string, { count: number; at: number }>();
    for (const { entity, value, time } of decisions)
      for (const { at, count } of value as SeriesRow[]) told.set(`${entity}@${at}`, { count, at: time });
    const expected = recountWindows(adEvents(world, options), world.campaignOf);
    assert.ok(expected.size > 500);
    assert.equal(wrongWindows(expected, told), 0);
    const [first] = expected.keys();
    assert.equal(
      wrongWindows(new Map([...expected, ['c@0', 1]]), told),
      1,
      'a window that is missing is wrong',
    );
    assert.equal(
      wrongWindows(new Map([...expected].filter(([key]) => key !== first)), told),
      1,
      'so is one too many',
    );
  });
});
