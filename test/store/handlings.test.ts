/** Which acknowledgement and which mute an anomaly shows: the last ones that are about it and its time. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DAY, HOUR } from '../../src/core/units.ts';
import { type Handling, handledBy } from '../../src/store/read/handlings.ts';
import type { Tables } from '../../src/store/tables.ts';

const OPENED = Date.UTC(2026, 0, 5);
const row = (resolved?: number) =>
  ({
    ...{ rule: 'alarm', name: 'hot', kind: 'lead', entity: '7', opened_at: new Date(OPENED) },
    resolved_at: resolved === undefined ? null : new Date(resolved),
  }) as Tables['anomalies'];

const handling = (deed: string, at: number, more: object = {}, about: object = {}): Handling => ({
  ...{ type: `anomaly.${deed}`, time: new Date(OPENED + at), kind: 'lead', entity: '7' },
  data: { rule: 'alarm', name: 'hot', by: `at ${at / HOUR}`, ...more },
  ...about,
});

const by = (handlings: readonly Handling[], resolved?: number) => {
  const { acknowledged, muted } = handledBy(row(resolved), handlings);
  return [acknowledged?.by ?? null, muted?.by ?? null];
};

test('the last of each', () => {
  const both = [
    handling('acknowledged', HOUR),
    handling('muted', 2 * HOUR),
    handling('acknowledged', 3 * HOUR),
  ];
  assert.deepEqual(by(both), ['at 3', 'at 2']);
  assert.deepEqual(handledBy(row(), [handling('muted', 0, { comment: 'c', until: OPENED + HOUR })]).muted, {
    ...{ by: 'at 0', until: OPENED + HOUR, comment: 'c' },
  });
});

test('not those of another rule, name or entity', () => {
  for (const more of [{ rule: 'other' }, { name: 'other' }])
    assert.deepEqual(by([handling('muted', 0, more)]), [null, null]);
  for (const about of [{ kind: 'campaign' }, { entity: '8' }])
    assert.deepEqual(by([handling('acknowledged', 0, {}, about)]), [null, null]);
});

test('not after its end; an acknowledgement not before it opened, a mute while it lasts', () => {
  const later = [handling('acknowledged', 2 * HOUR), handling('muted', 2 * HOUR)];
  assert.deepEqual(by(later, OPENED + HOUR), [null, null]);
  assert.deepEqual(by([handling('acknowledged', -HOUR), handling('muted', -HOUR)]), [null, 'at -1']);
  assert.deepEqual(by([handling('muted', -DAY)]), [null, null]);
});
