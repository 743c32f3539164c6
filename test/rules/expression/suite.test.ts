/** The official suite, where WEIR_JSONATA_SUITE names its directory: every case passes, and reads tell all that is read. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type SuiteCase, suiteCases } from '../../../bench/conformance/suite.ts';
import { verdictOf } from '../../../bench/conformance/verdict.ts';
import { type CompiledExpression, compile } from '../../../src/rules/expression/compile.ts';

const directory = process.env.WEIR_JSONATA_SUITE;
const skip = directory === undefined ? 'WEIR_JSONATA_SUITE names no directory' : false;
/** Cases that build lists of millions are for `npm run conformance`. */
const cases = () => [...suiteCases(directory as string)].filter(({ depth }) => depth === undefined);

test('every case passes but for what is refused', { skip }, () => {
  for (const each of cases()) {
    const verdict = verdictOf(each);
    assert.notEqual(
      verdict.kind,
      'failed',
      'reason' in verdict ? `${each.name}: ${verdict.reason}` : each.name,
    );
  }
});

test('reads are sound, and exact for at least nine of ten expressions', { skip }, () => {
  let reading = 0;
  let exact = 0;
  for (const each of cases()) {
    const compiled = compiledOf(each);
    if (compiled === undefined) continue;
    const touched = new Set<string>();
    try {
      compiled.evaluate(recorded(each.input, touched), each.bindings);
    } catch {
      // What was read before it failed counts.
    }
    const { reads } = compiled;
    if (reads !== 'everything')
      for (const name of touched)
        assert.ok(reads.includes(name), `${each.name} reads ${name}: ${each.expression}`);
    if (touched.size === 0) continue;
    reading += 1;
    if (reads !== 'everything') exact += 1;
  }
  assert.ok(exact >= 0.9 * reading, `${exact} of ${reading}`);
});

function compiledOf({ expression }: SuiteCase): CompiledExpression | undefined {
  try {
    return compile(expression);
  } catch {
    return undefined;
  }
}

/** Notes which names of the input are read: those of an object, or of the objects in a list. */
function recorded(input: unknown, touched: Set<string>): unknown {
  if (typeof input !== 'object' || input === null) return input;
  if (Array.isArray(input)) return input.map((item) => recorded(item, touched));
  return new Proxy(input, {
    get(target, name) {
      if (typeof name === 'string' && Object.hasOwn(target, name)) touched.add(name);
      return Reflect.get(target, name);
    },
    ownKeys(target) {
      for (const name of Object.keys(target)) touched.add(name);
      return Reflect.ownKeys(target);
    },
  });
}
