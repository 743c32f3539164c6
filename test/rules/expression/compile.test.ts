/** The public compile: its documented examples run, its errors tell their place, it changes nothing and stays bounded. */

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { compile } from '../../../src/rules/expression/compile.ts';
import { compileExpression } from '../../../src/rules/expression/compile-expression.ts';
import { ExpressionError, type Scope } from '../../../src/rules/expression/expression.ts';

const source = readFileSync(new URL('../../../src/rules/expression/compile.ts', import.meta.url), 'utf8');

/** `text to evaluate; // → value` in the documentation. */
test('the documented examples are true', () => {
  const examples = [...source.matchAll(/compile\(('[^']*')\)(?:\.evaluate\((.*)\))?; \/\/ → (.*)/g)];
  assert.equal(examples.length, 3);
  for (const [, text, args = '', expected] of examples) {
    const value = compile(quoted(text as string)).evaluate(...(literals(args) as [unknown]));
    assert.deepEqual(value, expected === 'undefined' ? undefined : literals(expected as string)[0]);
  }
  const total = compile('$sum(orders.(price * quantity))');
  const orders = [
    { price: 2, quantity: 3 },
    { price: 1, quantity: 4 },
  ];
  assert.equal(total.evaluate({ orders }), 10);
  assert.deepEqual(total.reads, ['orders']);
});

function quoted(text: string): string {
  return text.slice(1, -1).replaceAll('\\\\', '\\');
}

/** The arguments as JSON: names get their quotes. */
function literals(text: string): unknown[] {
  const json = text.replaceAll("'", '"').replace(/([{,]\s*)(\w+):/g, '$1"$2":');
  return JSON.parse(`[${json}]`) as unknown[];
}

test('reports know the time of the question, rules do not', () => {
  const report = compile("[$now(), $now('[Y]'), $millis(), $type($millis)]", { clock: true, time: 1 });
  const day = Date.UTC(2026, 0, 5);
  assert.deepEqual(report.evaluate({}, {}, day), ['2026-01-05T00:00:00.000Z', '2026', day, 'function']);
  assert.deepEqual(report.evaluate({}), ['1970-01-01T00:00:00.001Z', '1970', 1, 'function']);
  for (const text of ['$now()', '$millis()', '$map([1], $millis)'])
    assert.throws(() => compile(text), { code: 'forbidden_function' }, text);
  const scope: Scope = { describe: 'lead', names: () => [], lookup: () => undefined };
  assert.ok(!compileExpression('$millis()', scope).ok);
  const allowed = compileExpression('$millis() + 1', scope, { clock: true });
  assert.ok(allowed.ok);
  const frame = { slots: [], input: {}, time: 41, zone: 'UTC', currency: 'EUR' };
  assert.equal(allowed.expression.evaluate(frame), 42);
});

test('a schema tells which names the input has', () => {
  const schema = { properties: { due: { type: 'number' }, items: { type: 'array' } } };
  assert.equal(compile('due + $sum(items.cost)', { schema }).evaluate({ due: 1, items: [{ cost: 2 }] }), 3);
  for (const [text, position] of [
    ['1 + deu', 7],
    ['$$.deu', 6],
    ['$.deu.x', 5],
    ['$sum(itms.cost)', 9],
  ] as const)
    assert.throws(
      () => compile(text, { schema }),
      { code: 'unknown_name', position, message: /of input/ },
      text,
    );
});

test('reads are root names, or everything where the input itself is handed on', () => {
  const reads: readonly (readonly [string, readonly string[] | 'everything'])[] = [
    ['a.b + $.c + $$.d', ['a', 'c', 'd']],
    ['items[x = $$.y].{"k": z}', ['items', 'y']],
    ['$map(a, function($v){ $v.x + b })', ['a', 'b']],
    ['($v := a; $v.b)', ['a']],
    ['a@$x.b@$y[$x.id = $y.id].c', ['a', 'b', 'c']],
    ['a.b.%.c', ['a']],
    ['$substring(a, 1)', ['a']],
    ['1 + 2', []],
    ['$', 'everything'],
    ['$$[a]', 'everything'],
    ['*', 'everything'],
    ['**.a', 'everything'],
    ['a.%', 'everything'],
    ['$keys()', 'everything'],
    ['$sift(function($v){ true })', 'everything'],
    ['($k := $keys; $k())', 'everything'],
    ['function($x)<x-:x>{ $x }()', 'everything'],
  ];
  for (const [text, expected] of reads) assert.deepEqual(compile(text).reads, expected, text);
});

test('an error tells its code and where the guilty token ends', () => {
  const errors: readonly (readonly [string, string, number])[] = [
    ['a +', 'S0207', 3],
    ['1 + "x"', 'T2002', 3],
    ['$now()', 'forbidden_function', 4],
    ['$eval("1")', 'forbidden_function', 5],
    ['nothing(1)', 'T1006', 8],
    ['sum([1])', 'T1005', 4],
    ['sum(?)', 'T1007', 4],
    ['$nope(?)', 'T1008', 6],
    ['$error("so it is")', 'D3137', 7],
    ['$formatInteger(1, "#")', 'D3130', 15],
    ['[1] ~> |$|1|', 'T2011', 11],
  ];
  for (const [text, code, position] of errors) {
    assert.throws(
      () => compile(text).evaluate({}),
      (error) => error instanceof ExpressionError && error.code === code && error.position === position,
      text,
    );
  }
});

test('bindings are variables, even with the name of a function', () => {
  assert.equal(compile('$x + $y').evaluate({}, { x: 1, y: 2 }), 3);
  assert.equal(compile('$sum').evaluate({}, { sum: 4 }), 4);
  assert.throws(() => compile('$sum(a)').evaluate({ a: 1 }, { sum: 4 }), { code: 'T1006' });
  assert.equal(compile('$sum(a)').evaluate({ a: 1 }), 1);
});

test('a transform changes its copy only', () => {
  const input = { a: [{ b: 1 }, { b: 2 }] };
  const frozen = structuredClone(input);
  const changed = compile('$ ~> |a|{"c": b * 2}, ["b"]|').evaluate(input);
  assert.deepEqual(changed, { a: [{ c: 2 }, { c: 4 }] });
  assert.deepEqual(input, frozen);
  assert.throws(() => compile('{"x": 1} ~> |$$.a|{"c": 1}|').evaluate(input), { code: 'not_in_copy' });
});

test('the budget of an evaluation can be set', () => {
  const loop = compile('$count([1..5000])', { budget: { list: 1000 } });
  assert.throws(() => loop.evaluate({}), { code: 'over_budget' });
  assert.equal(compile('$count([1..5000])').evaluate({}), 5000);
});
