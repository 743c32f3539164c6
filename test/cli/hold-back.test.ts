/** Notices that come often: the first is said at once, the rest in one line later, and none is swallowed. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { holdBack } from '../../src/cli/hold-back.ts';

const QUIET = 5_000;

function stage() {
  let now = 0;
  const due: { at: number; run: () => void }[] = [];
  const lines: { at: number; notice: string; partition: unknown; repeated: unknown }[] = [];
  const held = holdBack(
    (notice, { partition, repeated = 0 }) => lines.push({ at: now, notice, partition, repeated }),
    () => now,
    (duration, run) => due.push({ at: now + duration, run }),
  );
  const until = (time: number) => {
    for (;;) {
      due.sort((a, b) => a.at - b.at);
      if (due.length === 0 || (due[0] as { at: number }).at > time) break;
      const next = due.shift() as { at: number; run: () => void };
      now = next.at;
      next.run();
    }
    now = time;
  };
  return { ...held, lines, until };
}

test('what comes again is said when its time is over, also when it never comes once more', () => {
  const { notice, lines, until } = stage();
  for (const partition of [0, 1, 2]) notice('a tail was lost', { partition });
  assert.deepEqual(lines, [{ at: 0, notice: 'a tail was lost', partition: 0, repeated: 0 }]);
  until(QUIET);
  assert.deepEqual(lines.slice(1), [{ at: QUIET, notice: 'a tail was lost', partition: 2, repeated: 1 }]);
  until(3 * QUIET);
  notice('a tail was lost', { partition: 3 });
  assert.deepEqual(lines.slice(2), [{ at: 3 * QUIET, notice: 'a tail was lost', partition: 3, repeated: 0 }]);
});

test('what is held back is said when the process ends', () => {
  const { notice, flush, lines } = stage();
  notice('x', { partition: 0 });
  notice('x', { partition: 1 });
  flush();
  assert.deepEqual(
    lines.map(({ partition }) => partition),
    [0, 1],
  );
});

test('every notice is counted in a line within its time, and no line comes sooner than the time after the one before', () => {
  const coming = fc.array(fc.tuple(fc.integer({ min: 0, max: 4_000 }), fc.constantFrom('a', 'b')), {
    maxLength: 60,
  });
  fc.assert(
    fc.property(coming, (all) => {
      const { notice, lines, until } = stage();
      let now = 0;
      for (const [pause, name] of all) {
        now += pause;
        until(now);
        notice(name, {});
      }
      until(now + QUIET);
      for (const name of ['a', 'b']) {
        const own = lines.filter((line) => line.notice === name);
        const counted = own.reduce((sum, { repeated }) => sum + 1 + Number(repeated), 0);
        assert.equal(counted, all.filter(([, each]) => each === name).length);
        for (let i = 1; i < own.length; i++)
          assert.ok((own[i] as { at: number }).at - (own[i - 1] as { at: number }).at >= QUIET);
      }
    }),
  );
});
