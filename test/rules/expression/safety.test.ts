/** Expressions see only data: nothing of JavaScript, and they change nothing. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compileExpression } from '../../../src/rules/expression/compile-expression.ts';
import { INPUTS, NAMES } from './inputs.ts';
import { frameOf, type Input, scopeOf } from './reference.ts';
import { TABLE } from './table.ts';

function evaluate(text: string, input: Input): unknown {
  const compiled = compileExpression(text, scopeOf(Object.keys(input)));
  assert.ok(compiled.ok, text);
  return compiled.expression.evaluate(frameOf(input));
}

const INHERITED = [
  'constructor',
  'toString',
  'valueOf',
  'hasOwnProperty',
  '__proto__',
  'prototype',
  '__defineGetter__',
  'length',
];

test('what JavaScript gives every object is no field', () => {
  const input = { object: { x: 1 }, list: [1, { y: 2 }], text: 'abc', n: 5 };
  for (const name of INHERITED) {
    for (const path of [
      `object.${name}`,
      `list.${name}`,
      `text.${name}`,
      `n.${name}`,
      `object.x.${name}`,
      `list[${name}]`,
      `list.(${name})`,
      `$lookup(object, "${name}")`,
      `$lookup(list, "${name}")`,
      `(function(){1}).${name}`,
      `$sum.${name}`,
    ]) {
      assert.deepEqual(evaluate(path, input), undefined, path);
    }
  }
  for (const name of ['arity', 'code', 'item', 'slots', 'apply', 'call']) {
    assert.equal(evaluate(`($f := function($x){$x}; $f.${name})`, input), undefined, name);
  }
});

test('an own field may have any name', () => {
  const input = JSON.parse('{"object": {"constructor": 1, "toString": 2, "__proto__": {"x": 3}}}') as Input;
  assert.equal(evaluate('object.constructor', input), 1);
  assert.equal(evaluate('object.toString', input), 2);
  assert.equal(evaluate('object.__proto__.x', input), 3);
});

test('no result has a key named __proto__', () => {
  const input = { ...(JSON.parse('{"object": {"__proto__": {"x": 3}}}') as Input), key: '__proto__' };
  for (const text of [
    '{key: 1}',
    'object{$$.key: 1}',
    '$merge([object])',
    '$spread(object)',
    '$sift(object, function($v){true})',
    '$each(object, function($v, $k){{$k: $v}})',
    '{$string(key): 1}',
    '[key].{$: 1}',
  ]) {
    assert.throws(() => evaluate(text, input), { code: 'forbidden_key' }, text);
  }
  assert.equal(({} as Record<string, unknown>).x, undefined);
});

test('no expression changes its input', () => {
  for (const input of INPUTS) {
    const frozen = deepFrozen(structuredClone(input));
    for (const text of Object.values(TABLE).flat()) {
      const compiled = compileExpression(text, scopeOf(NAMES));
      if (!compiled.ok) continue;
      try {
        compiled.expression.evaluate(frameOf(frozen));
      } catch (error) {
        assert.notEqual((error as Error).name, 'TypeError', text);
      }
    }
  }
});

test('results are plain data', () => {
  const [input] = INPUTS as [Input];
  for (const text of [
    'items.id',
    'items[cost > 1]',
    '{"a": items.id, "b": [items.tags]}',
    'items.[id, cost]',
    'single.tags[]',
    '$map(items, function($v){ $v.tags })',
  ]) {
    assertPlain(evaluate(text, input), text);
  }
  assert.throws(() => evaluate('function($x){ $x }', input), { code: 'not_a_value' });
  assert.throws(() => evaluate('{"f": $sum}', input), { code: 'not_a_value' });
});

function assertPlain(value: unknown, text: string): void {
  if (typeof value !== 'object' || value === null) return;
  assert.deepEqual(Object.getOwnPropertySymbols(value), [], text);
  const prototype: unknown = Object.getPrototypeOf(value);
  assert.ok(prototype === Object.prototype || prototype === Array.prototype, text);
  for (const inner of Object.values(value)) assertPlain(inner, text);
}

function deepFrozen<T>(value: T): T {
  if (typeof value === 'object' && value !== null)
    for (const inner of Object.values(value)) deepFrozen(inner);
  return Object.freeze(value);
}
