/** A map file becomes a function from rows to events, or problems with their places. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type RowMapping, readRowMapping } from '../../src/rules/row-mapping.ts';

const place = { row: 7, file: 'a.csv', start: 1_000 };

function mappingOf(expression: string): RowMapping {
  const read = readRowMapping('map.yaml', `events: |\n  ${expression}\n`);
  assert.ok(read.ok, JSON.stringify(read));
  return read.mapping;
}

test('one event, several, none; the row and its place are at hand', async () => {
  const one = mappingOf(
    "{ 'type': 'lead.created', 'lead_id': name & '-' & $row & '-' & $file, 'at': $start }",
  );
  assert.deepEqual(await one({ name: 'x' }, place), [
    { type: 'lead.created', lead_id: 'x-7-a.csv', at: 1_000 },
  ]);
  const several = mappingOf("$map([1..$number(n)], function($i) { { 'type': 'a.b', 'i': $i } })");
  assert.deepEqual(await several({ n: '2' }, place), [
    { type: 'a.b', i: 1 },
    { type: 'a.b', i: 2 },
  ]);
  assert.deepEqual(await several({ n: '1' }, place), [{ type: 'a.b', i: 1 }]);
  assert.deepEqual(await several({ n: '0' }, place), []);
});

test('$spread_micros divides money exactly', async () => {
  const mapping = mappingOf(
    "$map($spread_micros(spent, clicks), function($c) { { 'type': 'a.b', 'cost': $c } })",
  );
  assert.deepEqual(await mapping({ spent: '1.000001', clicks: '2' }, place), [
    { type: 'a.b', cost: 0.500001 },
    { type: 'a.b', cost: 0.5 },
  ]);
});

test('a result that is no event is refused', async () => {
  await assert.rejects(mappingOf('42')({}, place), /this one gives 42/);
  await assert.rejects(mappingOf("{ 'lead_id': 1 }")({}, place), /without a type/);
  await assert.rejects(mappingOf("$spread_micros('x', 1)")({}, place), /not an amount/);
});

test('an expression that does not end is stopped', async () => {
  await assert.rejects(mappingOf('($f := function($n) { 1 + $f($n) }; $f(1))')({}, place));
});

test('every problem of a map has its place', () => {
  const places = (text: string) => {
    const read = readRowMapping('map.yaml', text);
    assert.ok(!read.ok);
    return read.problems.map(({ line, column, message }) => `${line}:${column} ${message}`);
  };
  const [syntax, key, ...none] = places('events: \'{ "type": foo(\'\nevent: x\n');
  assert.match(syntax ?? '', /^1:\d+ .*\(S\d+\)/);
  assert.match(key ?? '', /^2:1 unknown key `event`/);
  assert.deepEqual(none, []);
  assert.match(places('').join(), /holds no map/);
  assert.match(places('a: 1').join(), /unknown key `a`/);
  assert.match(places('events:\n  - x').join(), /must be a text/);
  assert.match(places('events: [').join(), /YAML/);
});
