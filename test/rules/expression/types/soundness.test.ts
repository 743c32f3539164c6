/** Each value is of the type that was found for the expression, so what is said never to hold or work never does. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { pairs } from '../../../../bench/fuzz/pairs.ts';
import { type CompiledExpression, compile } from '../../../../src/rules/expression/compile.ts';
import { parse } from '../../../../src/rules/expression/parse.ts';
import type { Node } from '../../../../src/rules/expression/syntax-tree.ts';
import { checkTree } from '../../../../src/rules/expression/types/check-expression.ts';
import { inWords } from '../../../../src/rules/expression/types/type-words.ts';
import {
  ABSENT,
  either,
  typeOfValue,
  type ValueType,
} from '../../../../src/rules/expression/types/value-type.ts';
import { INPUTS } from '../inputs.ts';
import { includes } from './includes.ts';

type Data = Readonly<Record<string, unknown>>;

function compiledOf(text: string): CompiledExpression | undefined {
  try {
    return compile(text);
  } catch {
    return undefined;
  }
}

/** What the names may be when the data is one of these. */
function typesOf(data: readonly Data[]): (name: string) => ValueType {
  return (name) =>
    data.map((each) => (Object.hasOwn(each, name) ? typeOfValue(each[name]) : ABSENT)).reduce(either);
}

function holdsFor(text: string, data: readonly Data[]): void {
  const parsed = parse(text);
  const compiled = compiledOf(text);
  if (!parsed.ok || compiled === undefined) return;
  const { type, findings } = checkTree(text, parsed.tree as Node, typesOf(data));
  for (const each of data) {
    let value: unknown;
    try {
      value = compiled.evaluate(each);
    } catch {
      continue;
    }
    assert.ok(
      includes(type, value),
      `${text} gives ${JSON.stringify(value)}, not ${type.absent ? 'absent or ' : ''}${inWords(type)}; said: ${findings.map((f) => f.message)}`,
    );
  }
}

const SEED = 20260105;
const PAIRS = 6000;

test('values are of the types that were found, for any expression', () => {
  const inputs = new Map<string, Data[]>();
  for (const { expression, input } of pairs(SEED, PAIRS)) {
    if (typeof input !== 'object' || input === null || Array.isArray(input)) continue;
    inputs.set(expression.text, [...(inputs.get(expression.text) ?? []), input as Data]);
  }
  for (const [text, data] of inputs) holdsFor(text, data);
});

const names = fc.constantFrom(
  'a',
  'b',
  'c',
  'd',
  'status',
  'flag',
  'one',
  'word',
  'object.x',
  'items.type',
  'nil',
  'words',
);
const literals = fc.constantFrom(
  '3',
  '0.5',
  '-7',
  '10',
  '"engaged"',
  '"nurturing"',
  '"blog"',
  'true',
  'false',
  'null',
  '0',
  '["engaged", "x"]',
);
const { condition } = fc.letrec<{ condition: string }>((tie) => ({
  condition: fc.oneof(
    { maxDepth: 3 },
    fc
      .tuple(
        fc.oneof(names, literals),
        fc.constantFrom('=', '!=', '<', '<=', '>', '>=', 'in'),
        fc.oneof(names, literals),
      )
      .map((parts) => `(${parts.join(' ')})`),
    names,
    names.map((name) => `$exists(${name})`),
    tie('condition').map((inner) => `$not(${inner})`),
    fc
      .tuple(tie('condition'), fc.constantFrom('and', 'or'), tie('condition'))
      .map((parts) => `(${parts.join(' ')})`),
    fc.tuple(tie('condition'), tie('condition'), tie('condition')).map(([c, t, e]) => `(${c} ? ${t} : ${e})`),
  ),
}));

test('what a condition tells of values is true behind it', () => {
  fc.assert(
    fc.property(condition, fc.subarray([...INPUTS], { minLength: 1 }), (text, data) =>
      holdsFor(text, data as Data[]),
    ),
    { numRuns: 1500 },
  );
});
