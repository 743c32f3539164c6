/** The official suite, where WEIR_JSONATA_SUITE names its directory: nothing that works is refused. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type SuiteCase, suiteCases } from '../../../../bench/conformance/suite.ts';
import { compile } from '../../../../src/rules/expression/compile.ts';
import { parse } from '../../../../src/rules/expression/parse.ts';
import { checkTree } from '../../../../src/rules/expression/types/check-expression.ts';
import { inWords } from '../../../../src/rules/expression/types/type-words.ts';
import {
  ABSENT,
  ANY,
  typeOfValue,
  type ValueType,
} from '../../../../src/rules/expression/types/value-type.ts';
import { includes } from './includes.ts';

const directory = process.env.WEIR_JSONATA_SUITE;
const skip = directory === undefined ? 'WEIR_JSONATA_SUITE names no directory' : false;

/** Cases that give a value, with it. */
function* working(): Iterable<{ readonly each: SuiteCase; readonly value: unknown }> {
  for (const each of suiteCases(directory as string)) {
    if (each.depth !== undefined) continue;
    try {
      yield { each, value: compile(each.expression).evaluate(each.input, each.bindings) };
    } catch {
      // What fails may be refused.
    }
  }
}

function checked(each: SuiteCase, names: (name: string) => ValueType | undefined) {
  const parsed = parse(each.expression);
  assert.ok(parsed.ok);
  return checkTree(each.expression, parsed.tree, names);
}

test('where nothing is known of the input, no expression that works is refused', { skip }, () => {
  const refused: string[] = [];
  for (const { each } of working())
    for (const { severity, message } of checked(each, () => undefined).findings)
      if (severity === 'error') refused.push(`${each.name}: ${each.expression}: ${message}`);
  assert.deepEqual(refused, []);
});

test('where the input is known, each value is of the type that was found', { skip }, () => {
  for (const { each, value } of working()) {
    const { input } = each;
    const isObject = typeof input === 'object' && input !== null && !Array.isArray(input);
    const names = (name: string) => {
      if (!isObject) return ANY;
      return Object.hasOwn(input, name) ? typeOfValue((input as Record<string, unknown>)[name]) : ABSENT;
    };
    const { type } = checked(each, names);
    assert.ok(
      includes(type, value),
      `${each.name}: ${each.expression} gives ${JSON.stringify(value)}, not ${inWords(type)}`,
    );
  }
});
