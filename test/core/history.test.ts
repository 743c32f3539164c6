/** Ids of decisions as HTTP is asked for them. */

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { parseDecisionId } from '../../src/core/history.ts';

describe('parseDecisionId', () => {
  it('reads what a partition gives', () => {
    const numbers = fc.record({
      partition: fc.nat(1023),
      incarnation: fc.integer({ min: 1, max: 1_000_000 }),
      seq: fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER }),
    });
    fc.assert(
      fc.property(numbers, (id) => {
        assert.deepEqual(parseDecisionId(`${id.partition}-${id.incarnation}-${id.seq}`), { ...id });
      }),
    );
  });

  it('refuses everything else, also numbers no column holds', () => {
    const others = ['', '1-2', '1-2-3-4', '-1-2-3', '1-x-3', '1.5-1-1', ' 1-1-1', '1-1-1\n'];
    const large = ['9999999999-1-1', '1-9999999999-1', '1-1-9999999999999999', `1-1-${'9'.repeat(400)}`];
    for (const text of [...others, ...large]) assert.equal(parseDecisionId(text), undefined, text);
  });
});
