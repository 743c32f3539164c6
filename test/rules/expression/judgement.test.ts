/** Why a condition holds or not: its parts agree with the whole, and say how far off they are. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { compileExpression } from '../../../src/rules/expression/compile-expression.ts';
import type { Frame, Scope } from '../../../src/rules/expression/expression.ts';
import { byDistance, type Judged, judge, missing } from '../../../src/rules/expression/judgement.ts';
import { DRAWN_SEED } from '../../drawn-seed.ts';

const NAMES = ['a', 'b', 'c', 'status'];
const scope: Scope = {
  describe: 'lead',
  names: () => [...NAMES, 'params'],
  lookup: (name) => {
    if (name === 'params') return { read: () => ({ most: 4 }), constant: true };
    const slot = NAMES.indexOf(name);
    return slot < 0 ? undefined : { read: (frame) => frame.slots[slot] };
  },
};

function frameOf(values: readonly unknown[]): Frame {
  return { slots: values, input: {}, time: 0, zone: 'UTC', currency: 'EUR' };
}

function compiled(text: string) {
  const found = compileExpression(text, scope);
  assert.ok(found.ok, text);
  return found.expression;
}

function judged(text: string, ...values: unknown[]): Judged {
  return judge(compiled(text), frameOf(values));
}

const leaf = fc.oneof(
  fc
    .tuple(
      fc.constantFrom('a', 'b', 'c', 'a + b', 'params.most'),
      fc.constantFrom('<', '<=', '>', '>=', '=', '!='),
      fc.constantFrom('2', '0', 'b', '(c - 1)'),
    )
    .map((parts) => parts.join(' ')),
  fc.constantFrom('status = "and or"', 'status in ["new", "lost"]', '$exists(c)', '$not(a > 1)', 'a>1'),
);
const { condition } = fc.letrec<{ condition: string }>((tie) => ({
  condition: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    leaf,
    fc
      .tuple(tie('condition'), fc.constantFrom(' and ', ' or ', '\n  and\t'), tie('condition'))
      .map(([a, word, b]) => a + word + b),
    tie('condition').map((inner) => `( ${inner} )`),
  ),
}));
const value = fc.option(fc.integer({ min: -3, max: 5 }), { nil: undefined });
const values = fc.tuple(value, value, value, fc.option(fc.constantFrom('new', 'and or'), { nil: undefined }));

test('the parts say together what the condition says', () => {
  fc.assert(
    fc.property(condition, values, (text, slots) => {
      const expression = compiled(text);
      const told = judge(expression, frameOf(slots));
      assert.equal(told.holds, expression.evaluate(frameOf(slots)) === true, text);
      assert.ok(text.includes(told.text), 'brackets around the whole are left out');
      assert.equal(missing(told).length > 0, !told.holds);
      for (const part of missing(told)) {
        assert.equal(part.holds, false);
        assert.ok(text.includes(part.text), `${part.text} stands in ${text}`);
        assert.notEqual(judge(compiled(part.text), frameOf(slots)).holds, true);
      }
    }),
    { seed: DRAWN_SEED, numRuns: 400 },
  );
});

test('of a chain each part is told, with its sides and how far off it is', () => {
  const told = judged('a >= 3 and b < params.most and status = "engaged"', 2, 9, undefined, 'new');
  assert.equal(told.holds, false);
  assert.deepEqual(told.all, [
    { text: 'a >= 3', holds: false, operator: '>=', left: 2, right: 3, off_by: 1 },
    { text: 'b < params.most', holds: false, operator: '<', left: 9, right: 4, off_by: 5 },
    { text: 'status = "engaged"', holds: false, operator: '=', left: 'new', right: 'engaged' },
  ]);
  assert.deepEqual(missing(told), told.all);
});

test('of alternatives the nearest is missing', () => {
  const told = judged('(a > 10 and b > 10) or a > 3 or b > 100', 2, 9);
  assert.deepEqual(
    missing(told).map(({ text, off_by }) => [text, off_by]),
    [['a > 3', 1]],
  );
});

test('what is not known is named as such, and what fails says why', () => {
  assert.deepEqual(judged('c > 1'), {
    text: 'c > 1', holds: false, operator: '>', left: null, right: 1, no_data: true,
  }); // biome-ignore format: one part
  const [failing] = missing(judged('b > 0 and a > status', 1, 1, 1, 'text'));
  assert.equal(failing?.text, 'a > status');
  assert.match(failing?.error ?? '', /number|text|type/i);
});

test('a condition with names of its own stays whole', () => {
  const told = judged('($x := a; $x > 2 and b > 2)', 1, 1);
  assert.deepEqual([told.holds, told.all, told.value], [false, undefined, false]);
});

test('a part that is nearer in proportion comes first', () => {
  const at = (text: string) => [judged(text, 90, 1)];
  assert.deepEqual([at('b > 3'), at('a > 100')].toSorted(byDistance)[0]?.[0]?.text, 'a > 100');
});
