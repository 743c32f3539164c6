/** Allocations that mind what is spent and not reported yet, and what is spent beyond what was planned. */

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { ToldPace } from '../../src/models/market/pace.ts';
import {
  cents,
  curveOf,
  HOUR,
  MARGINAL,
  MIDNIGHT,
  planWith,
  propose,
  sumOf,
  told,
} from './allocation-trial.ts';

const plain = planWith(MARGINAL);

describe('allocation at the pace of each channel', () => {
  it('changes nothing where all is reported at once and exactly', () => {
    const row = (more: object) =>
      ['a', 'b'].map((channel, i) => ({
        channel,
        budget: 100,
        spend_today: 20 + i,
        response: told(curveOf(0.5, 10, 0.06 + i / 100), more),
      }));
    const exact = { pace: { level: 0.97, over: 1, delay: 0, in_flight: 0, planned: 60 } };
    const shared = (more: object) => {
      const proposal = propose(plain, row(more), {}, MIDNIGHT + 9 * HOUR);
      assert.ok(proposal);
      const said = proposal.reasons.map(({ inputs }) => inputs.because);
      return [proposal.to, proposal.hours, proposal.reserve, proposal.moved, said];
    };
    assert.deepEqual(shared(exact), shared({}));
  });

  it('takes what is on its way for spent, plans less where more is spent than that, and says so', () => {
    const amount = fc.integer({ min: 0, max: 90_00 }).map((each) => each / 100);
    const given = fc.record({
      spend_today: amount,
      in_flight: amount,
      planned: amount,
      over: fc.double({ min: 1, max: 1.5, noNaN: true }),
    });
    fc.assert(
      fc.property(fc.array(given, { minLength: 2, maxLength: 4 }), (list) => {
        const rows = list.map(({ spend_today, ...pace }, i) => ({
          channel: `r${i}`,
          budget: 100,
          spend_today,
          response: told(curveOf(0.5, 10, 0.06), { pace: { level: 1, delay: 2, ...pace } }),
        }));
        const proposal = propose(plain, rows, {}, MIDNIGHT + 15 * HOUR);
        if (proposal === undefined) return;
        assert.equal(sumOf(proposal.to) + cents(proposal.reserve ?? 0), 10_000 * rows.length);
        for (const { channel, spend_today, response } of rows) {
          const { in_flight, planned, over } = (response as unknown as { pace: ToldPace }).pace;
          const flying = Math.max(0, Math.min(cents(in_flight), cents(planned) - cents(spend_today)));
          const to = cents(proposal.to[channel] as number);
          assert.ok(to >= cents(spend_today) + flying);
          const ahead: readonly number[] = proposal.hours?.[channel] ?? [];
          const hours = ahead.reduce((sum, each) => sum + cents(each), 0);
          const rest = to - cents(spend_today) - flying;
          assert.ok(
            hours * over <= rest + 1e-6 && hours >= rest / over - 9,
            `${hours} of ${rest} at ${over}`,
          );
        }
      }),
    );
    const rows = ['a', 'b'].map((channel, i) => ({
      channel,
      budget: 100,
      spend_today: 30,
      response: told(curveOf(0.5, 10, 0.06 + i / 20), {
        pace: { level: 1.1, over: 1.08, delay: 2, in_flight: 12.3, planned: 50 },
      }),
    }));
    assert.match(
      String(propose(plain, rows, {}, MIDNIGHT + 15 * HOUR)?.reasonOf('a')?.inputs.because),
      /; 12\.30 are probably spent and not reported yet; it spends 1\.08 of each 1\.00 planned, so less is planned$/,
    );
  });

  it('stops where all is spent or on its way', () => {
    const rows = ['a', 'b'].map((channel, i) => ({
      channel,
      budget: 100,
      spend_today: 95 + 3 * i,
      response: told(curveOf(0.5, 10, 0.06), {
        pace: { level: 1, over: 1, delay: 3, in_flight: 30 - 20 * i, planned: 140 },
      }),
    }));
    const proposal = propose(plain, rows, {}, MIDNIGHT + 20 * HOUR);
    assert.deepEqual(proposal?.to, { a: 100.25, b: 99.75 });
    assert.deepEqual(proposal?.hours, { a: [0, 0, 0, 0], b: [0, 0, 0, 0] });
  });
});
