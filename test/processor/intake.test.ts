/** What the intake writes for entries of the public stream: ids that no log entry of the same moment has. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Entry } from '../../src/core/entry.ts';
import { pack } from '../../src/processor/intake.ts';
import { decode } from '../../src/step/decode.ts';
import { shippedPlan } from '../step/engine-run.ts';

const { events } = shippedPlan();

test('an event from the public stream and one written to a log at the same entry id have different ids', () => {
  const event = { type: 'content.opened', data: { lead_id: 1, content_id: 'a' } };
  const broken = '{"type":';
  const bodies = fc.constantFrom(
    JSON.stringify(event),
    JSON.stringify([event, event]),
    '{"no":"type"}',
    broken,
  );
  fc.assert(
    fc.property(fc.nat(), fc.nat(5), bodies, bodies, (time, sequence, given, own) => {
      const id = `${time}-${sequence}`;
      const routed = pack([{ id, d: given }], events, 1).map(([, entry]): Entry => ({ id, ...entry }));
      const idsOf = (entry: Entry) =>
        decode(entry, events, { clock: 'log' }).map((item) =>
          item.kind === 'event' ? item.event.id : item.kind === 'dead' ? item.id : '',
        );
      const written = idsOf({ id, d: own });
      const ids = routed.flatMap(idsOf);
      assert.equal(new Set([...ids, ...written]).size, ids.length + written.length);
    }),
  );
});

test('events of the public stream keep the time they entered', () => {
  const entry = {
    id: '1767571200000-3',
    d: '{"type":"content.opened","data":{"lead_id":1,"content_id":"a"}}',
  };
  const [[, packed]] = pack([entry], events, 1) as [[number, Omit<Entry, 'id'>]];
  const [item] = decode({ id: '1767571299999-0', ...packed }, events, { clock: 'log' });
  assert.equal(item?.kind === 'event' && item.event.time, 1_767_571_200_000);
});
