/** Templates: text with expressions, their values in it, their problems at their places in the whole text. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { compileTemplate } from '../../../src/rules/expression/compile-template.ts';
import { ExpressionError } from '../../../src/rules/expression/expression.ts';
import { frameOf, scopeOf } from './reference.ts';

const input = { n: 3, text: 'guides', list: [1, 2], object: { a: 0.1 + 0.2 }, rate: 18.45, nil: null };
const scope = scopeOf([...Object.keys(input), 'nothing']);

function fill(text: string): unknown {
  const compiled = compileTemplate(text, scope);
  assert.ok(compiled.ok, JSON.stringify(compiled));
  assert.equal(compiled.expression.text, text);
  return compiled.expression.evaluate(frameOf(input));
}

test('values stand in the text', () => {
  assert.equal(fill('You have read {{n}} {{text}}.'), 'You have read 3 guides.');
  assert.equal(fill('{{$fixed(rate, 1)}}% now'), '18.5% now');
  assert.equal(fill('{{nothing}}|{{nil}}|{{list}}|{{object}}'), '|null|[1,2]|{"a":0.3}');
  assert.equal(fill('{{n}}{{n}}'), '33');
  assert.equal(fill(' {{n}}'), ' 3');
});

test('exactly one expression gives its value', () => {
  assert.equal(fill('{{n}}'), 3);
  assert.deepEqual(fill('{{list}}'), [1, 2]);
  assert.equal(fill('{{nothing}}'), undefined);
  assert.deepEqual(fill('{{ {"a": {"b": n}} }}'), { a: { b: 3 } });
  assert.deepEqual(fill('{{{"a": n}}}'), { a: 3 });
  assert.deepEqual(fill('{{$map(list, function($v){{"v": $v}})}}'), [{ v: 1 }, { v: 2 }]);
});

test('a text without expressions is itself', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      fc.pre(!text.includes('{{'));
      assert.equal(fill(text), text);
    }),
  );
});

test('braces in quotes and comments close nothing', () => {
  assert.equal(fill('{{"}}" & n}}!'), '}}3!');
  assert.equal(fill("{{'{' & n /* }} */}}!"), '{3!');
  assert.equal(fill('a }} b {{n}}'), 'a }} b 3');
});

test('reads are those of all pieces', () => {
  const compiled = compileTemplate('{{n}} {{text & n}} {{list}}', scope);
  assert.ok(compiled.ok);
  assert.deepEqual(compiled.expression.reads, ['n', 'text', 'list']);
});

test('problems and errors stand at their places in the whole text', () => {
  const compiled = compileTemplate('Has {{n}} and {{completion}} and {{$rund(n)}} and {{1 +}}', scope);
  assert.ok(!compiled.ok);
  const places = compiled.problems.map(({ code, start, end }) => [code, start, end]);
  assert.deepEqual(places, [
    ['unknown_name', 16, 26],
    ['unknown_function', 35, 40],
    ['S0207', 55, 55],
  ]);
  const failing = compileTemplate('Has {{n + text}}', scope);
  assert.ok(failing.ok);
  assert.throws(
    () => failing.expression.evaluate(frameOf(input)),
    (error: unknown) => error instanceof ExpressionError && error.code === 'T2002' && error.position === 9,
  );
});

test('what is never closed is a problem', () => {
  for (const text of ['Has {{n', 'Has {{n}', 'Has {{n} }', 'Has {{"}}', 'Has {{n + {"a": 1}}']) {
    const compiled = compileTemplate(text, scope);
    assert.ok(!compiled.ok, text);
    assert.deepEqual(
      compiled.problems.map(({ code, start, end }) => [code, start, end]),
      [['unclosed', 4, 6]],
      text,
    );
  }
});
