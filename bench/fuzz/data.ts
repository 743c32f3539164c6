/** Inputs: a few documents, each time changed in places. */

import type { Chance } from './chance.ts';

const DOCUMENTS: readonly string[] = [
  JSON.stringify({
    a: 1,
    b: 'b c',
    c: [3, 1, 2],
    id: 7,
    type: 'x',
    cost: 2.5,
    tags: ['a', 'b'],
    sub: { a: 5, id: 1, items: [{ id: 1, a: 'q' }] },
    items: [
      { id: 1, type: 'click', cost: 1.5, tags: ['a'], sub: { a: 1 } },
      { id: 2, type: 'view', cost: 0, tags: [], sub: { a: [1, 2] } },
      { id: 3, type: 'click', cost: 4, a: 9, items: [{ id: 31, a: 3 }, { id: 32 }] },
    ],
    list: [1, 2, 3],
    text: 'cab a1 b2',
    words: ['one', 'two', 'aab'],
    nested: [[1, [2]], [{ a: 1 }, { a: [2, 3] }], []],
    odd: { '1': 1, 'b c': 2, length: 3, a: '\ud83d', constructor: 4 },
  }),
  JSON.stringify({
    items: { id: 1, a: { b: { c: 4 } }, tags: 'a' },
    list: [],
    text: '',
    a: null,
    b: true,
    words: 'solo',
  }),
  JSON.stringify([
    { id: 1, a: [{ b: 1 }, { b: 2 }], type: 'x' },
    { id: 2, a: { b: [3] }, cost: -1 },
  ]),
  JSON.stringify({
    a: { a: { a: [1, 'a', null, { a: 0.1 }] } },
    c: [[[]]],
    list: [0.1, 0.2, 1e21],
    items: [[{ id: 5 }], { id: 6 }],
    text: 'Añb 😀 \ude00,x',
    odd: -1e-7,
    length: 2,
  }),
  JSON.stringify({
    items: Array.from({ length: 12 }, (_, id) => ({
      id: id % 4,
      type: id % 3 === 0 ? 'x' : 'y',
      cost: (id * 7) % 5,
      tags: id % 2 === 0 ? ['a', `t${id}`] : 'b',
      sub: { a: id, items: [{ id, cost: -id }] },
    })),
    list: Array.from({ length: 12 }, (_, n) => (n * 5) % 7),
    words: ['b', 'a', 'B', '10', '9', 'é'],
    text: 'one, two,three;\n4',
    odd: 1e15,
    tags: [['a'], ['b', ['c']]],
    sub: { sub: { sub: { id: 1 } }, '': 'empty', sequence: true },
  }),
];
const VALUES: readonly unknown[] = [
  0,
  1,
  -2,
  -0,
  1.005,
  1e21,
  1e300,
  -1e-7,
  12345678.9,
  '',
  'a',
  'ab1',
  '12',
  'A,b c',
  '\ud83d',
  '😀',
  '2026-01-05',
  true,
  false,
  null,
  [],
  [1],
  ['a', 'b'],
  {},
  { a: 1 },
  [[1, 2]],
  [[]],
  [null],
  [[[]], 1],
  { '': 1 },
  { length: 2, sequence: true },
  [{ id: 1 }],
];

export function input(chance: Chance): unknown {
  const document: unknown = JSON.parse(chance.of(DOCUMENTS));
  for (let change = chance.below(3); change > 0; change--) mutate(chance, document);
  return chance.next() < 0.03 ? chance.of(VALUES) : document;
}

function mutate(chance: Chance, document: unknown): void {
  let place = document;
  for (;;) {
    const holder = place as Record<string, unknown>;
    const keys = Object.keys(holder);
    if (keys.length === 0) return;
    const key = chance.of(keys);
    const inner = holder[key];
    if (typeof inner === 'object' && inner !== null && chance.next() < 0.6) {
      place = inner;
      continue;
    }
    if (chance.next() < 0.2 && !Array.isArray(holder)) delete holder[key];
    else holder[key] = structuredClone(chance.of(VALUES));
    return;
  }
}

/** The same with a part left out. */
export function* smaller(value: unknown): Iterable<unknown> {
  if (typeof value !== 'object' || value === null) return;
  if (Array.isArray(value)) {
    for (let at = 0; at < value.length; at++) yield value.toSpliced(at, 1);
    for (let at = 0; at < value.length; at++)
      for (const inner of smaller(value[at])) yield value.with(at, inner);
    return;
  }
  for (const key of Object.keys(value)) {
    const { [key]: inner, ...others } = value as Record<string, unknown>;
    yield others;
    for (const other of smaller(inner)) yield { ...(value as object), [key]: other };
  }
}
