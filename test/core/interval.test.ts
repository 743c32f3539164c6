/** Hours and days of the clock begin where the platform's own calendar says, at clock changes too. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { nextDay, nextHour, nextTurn } from '../../src/core/interval.ts';
import { DAY, HOUR, MINUTE, SECOND } from '../../src/core/units.ts';

const ZONES = [
  'UTC',
  'Europe/Madrid',
  'America/New_York',
  'America/Havana',
  'America/Sao_Paulo',
  'Asia/Beirut',
  'Asia/Kolkata',
  'Australia/Lord_Howe',
  'Pacific/Apia',
  'Pacific/Chatham',
];

/** `YYYY-MM-DD hh:mm` there. */
function shown(zone: string, time: number): string {
  const format = { timeZone: zone, dateStyle: 'short', timeStyle: 'short' } as const;
  return new Intl.DateTimeFormat('sv-SE', format).format(time);
}

/** By looking at every quarter of an hour. */
function searched(time: number, found: (quarter: number) => boolean): number {
  let quarter = Math.floor(time / (15 * MINUTE)) * 15 * MINUTE;
  do quarter += 15 * MINUTE;
  while (!found(quarter));
  return quarter;
}

test('the next full hour and the next day are what the clocks of the zone show', () => {
  const changes = [
    [2026, 2, 29],
    [2026, 9, 25],
    [2026, 9, 4],
    [2026, 3, 5],
    [2011, 11, 29],
    [2018, 10, 4],
    [2018, 1, 17],
  ] as const;
  const around = fc
    .tuple(fc.constantFrom(...changes), fc.integer({ min: -DAY, max: 2 * DAY }))
    .map(([[year, month, day], off]) => Date.UTC(year, month, day) + off);
  const anywhere = fc.integer({ min: Date.UTC(1995, 0), max: Date.UTC(2050, 0) });
  fc.assert(
    fc.property(fc.constantFrom(...ZONES), fc.oneof(around, anywhere), (zone, time) => {
      const today = shown(zone, time).slice(0, 10);
      assert.equal(
        nextHour(zone, time),
        searched(time, (quarter) => shown(zone, quarter).endsWith(':00')),
      );
      assert.equal(
        nextDay(zone, time),
        searched(time, (quarter) => shown(zone, quarter).slice(0, 10) > today),
      );
    }),
    { numRuns: 400 },
  );
});

test('a turn comes one second into the hour or day, or when the duration is over', () => {
  const noon = Date.UTC(2026, 0, 5, 12);
  assert.equal(nextTurn('hour', 'Europe/Madrid', noon), noon + HOUR + SECOND);
  assert.equal(nextTurn('hour', 'Asia/Kolkata', noon), noon + 30 * MINUTE + SECOND);
  assert.equal(nextTurn('day', 'Europe/Madrid', noon), noon + 11 * HOUR + SECOND);
  assert.equal(nextTurn(6 * HOUR, 'Europe/Madrid', noon), noon + 6 * HOUR);
});

test('a day has 23 or 25 hours where the clocks are changed', () => {
  const length = (zone: string, time: number) => {
    const first = nextDay(zone, time);
    return (nextDay(zone, first) - first) / HOUR;
  };
  assert.equal(length('Europe/Madrid', Date.UTC(2026, 2, 28, 12)), 23);
  assert.equal(length('Europe/Madrid', Date.UTC(2026, 9, 24, 12)), 25);
  assert.equal(length('Europe/Madrid', Date.UTC(2026, 5, 1, 12)), 24);
});
