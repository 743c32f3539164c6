/** No expression runs away: each attack ends in an error or a value, always the same one, after bounded work. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compileExpression } from '../../../src/rules/expression/compile-expression.ts';
import { type Expression, ExpressionError, type Frame } from '../../../src/rules/expression/expression.ts';
import { frameOf, scopeOf } from './reference.ts';

const input = {
  text: 'x'.repeat(100_000),
  many: Array.from({ length: 2000 }, (_, id) => ({ id, tags: ['a', 'b'] })),
  numbers: Array.from({ length: 50_000 }, (_, n) => n),
};
const frame: Frame = frameOf(input);
const scope = scopeOf(Object.keys(input));

const OVER_BUDGET = [
  '($f := function($x){ $f($x) }; $f(1))',
  '($f := function($x){ 1 + $f($x) }; $f(1))',
  '($f := function($x){ [$f($x), $f($x)] }; $f(1))',
  '($f := function($f){ $f($f) }; $f($f))',
  '($a := function($x){ $b($x) }; $b := function($x){ $a($x) }; $a(1))',
  '$reduce([1..60], function($s, $i){ $s & $s }, "ab")',
  '$reduce([1..60], function($s, $i){ $append($s, $s) }, [1, 2])',
  '$reduce([1..60], function($s, $i){ [$s, $s] }, [1, 2])',
  '$pad("x", 1e8)',
  '$pad("x", -1e8, "ab")',
  '$pad("x", 1/0)',
  '[1..1000000]',
  '[1..1e7]',
  '$map([1..1000], function($x){ $map([1..1000], function($y){ $x * $y }) })',
  '$map(many, function($x){ $sum(many.id) })',
  'many[$count($$.many[id > 3]) > 1]',
  'many.($$.many.id)',
  'numbers[$ in $$.numbers]',
  '$sort(numbers, function($a, $b){ $a < $b })',
  '$distinct(numbers)',
  'many^($string($$.many))',
  '$join($map([1..100], function($x){ $string($x) & text }), ",")',
  '$map([1..90000], function($x){ $length(text) })',
  '$map([1..9000], function($x){ $contains(text, "y") })',
  '$map([1..9000], function($x){ text & "y" })',
  '$map([1..9000], function($x){ text = text & $x })',
  '$map([1..9000], function($x){ $substring(text, 1, 2) })',
  '$split(text & text, "")',
  '$string(numbers)',
  '$map([1..500], function($x){ $append(numbers, $x) = $append(numbers, $x) })',
  '$map([1..1000], function($x){ $sum(numbers) })',
  '$zip(numbers, numbers, numbers)',
  'numbers{$string($): $}',
];

test('attacks end over budget, at the same place each time', () => {
  for (const text of OVER_BUDGET) {
    const compiled = compileExpression(text, scope);
    assert.ok(compiled.ok, text);
    const fails = () => {
      try {
        return { value: compiled.expression.evaluate(frame) };
      } catch (error) {
        assert.ok(error instanceof ExpressionError, text);
        return { code: error.code, message: error.message, position: error.position };
      }
    };
    const first = fails();
    assert.equal('code' in first && first.code, 'over_budget', text);
    assert.deepEqual(fails(), first, text);
  }
});

test('a range beyond what the reference allows keeps its code', () => {
  const compiled = compileExpression('[1..10000001]', scope);
  assert.ok(compiled.ok);
  assert.throws(() => compiled.expression.evaluate(frame), { code: 'D2014' });
});

test('the budget is that of one evaluation: the next one starts afresh', () => {
  const compiled = compileExpression('$sum(many.id)', scope);
  assert.ok(compiled.ok);
  for (let i = 0; i < 200; i++) assert.equal(compiled.expression.evaluate(frame), 1_999_000);
});

test('tail calls do not nest, other calls do', () => {
  const loop = compileExpression(
    '($f := function($n, $a){ $n = 0 ? $a : $f($n - 1, $a + $n) }; $f(5000, 0))',
    scope,
  );
  assert.ok(loop.ok);
  assert.equal(loop.expression.evaluate(frame), 12_502_500);
});

test('texts that would fill the stack of the parser or the compiler are refused', () => {
  const attacks = [
    '('.repeat(5000),
    `${'('.repeat(101)}1${')'.repeat(101)}`,
    `${'['.repeat(4000)}1${']'.repeat(4000)}`,
    '-'.repeat(9000),
    `${'-'.repeat(9000)}1`,
    `1${'+1'.repeat(4000)}`,
    `many${'.a'.repeat(4000)}${'[0]'.repeat(500)}`,
    `${'(many ?: '.repeat(60)}1${')'.repeat(60)}`,
    `${'(many ?? '.repeat(60)}1${')'.repeat(60)}`,
    `${'('.repeat(40)}many${' ?: 1)'.repeat(40)}`,
    'x'.repeat(10_001),
    `"${'x'.repeat(10_000)}"`,
    `${'many ? '.repeat(1200)}1`,
    `${'function($x){'.repeat(90)}1${'}'.repeat(90)}(1)(2)`,
  ];
  for (const text of attacks) {
    const compiled = compileExpression(text, scope);
    if (compiled.ok) assert.ok(answers(compiled.expression), text.slice(0, 40));
    else assert.ok(compiled.problems.length > 0);
  }
  for (const text of attacks.slice(0, 6)) assert.ok(!compileExpression(text, scope).ok, text.slice(0, 40));
});

test('a quoted bracket or mark does not count', () => {
  const compiled = compileExpression(
    `"${'(?:'.repeat(200)}" & '${'['.repeat(200)}' /* ${'{'.repeat(200)} */`,
    scope,
  );
  assert.ok(compiled.ok);
});

/** A value or an error of its own, nothing that JavaScript throws. */
function answers(expression: Expression): boolean {
  try {
    expression.evaluate(frame);
    return true;
  } catch (error) {
    return error instanceof ExpressionError;
  }
}
