/** The last line of a bench: what scripts read. */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { lastLine } from '../../bench/last-line.ts';

describe('the last line', () => {
  test('is one line of JSON with the figures to six digits', () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.stringMatching(/^[a-z]{1,8}(_[a-z0-9]{1,4})?$/), fc.double()),
        (figures) => {
          const line = lastLine(figures);
          assert.ok(!line.includes('\n'));
          const read = JSON.parse(line) as Record<string, number | null>;
          assert.deepEqual(Object.keys(read).sort(), Object.keys(figures).sort());
          for (const [name, value] of Object.entries(figures)) {
            if (!Number.isFinite(value)) assert.equal(read[name], null);
            else assert.ok(Math.abs((read[name] as number) - value) <= Math.abs(value) * 1e-5, `${value}`);
          }
        },
      ),
    );
  });

  test('keeps flags, nulls and figures within figures', () => {
    assert.equal(
      lastLine({ exact: true, history_p99_ms: null, flow: { events: 12, rate: 1.23456789 } }),
      '{"exact":true,"history_p99_ms":null,"flow":{"events":12,"rate":1.23457}}',
    );
  });

  test('refuses a name that is not in snake_case', () => {
    assert.throws(() => lastLine({ eventsPerSecond: 1 }), /eventsPerSecond/);
  });
});
