/** The chance that one place is cheaper: against draws, and against what is known in closed form. */

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { seededRng } from '../../../src/core/random.ts';
import { chanceCheaper, moreApplications } from '../../../src/models/market/cheaper.ts';
import { gammaDraw } from '../../../src/models/market/gamma-draw.ts';
import { incompleteBeta } from '../../../src/models/market/incomplete-beta.ts';

describe('the incomplete beta function', () => {
  it('is what it is in closed form', () => {
    const x = fc.double({ min: 0.001, max: 0.999, noNaN: true });
    const b = fc.double({ min: 0.2, max: 50, noNaN: true });
    fc.assert(
      fc.property(x, b, (at, shape) => {
        assert.ok(Math.abs(incompleteBeta(at, 1, shape) - (1 - (1 - at) ** shape)) < 1e-10);
        assert.ok(Math.abs(incompleteBeta(at, shape, 1) - at ** shape) < 1e-10);
        assert.ok(Math.abs(incompleteBeta(at, shape, 3) + incompleteBeta(1 - at, 3, shape) - 1) < 1e-10);
      }),
    );
    assert.ok(Math.abs(incompleteBeta(0.5, 40_000, 40_000) - 0.5) < 1e-9);
  });
});

describe('the chance that applications are cheaper', () => {
  it('is the share of draws in which they are', () => {
    const rng = seededRng(7);
    for (const [one, other, ratio] of [
      [{ spend: 100, applications: 12 }, { spend: 300, applications: 20 }, 0.8],
      [{ spend: 60, applications: 3 }, { spend: 900, applications: 90 }, 0.8],
      [{ spend: 60, applications: 0 }, { spend: 60, applications: 0 }, 1],
    ] as const) {
      const rate = ({ spend, applications }: typeof one | typeof other) =>
        gammaDraw(applications + 0.5, rng) / spend;
      let cheaper = 0;
      for (let i = 0; i < 40_000; i += 1) if (1 / rate(one) < ratio / rate(other)) cheaper += 1;
      assert.ok(Math.abs((chanceCheaper(one, other, ratio) as number) - cheaper / 40_000) < 0.012);
    }
  });

  it('needs evidence, and grows with it', () => {
    assert.equal(
      chanceCheaper({ spend: 0, applications: 0 }, { spend: 10, applications: 1 }, 0.8),
      undefined,
    );
    const chance = (times: number) =>
      chanceCheaper(
        { spend: 60 * times, applications: 10 * times },
        { spend: 100 * times, applications: 10 * times },
        0.8,
      );
    assert.ok((chance(1) as number) < (chance(4) as number) && (chance(16) as number) > 0.99);
  });
});

describe('how many more applications the same money brings', () => {
  const one = { spend: 60, applications: 12 };
  const other = { spend: 900, applications: 90 };

  it('has the quantiles of draws', () => {
    const rng = seededRng(11);
    const rate = ({ spend, applications }: typeof one) => gammaDraw(applications + 0.5, rng) / spend;
    const more = moreApplications(one, other) ?? assert.fail();
    const draws = Array.from({ length: 20_000 }, () => rate(one) / rate(other) - 1);
    for (const [at, share] of [
      [more.p10, 0.1],
      [more.median, 0.5],
      [more.p90, 0.9],
      [0, 1 - more.confidence],
    ] as const)
      assert.ok(Math.abs(draws.filter((draw) => draw < at).length / draws.length - share) < 0.015, `${at}`);
  });

  it('is less sure the less was spent, and nothing where nothing was', () => {
    const few = moreApplications({ spend: 15, applications: 3 }, other) ?? assert.fail();
    const many = moreApplications(one, other) ?? assert.fail();
    assert.ok(few.p10 < many.p10 && few.p90 > many.p90 && few.confidence < many.confidence);
    assert.equal(moreApplications({ spend: 0, applications: 0 }, other), undefined);
    const none = moreApplications({ spend: 1e6, applications: 0 }, { spend: 1, applications: 1e5 });
    assert.ok(none && none.p10 >= -1 && Number.isFinite(none.p90));
    const all = moreApplications({ spend: 1, applications: 1e5 }, { spend: 1e6, applications: 0 });
    assert.ok(all && Number.isFinite(all.p90) && all.p10 > 0);
  });
});
