/** Allocations by what money buys: sums to the cent, limits, probes, reserves, fallbacks, and what is said of them. */

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
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

describe('allocation by what money buys', () => {
  it('keeps every cent, every limit, and what is spent, whatever the rows', () => {
    const limited = planWith(
      `${MARGINAL}  limits: { min_share: 2%, max_share: 'max_share ?? 0.6', max_change: 20% }\n`,
    );
    const row = fc.record({
      cents: fc.integer({ min: 0, max: 60_000 }),
      spentShare: fc.double({ min: 0, max: 1, noNaN: true }),
      paused: fc.boolean().map((is) => is),
      max_share: fc.option(fc.constantFrom(0.5, 0.8, 1), { nil: undefined }),
      alarm: fc.constantFrom(undefined, undefined, 'low' as const, 'high' as const),
      curve: fc.option(
        fc.record({
          clickCost: fc.double({ min: 0.05, max: 3, noNaN: true }),
          scale: fc.double({ min: 0.5, max: 100, noNaN: true }),
          rate: fc.double({ min: 0.0005, max: 0.3, noNaN: true }),
          cap: fc.option(fc.double({ min: 0.05, max: 30, noNaN: true }), { nil: undefined }),
        }),
        { nil: undefined, freq: 6 },
      ),
    });
    let proposals = 0;
    fc.assert(
      fc.property(
        fc.array(row, { minLength: 4, maxLength: 9 }),
        fc.integer({ min: 0, max: 23 }),
        (given, hour) => {
          const rows = given.map(({ cents: amount, curve, alarm, spentShare, paused, max_share }, i) => ({
            channel: `r${i}`,
            budget: amount / 100,
            spend_today: Math.floor(amount * spentShare * (hour / 24)) / 100,
            paused: paused && i > 1,
            ...(max_share !== undefined && { max_share }),
            ...(curve && {
              response: told(
                curveOf(
                  curve.clickCost,
                  curve.scale,
                  curve.rate,
                  curve.cap === undefined ? {} : { cap: curve.cap },
                ),
                alarm ? { alarm } : {},
              ),
            }),
          }));
          const proposal = propose(limited, rows, {}, MIDNIGHT + hour * HOUR + 1000);
          if (proposal === undefined) return;
          proposals += 1;
          const total = cents(proposal.total);
          assert.equal(sumOf(proposal.to), total);
          assert.equal(sumOf(proposal.from), total);
          assert.equal(proposal.reserve, undefined);
          for (const { channel, spend_today } of rows) {
            const to = cents(proposal.to[channel] as number);
            assert.ok(to >= cents(spend_today), `${channel} has ${to}, ${spend_today} is spent`);
            const planned: number[] = (proposal.hours?.[channel] ?? []).map(cents);
            if (proposal.hours) {
              assert.equal(planned.length, 24 - hour);
              assert.ok(planned.every((amount) => amount >= 0));
              assert.equal(
                planned.reduce((sum, amount) => sum + amount, 0),
                to - cents(spend_today),
              );
            }
          }
        },
      ),
      { numRuns: 400 },
    );
    assert.ok(proposals > 100, `${proposals} proposals`);
  });

  it('keeps shares and steps within their limits where they can be met', () => {
    const limited = planWith(`${MARGINAL}  limits: { min_share: 5%, max_share: 60%, max_change: 20% }\n`);
    const curve = fc.record({
      clickCost: fc.double({ min: 0.05, max: 3, noNaN: true }),
      scale: fc.double({ min: 0.5, max: 100, noNaN: true }),
      rate: fc.double({ min: 0.0005, max: 0.3, noNaN: true }),
    });
    fc.assert(
      fc.property(fc.array(curve, { minLength: 3, maxLength: 8 }), (curves) => {
        const rows = curves.map(({ clickCost, scale, rate }, i) => ({
          channel: `r${i}`,
          budget: 100,
          response: told(curveOf(clickCost, scale, rate)),
        }));
        const proposal = propose(limited, rows);
        for (const to of Object.values(proposal?.to ?? {})) {
          assert.ok(to >= 80 && to <= 120, `${to}`);
          assert.ok(to >= 5 * rows.length - 0.01 && to <= 60 * rows.length + 0.01);
        }
      }),
      { numRuns: 200 },
    );
  });

  it('moves money where the next euro brings most, and says so', () => {
    const rows = [
      { channel: 'jooble', budget: 100, spend_today: 0, response: told(curveOf(0.4, 10, 0.1)) },
      { channel: 'indeed', budget: 100, spend_today: 0, response: told(curveOf(0.8, 10, 0.08)) },
    ];
    const proposal = propose(plain, rows);
    assert.ok(proposal);
    assert.ok((proposal.to.jooble as number) > 140, JSON.stringify(proposal.to));
    const { inputs, points } = proposal.reasonOf('jooble') ?? {};
    assert.equal(points, Math.round(((proposal.to.jooble as number) - 100) * 100) / 100);
    assert.match(
      String(inputs?.because),
      /^the next EUR brings 0\.\d+ applications here, 0\.\d+ where .*: it gets \d+\.\d\d$/,
    );
    assert.ok(!JSON.stringify(proposal.reasons).includes('curve'));
    const next = (name: string) => proposal.reasonOf(name)?.inputs.next_after as number;
    assert.ok(
      Math.abs(next('jooble') / next('indeed') - 1) < 0.02,
      'the next euro brings the same everywhere',
    );
    const expected = proposal.reasonOf('total')?.inputs.expected as { before: number; after: number };
    assert.ok(expected.after > expected.before);
  });

  it('leaves equal channels alone', () => {
    const rows = ['a', 'b', 'c'].map((channel) => ({
      channel,
      budget: 100,
      response: told(curveOf(0.5, 10, 0.06)),
    }));
    assert.equal(propose(plain, rows), undefined);
  });

  it('gives money to the hours in which it buys more', () => {
    const blocks = [1, 1, 1, 3, 3, 1, 1, 1];
    const rows = ['a', 'b'].map((channel, i) => ({
      channel,
      budget: 100 + i * 40,
      response: told(curveOf(0.5, 4, 0.06, { rate_block: blocks })),
    }));
    const hours = propose(plain, rows)?.hours?.a as number[];
    assert.equal(hours.length, 24);
    assert.ok((hours[10] as number) > 2 * (hours[2] as number), JSON.stringify(hours));
  });

  it('follows the weekday of the campaign’s own zone', () => {
    const onMonday = [3, 1, 1, 1, 1, 1, 1];
    const rows = [
      { channel: 'a', budget: 100, response: told(curveOf(0.5, 10, 0.06, { rate_weekday: onMonday })) },
      { channel: 'b', budget: 100, response: told(curveOf(0.5, 10, 0.1)) },
    ];
    const gets = (time: number) => propose(plain, rows, {}, time)?.to.a as number;
    assert.ok(gets(MIDNIGHT) > 100);
    assert.ok(gets(MIDNIGHT - HOUR) < 100, 'Sunday evening');
  });

  it('keeps a probe of what is paused or in alarm, at once', () => {
    const limited = planWith(`${MARGINAL}  probe: 2%\n  limits: { min_share: 5%, max_change: 10% }\n`);
    const good = told(curveOf(0.5, 10, 0.06));
    const rows = (more: object) => [
      { channel: 'a', budget: 200, ...more },
      { channel: 'b', budget: 100, response: good },
      { channel: 'c', budget: 100, response: good },
    ];
    for (const [more, why] of [
      [{ paused: true, response: good }, /^paused: it keeps a probe of 2 % of the total$/],
      [{ response: told(curveOf(0.5, 10, 0.01), { alarm: 'low' }) }, /^in alarm, it brings far fewer/],
    ] as const) {
      const proposal = propose(limited, rows(more));
      assert.deepEqual(proposal?.to, { a: 8, b: 196, c: 196 });
      assert.match(String(proposal?.reasonOf('a')?.inputs.because), why);
    }
  });

  it('has nothing to say where all are paused, or where there is one', () => {
    const good = told(curveOf(0.5, 10, 0.06));
    const paused = ['a', 'b'].map((channel) => ({ channel, budget: 100, paused: true, response: good }));
    assert.equal(propose(plain, paused), undefined);
    assert.equal(propose(plain, [{ channel: 'a', budget: 100, response: good }]), undefined);
  });

  it('falls back to the weight, or to equal parts, and says why', () => {
    const weighed = planWith(`${MARGINAL}  weight: hired\n`);
    const unknown = ['a', 'b'].map((channel, i) => ({ channel, budget: 100, hired: 1 + 2 * i }));
    assert.deepEqual(propose(weighed, unknown)?.to, { a: 50, b: 150 });
    assert.match(
      String(propose(weighed, unknown)?.reasonOf('total')?.inputs.because),
      /^nothing is learned yet/,
    );
    const unequal = unknown.map((row, i) => ({ ...row, budget: 50 + 100 * i }));
    assert.deepEqual(propose(plain, unequal)?.to, { a: 100, b: 100 });
    const unserved = unequal.map((row) => ({
      ...row,
      response: told(curveOf(0.5, 10, 0.06), { served: false }),
    }));
    assert.match(String(propose(plain, unserved)?.reasonOf('total')?.inputs.because), /not foretold better/);
  });

  it('gives a channel of which nothing is known a little, to find out', () => {
    const rows = [
      { channel: 'a', budget: 100, response: told(curveOf(0.5, 10, 0.06)) },
      { channel: 'b', budget: 100, response: told(curveOf(0.5, 10, 0.06)) },
      { channel: 'new', budget: 0 },
    ];
    const proposal = propose(plain, rows);
    assert.equal(proposal?.to.new, 10);
    assert.match(
      String(proposal?.reasonOf('new')?.inputs.because),
      /^nothing is known of it yet: it gets 10.00/,
    );
  });

  it('keeps back what no channel can use, where a reserve is declared', () => {
    const reserved = planWith(`${MARGINAL}  reserve: reserve\n`);
    const capped = [0.5, 0.6].map((cost, i) => ({
      channel: `r${i}`,
      budget: 200,
      response: told(curveOf(cost, 5, 0.06, { cap: 2 })),
    }));
    const proposal = propose(reserved, capped);
    assert.ok(proposal && (proposal.reserve as number) > 250, JSON.stringify(proposal?.to));
    assert.equal(sumOf(proposal.to) + cents(proposal.reserve as number), 40_000);
    const back = propose(
      reserved,
      capped.map((row) => ({ ...row, budget: 0, response: told(curveOf(0.5, 50, 0.06)) })),
      { daily_budget: 400, reserve: 400 },
    );
    assert.deepEqual([back?.to, back?.reserve], [{ r0: 200, r1: 200 }, 0]);
    assert.throws(
      () => propose(plain, capped, { daily_budget: 500 }),
      /amounts in force add up to 400, the total is 500/,
    );
  });

  it('spends no more than the target allows', () => {
    const target = planWith(`${MARGINAL}  reserve: reserve\n  objective: goal\n  target_cpa: target\n`);
    const rows = ['a', 'b'].map((channel, i) => ({
      channel,
      budget: 500,
      response: told(curveOf(0.5 + i * 0.1, 5, 0.06)),
    }));
    const dear = propose(target, rows, { goal: 'target_cpa', target: 20 });
    assert.ok(dear && (dear.reserve as number) > 100, JSON.stringify(dear));
    const all = propose(target, rows, { goal: 'applications', target: 20 });
    assert.equal(all?.reserve ?? 0, 0);
    assert.throws(
      () => propose(target, rows, { goal: 'target_cpa' }),
      /target_cpa must be an amount above 0/,
    );
  });

  it('wants conversions, or a sum of both, where the rule says so', () => {
    const rows = [
      { channel: 'many', budget: 100, hired: 0.01, response: told(curveOf(0.4, 10, 0.08)) },
      { channel: 'good', budget: 100, hired: 0.2, response: told(curveOf(0.4, 10, 0.05)) },
    ];
    const gets = (objective: string) =>
      propose(planWith(`${MARGINAL}  conversions: hired\n  objective: ${objective}\n`), rows)?.to
        .good as number;
    assert.ok(gets('applications') < 100);
    assert.ok(gets('conversions') > 150);
    const both = gets('{ applications: 1, conversions: 5 }');
    assert.ok(both > gets('applications') && both < gets('conversions'));
  });

  it('names limits that cannot be met together', () => {
    const own = planWith(
      `${MARGINAL}  limits: { min_share: 'min_share ?? 0.05', max_share: 'max_share ?? 1' }\n`,
    );
    const good = told(curveOf(0.5, 10, 0.06));
    const rows = (first: object, second: object) => [
      { channel: 'a', budget: 100, response: good, ...first },
      { channel: 'b', budget: 100, response: good, ...second },
    ];
    assert.throws(
      () => propose(own, rows({ min_share: 0.7 }, { min_share: 0.4 })),
      /limits cannot be met together: min_share of a 70 %, b 40 % add up to 110 % of the total/,
    );
    assert.throws(
      () => propose(own, rows({ max_share: 0.3 }, { max_share: 0.4 })),
      /max_share of a 30 %, b 40 % add up to 70 % of the total/,
    );
    assert.throws(
      () => propose(own, rows({ min_share: 0.5, max_share: 0.4 }, {})),
      /min_share 50 % of a is above its max_share 40 %/,
    );
    const proposal = propose(own, rows({ min_share: 0.7 }, {}));
    assert.deepEqual(proposal?.to, { a: 140, b: 60 });
  });

  it('tries out what may be better, the same at the same hour', () => {
    const curious = planWith(MARGINAL.replace('explore: 0', 'explore: 1'));
    const rows = ['a', 'b'].map((channel) => ({
      channel,
      budget: 100,
      response: told(curveOf(0.5, 10, 0.06, { shape: 5 })),
    }));
    const first = propose(curious, rows);
    assert.deepEqual(propose(curious, rows)?.to, first?.to);
    const tried = new Set(
      [0, 1, 2, 3].map((hour) => JSON.stringify(propose(curious, rows, {}, MIDNIGHT + hour * HOUR)?.to)),
    );
    assert.ok(tried.size > 2);
  });

  it('does nothing once more is spent than there is', () => {
    const rows = ['a', 'b'].map((channel) => ({
      channel,
      budget: 100,
      spend_today: 101,
      response: told(curveOf(0.5, 10, 0.06)),
    }));
    assert.equal(propose(plain, rows), undefined);
  });
});
