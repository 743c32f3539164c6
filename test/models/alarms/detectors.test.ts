/** Every detector of a channel × every law, and what each of them notices. */

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { HOUR } from '../../../src/core/units.ts';
import { marketDetectors } from '../../../src/models/alarms/catalogue.ts';
import { BUCKET, type MarketDetector } from '../../../src/models/alarms/market-detector.ts';
import { START, Story, type Trouble, USUAL, UTC } from './story.ts';

const DAY_BUCKETS = 288;
const detectorOf = (name: string) => marketDetectors[name] as MarketDetector;

/** Ten channels in a calm week, then trouble for half a day: minutes until each was noticed. */
function noticed(name: string, trouble: Trouble): (number | undefined)[] {
  const detector = detectorOf(name);
  return Array.from({ length: 6 }, (_, seed) => {
    const story = new Story(50 + seed);
    const state = detector.create();
    for (let i = 0; i < 3 * DAY_BUCKETS; i += 1) story.bucket(detector, state);
    return story.until(detector, state, trouble, 144);
  });
}

function worst(minutes: readonly (number | undefined)[]): number {
  return Math.max(...minutes.map((each) => each ?? Number.POSITIVE_INFINITY));
}

describe('detectors of a channel', () => {
  it('notice what they are for, soon', () => {
    const dear = noticed('click_cost', { cost: 4 });
    assert.ok(worst(dear) <= 20, `dear clicks after ${dear} minutes`);
    const none = noticed('clicks', { clicks: 0 });
    assert.ok(worst(none) <= 30, `no clicks after ${none} minutes`);
    const worthless = noticed('applications', { rate: 0.1 });
    assert.ok(worst(worthless) <= 8 * 60, `worthless clicks after ${worthless} minutes`);
    const repeated = noticed('repeats', { repeats: 0.4 });
    assert.ok(worst(repeated) <= 60, `repeated clicks after ${repeated} minutes`);
    const cheap = noticed('clicks', { clicks: 12, cost: 0.5 });
    assert.ok(worst(cheap) <= 30, `a burst after ${cheap} minutes`);
  });

  it('need few expected applications, and say how many', () => {
    const detector = detectorOf('applications');
    const needed = Array.from({ length: 9 }, (_, seed) => {
      const story = new Story(30 + seed);
      const state = detector.create();
      for (let i = 0; i < DAY_BUCKETS; i += 1) story.bucket(detector, state);
      assert.notEqual(story.until(detector, state, { rate: 0.1 }, 144), undefined);
      const { expected = 0, seen = 0, type } = detector.value(state) ?? {};
      assert.equal(type, 'low');
      assert.ok(seen < expected / 2);
      return expected;
    }).sort((a, b) => a - b);
    assert.ok((needed[4] as number) > 5 && (needed[4] as number) <= 25, `${needed} expected`);
  });

  it('are quiet in calm weeks, and about dearer clicks while there are none', () => {
    for (const [name, detector] of Object.entries(marketDetectors)) {
      let alarms = 0;
      for (let seed = 0; seed < 3; seed += 1) {
        const story = new Story(200 + seed);
        const state = detector.create();
        let was = false;
        for (let i = 0; i < 14 * DAY_BUCKETS; i += 1) {
          story.bucket(detector, state);
          const is = detector.value(state)?.active === true;
          if (is && !was) alarms += 1;
          was = is;
        }
      }
      assert.ok(alarms <= 2, `${name}: ${alarms} alarms in six calm weeks`);
    }
    assert.deepEqual(new Set(noticed('click_cost', { clicks: 0 })), new Set([undefined]));
  });

  it('end an alarm when the trouble is over, join those close together, and take for usual what lasts two days', () => {
    const detector = detectorOf('clicks');
    const story = new Story(4);
    const state = detector.create();
    for (let i = 0; i < DAY_BUCKETS; i += 1) story.bucket(detector, state);
    story.until(detector, state, { clicks: 0 }, 20);
    const since = detector.value(state)?.since;
    assert.ok(since !== undefined);
    for (let i = 0; i < 24; i += 1) story.bucket(detector, state);
    assert.equal(detector.value(state)?.active, false);
    story.until(detector, state, { clicks: 0 }, 20);
    assert.equal(detector.value(state)?.since, since, 'within twelve hours it is the same alarm');
    for (let i = 0; i < 12 * 47; i += 1) story.bucket(detector, state, { clicks: 0.02 });
    assert.equal(detector.value(state)?.active, true, 'what is usual is held as it was');
    story.usual = { ...USUAL, curve: { ...USUAL.curve, click_cost: 15 } };
    for (let i = 0; i < 12 * 3; i += 1) story.bucket(detector, state, { clicks: 0.02 });
    assert.equal(detector.value(state)?.active, false, 'after two days it is how things are');
  });

  it('learn nothing from odd clicks, how many there are: many are too many, and none of them ends an outage', () => {
    const detector = detectorOf('clicks');
    fc.assert(
      fc.property(
        fc.nat(1000),
        fc.array(fc.constantFrom(0, 1, 5, 60), { minLength: 1, maxLength: 40 }),
        (seed, more) => {
          const [plain, odd] = [detector.create(), detector.create()] as { bias: unknown; cost: unknown }[];
          const both: MarketDetector = {
            ...detector,
            click(_, time, cost, key) {
              detector.click(plain, time, cost, key);
              detector.click(odd, time, cost, key);
            },
            advance(_, now, usual, zone) {
              detector.advance(plain, now, usual, zone);
              return detector.advance(odd, now, usual, zone);
            },
          };
          const story = new Story(seed);
          for (let i = 0; i < DAY_BUCKETS; i += 1) {
            for (let n = more[i % more.length] as number; n > 0; n -= 1)
              detector.click(odd, story.time + n, 400_000, undefined, true);
            story.bucket(both, undefined, i > 100 && i % 40 > 30 ? { clicks: 0.5 } : {});
          }
          // a silence of three days, but for odd clicks
          for (let i = 0; i < 3 * DAY_BUCKETS; i += 1) {
            if (i % 20 === 7) detector.click(odd, story.time, 400_000, undefined, true);
            story.bucket(both, undefined, { clicks: 0 });
          }
          assert.deepEqual(odd?.bias, plain?.bias);
          assert.deepEqual(odd?.cost, plain?.cost);
        },
      ),
      { numRuns: 20 },
    );
    for (const [clicks, each, type] of [
      [1, 40, 'high'],
      [0, 4, 'low'],
    ] as const) {
      const story = new Story(9);
      const state = detector.create();
      for (let i = 0; i < DAY_BUCKETS; i += 1) story.bucket(detector, state);
      for (let i = 0; i < 12; i += 1) {
        for (let n = 0; n < each; n += 1) detector.click(state, story.time + n, 400_000, undefined, true);
        story.bucket(detector, state, { clicks });
      }
      assert.deepEqual([detector.value(state)?.active, detector.value(state)?.type], [true, type]);
    }
  });

  const clicks = fc.array(
    fc.record({
      wait: fc.oneof(fc.constant(0), fc.nat(BUCKET), fc.nat(60 * HOUR)),
      cost: fc.oneof(fc.constant(0), fc.nat(5e6), fc.constant(1e15)),
      key: fc.constantFrom('a', 'b', 'c', undefined),
      outcomes: fc.nat(2),
    }),
    { maxLength: 40 },
  );

  for (const [name, detector] of Object.entries(marketDetectors))
    describe(name, () => {
      it('does not depend on the order within a bucket', () => {
        const buckets = fc.array(
          fc.array(fc.tuple(fc.nat(4e6), fc.constantFrom('a', 'b')), { maxLength: 5 }),
          {
            maxLength: 50,
          },
        );
        fc.assert(
          fc.property(buckets, (list) => {
            const [one, other] = [detector.create(), detector.create()];
            list.forEach((events, i) => {
              const at = START + i * BUCKET;
              for (const [cost, key] of events) detector.click(one, at + 1, cost, key);
              for (const [cost, key] of [...events].reverse()) detector.click(other, at + 1, cost, key);
              detector.outcome(one, at + 2);
              detector.outcome(other, at + 2);
              for (const state of [one, other]) detector.advance(state, at + BUCKET, USUAL, UTC);
              const [said, also] = [detector.value(one), detector.value(other)];
              assert.equal(also?.active, said?.active);
              assert.ok(Math.abs((also?.value ?? 0) - (said?.value ?? 0)) < 1e-9);
            });
          }),
          { numRuns: 20 },
        );
      });

      it('goes on after encode and decode as if nothing had happened, changes only in advance, stays finite and small', () => {
        fc.assert(
          fc.property(clicks, fc.nat(), (list, cut) => {
            const one = detector.create();
            let other = detector.create();
            let now = START;
            list.forEach(({ wait, cost, key, outcomes }, i) => {
              now += wait;
              const known = i % 7 === 0 ? undefined : USUAL;
              if (i === cut % list.length)
                other = detector.decode(JSON.parse(JSON.stringify(detector.encode(other))));
              for (const state of [one, other]) {
                detector.advance(state, now, known, UTC);
                const before = JSON.stringify(detector.value(state));
                detector.click(state, now, cost, key);
                for (let n = 0; n < outcomes; n += 1) detector.outcome(state, now);
                if (before !== undefined) assert.equal(JSON.stringify(detector.value(state)), before);
                assert.equal(detector.advance(state, now, known, UTC), false, 'nothing more is over');
              }
              assert.equal(JSON.stringify(detector.value(other)), JSON.stringify(detector.value(one)));
              const next = detector.nextChange(one, known, UTC);
              assert.equal(detector.nextChange(other, known, UTC), next);
              assert.ok(next > now);
            });
            const text = JSON.stringify(detector.encode(one));
            assert.ok(text.length < 12_000 && !/NaN|Infinity/.test(text));
            const { value, p } = detector.value(one) ?? { value: 0, p: 1 };
            assert.ok(Number.isFinite(value) && value >= 0 && p >= 0 && p <= 1);
          }),
          { numRuns: 30 },
        );
      });

      it('waits for nothing once the channel is silent', () => {
        const state = detector.create();
        assert.equal(detector.value(state), undefined);
        assert.equal(detector.nextChange(state, undefined, UTC), Number.POSITIVE_INFINITY);
        detector.click(state, START, 400_000, 'a');
        let changes = 0;
        const usual = { ...USUAL, hours: 1 };
        for (
          let next = detector.nextChange(state, usual, UTC);
          next < Number.POSITIVE_INFINITY;
          changes += 1
        ) {
          detector.advance(state, next, usual, UTC);
          next = detector.nextChange(state, usual, UTC);
          assert.ok(changes < 1000);
        }
        assert.ok(changes >= 48 && changes <= 50, `${changes} hours, two days`);
      });

      it('says the same at the same time when it is looked at only when it asks to be', () => {
        let alarms = 0;
        for (let seed = 0; seed < 4; seed += 1) {
          const [often, seldom] = [detector.create(), detector.create()];
          let next = Number.POSITIVE_INFINITY;
          const look = (now: number) => {
            detector.advance(seldom, now, USUAL, UTC);
            next = detector.nextChange(seldom, USUAL, UTC);
          };
          // what the story tells goes to both of them
          const both: MarketDetector = {
            ...detector,
            click(_, time, cost, key) {
              detector.click(often, time, cost, key);
              look(time);
              detector.click(seldom, time, cost, key);
              next = detector.nextChange(seldom, USUAL, UTC);
            },
            outcome(_, time) {
              detector.outcome(often, time);
              look(time);
              detector.outcome(seldom, time);
              next = detector.nextChange(seldom, USUAL, UTC);
            },
            advance(_, now, usual, zone) {
              const changed = detector.advance(often, now, usual, zone);
              if (next <= now) look(now);
              return changed;
            },
          };
          const story = new Story(700 + seed);
          for (let i = 0; i < 4 * DAY_BUCKETS; i += 1) {
            const isTrouble = i > 500 && i % 300 < 60;
            const trouble = isTrouble
              ? { clicks: [0, 2, 0.05, 1][seed] as number, cost: 2, rate: 0, repeats: 0.4 }
              : {};
            story.bucket(both, undefined, i % 300 > 200 ? { clicks: 0.03 } : trouble);
            const [said, also] = [detector.value(often), detector.value(seldom)];
            assert.deepEqual(
              [also?.active === true, also?.since],
              [said?.active === true, said?.since],
              `bucket ${i} of ${seed}`,
            );
            if (said?.active) alarms += 1;
          }
          detector.advance(seldom, story.time, USUAL, UTC);
          assert.deepEqual(detector.encode(seldom), detector.encode(often));
        }
        assert.ok(alarms > 0, 'there was something to say');
      });
    });
});
