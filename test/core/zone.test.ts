/** Zone arithmetic agrees with the platform's own calendar, at clock changes too. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { DAY, HOUR, MINUTE } from '../../src/core/units.ts';
import { isoDate, isZone, localDay, localTime, whenLocal, zoneOffset } from '../../src/core/zone.ts';

const ZONES = [
  'UTC',
  'Europe/Madrid',
  'America/New_York',
  'Asia/Kolkata',
  'Australia/Lord_Howe',
  'Pacific/Chatham',
  'America/St_Johns',
  'Pacific/Apia',
];

/** The local date and time in words, straight from the platform. */
function local(zone: string, time: number): string {
  return new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'medium' }).format(
    time,
  );
}

test('offset and day agree with the platform', () => {
  const time = fc.integer({ min: Date.UTC(1990, 0), max: Date.UTC(2060, 0) });
  fc.assert(
    fc.property(fc.constantFrom(...ZONES), time, (zone, instant) => {
      const shifted = new Date(instant + zoneOffset(zone, instant)).toISOString();
      assert.equal(`${shifted.slice(0, 10)} ${shifted.slice(11, 19)}`, local(zone, instant));
      assert.equal(isoDate(localDay(zone, instant)), shifted.slice(0, 10));
    }),
    { numRuns: 300 },
  );
});

test('every minute around clock changes agrees with the platform', () => {
  const changes: [zone: string, time: number][] = [
    ['Europe/Madrid', Date.UTC(2026, 2, 29, 1)],
    ['Europe/Madrid', Date.UTC(2026, 9, 25, 1)],
    ['Australia/Lord_Howe', Date.UTC(2026, 3, 4, 15)],
    ['Australia/Lord_Howe', Date.UTC(2026, 9, 3, 15, 30)],
    ['Pacific/Apia', Date.UTC(2011, 11, 30, 10)],
  ];
  for (const [zone, change] of changes) {
    for (let instant = change - HOUR; instant <= change + HOUR; instant += 5 * MINUTE) {
      const shifted = new Date(instant + zoneOffset(zone, instant)).toISOString();
      assert.equal(`${shifted.slice(0, 10)} ${shifted.slice(11, 19)}`, local(zone, instant));
    }
  }
});

test('dates of day numbers', () => {
  fc.assert(
    fc.property(fc.integer({ min: -700_000, max: 2_900_000 }), (day) => {
      assert.equal(isoDate(day), new Date(day * DAY).toISOString().slice(0, 10));
    }),
  );
});

test('names of zones', () => {
  for (const zone of ZONES) assert.ok(isZone(zone), zone);
  for (const zone of ['Europe/Madird', '', 'x']) assert.ok(!isZone(zone), zone);
  assert.throws(() => zoneOffset('Europe/Madird', 0), RangeError);
});

test('when the clocks show a time: at once after now, and not before, at clock changes too', () => {
  const zones = [...ZONES, 'America/Santiago', 'America/Havana', 'Asia/Beirut', 'Africa/Cairo'];
  const days = fc.integer({ min: Date.UTC(2015, 0) / DAY, max: Date.UTC(2030, 0) / DAY });
  fc.assert(
    fc.property(fc.constantFrom(...zones), days, fc.nat(DAY), (zone, day, into) => {
      const now = day * DAY + into;
      const midnight = (localDay(zone, now) + 1) * DAY;
      const when = whenLocal(zone, midnight, now);
      assert.ok(when > now);
      assert.ok(localTime(zone, when) >= midnight);
      assert.ok(localTime(zone, when - 1) < midnight);
    }),
    { numRuns: 2000 },
  );
  assert.equal(whenLocal('UTC', Number.POSITIVE_INFINITY, 0), Number.POSITIVE_INFINITY);
});
