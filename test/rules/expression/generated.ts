/** Random expressions of the supported subset, and random inputs for them. */

import fc from 'fast-check';
import { INPUTS } from './inputs.ts';
import type { Input } from './reference.ts';

const FIELDS = ['a', 'b', 'c', 'x', 'y', 'list', 'items', 'text', 'nothing'];

const scalar = fc.oneof(
  fc.integer({ min: -5, max: 20 }),
  fc.constantFrom(0.1, 0.5, 2.5, 1e21, -0.001),
  fc.constantFrom('', 'a', 'b', 'blog', '12', 'añ😀'),
  fc.boolean(),
  fc.constant(null),
);

const { value } = fc.letrec<{ value: unknown; list: unknown[]; object: Record<string, unknown> }>((tie) => ({
  value: fc.oneof({ maxDepth: 3, withCrossShrink: true }, scalar, scalar, tie('list'), tie('object')),
  list: fc.array(tie('value'), { maxLength: 4 }),
  object: fc.dictionary(fc.constantFrom(...FIELDS, '1'), tie('value'), { maxKeys: 4, noNullPrototype: true }),
}));

export const input: fc.Arbitrary<Input> = fc.oneof(
  fc.constantFrom(...INPUTS),
  fc.dictionary(fc.constantFrom(...FIELDS), value, { maxKeys: 9, noNullPrototype: true }),
);

const name = fc.constantFrom(...FIELDS, 'id', 'type', 'cost', 'tags', 'sub', 'words', 'object');
const rootName = fc.constantFrom(...FIELDS, 'words', 'object', 'single', 'nested', 'mixed', 'one', 'status');
const literal = fc.constantFrom('0', '1', '2', '-1', '0.5', '"a"', '"blog"', '""', 'true', 'false', 'null');
const binary = fc.constantFrom(
  '+',
  '-',
  '*',
  '/',
  '%',
  '<',
  '<=',
  '>',
  '>=',
  '=',
  '!=',
  '&',
  'and',
  'or',
  'in',
);
const ofOne = fc.constantFrom(
  ...[
    'sum',
    'max',
    'min',
    'average',
    'count',
    'abs',
    'floor',
    'ceil',
    'round',
    'string',
    'number',
    'boolean',
    'not',
  ],
  ...[
    'exists',
    'length',
    'uppercase',
    'trim',
    'join',
    'distinct',
    'reverse',
    'sort',
    'keys',
    'merge',
    'spread',
    'type',
  ],
);
const ofTwo = fc.constantFrom(
  'append',
  'contains',
  'lookup',
  'power',
  'substring',
  'substringAfter',
  'zip',
  'split',
  'pad',
);
const higher = fc.constantFrom('map', 'filter', 'sift', 'each', 'reduce', 'sort');

/** Around an expression that already stands in brackets where it must. */
const { expression: drawn } = fc.letrec<Record<'expression' | 'predicate' | 'step', string>>((tie) => {
  const e = tie('expression');
  const p = tie('predicate');
  return {
    expression: fc.oneof(
      { maxDepth: 4, depthSize: 'small' },
      rootName,
      literal,
      fc.tuple(rootName, tie('step')).map(([root, step]) => `${root}${step}`),
      fc.tuple(rootName, tie('step'), tie('step')).map(([root, one, two]) => `${root}${one}${two}`),
      fc.tuple(e, binary, e).map(([l, op, r]) => `(${l} ${op} ${r})`),
      fc.tuple(e, e, e).map(([c, t, f]) => `(${c} ? ${t} : ${f})`),
      fc.tuple(e, e).map(([c, t]) => `(${c} ? ${t})`),
      fc.array(e, { maxLength: 3 }).map((parts) => `[${parts.join(', ')}]`),
      fc.tuple(e, e).map(([a, b]) => `{"p": ${a}, "q": ${b}}`),
      fc.tuple(ofOne, e).map(([f, a]) => `$${f}(${a})`),
      fc.tuple(ofTwo, e, e).map(([f, a, b]) => `$${f}(${a}, ${b})`),
      fc.tuple(higher, e, e).map(([f, a, b]) => `$${f}(${a}, function($v, $k) { (${b}) })`),
      fc
        .tuple(higher, e, fc.constantFrom('$v', '$k', '$v & $k', '$v > 1', '$v + $k', '[$v]', '$v.a'))
        .map(([f, a, b]) => `$${f}(${a}, function($v, $k) { ${b} })`),
      fc.tuple(e, e).map(([a, b]) => `($t := ${a}; [$t, ${b}, $t])`),
      fc.tuple(e, tie('step')).map(([a, step]) => `(${a})${step}`),
      fc
        .tuple(e, fc.constantFrom('$sum()', '$count()', '$string()', '$append(1)'))
        .map(([a, f]) => `(${a} ~> ${f})`),
      e.map((a) => `-(${a})`),
    ),
    predicate: fc.oneof(
      { maxDepth: 3 },
      name,
      fc.constantFrom('$', '0', '-1', '1', '$ > 1', '$type($)', 'a = b', '$count($) > 1', '$$.a'),
      fc.tuple(name, binary, literal).map(([l, op, r]) => `${l} ${op} ${r}`),
      fc.tuple(p, fc.constantFrom('and', 'or', '='), p).map(([l, op, r]) => `(${l} ${op} ${r})`),
      fc.tuple(ofOne, p).map(([f, a]) => `$${f}(${a})`),
      fc.tuple(name, tie('step')).map(([n, step]) => `${n}${step}`),
    ),
    step: fc.oneof(
      { maxDepth: 3 },
      name.map((n) => `.${n}`),
      name.map((n) => `.${n}[]`),
      p.map((inside) => `[${inside}]`),
      fc.tuple(name, p).map(([n, inside]) => `.${n}[${inside}]`),
      p.map((inside) => `.(${inside})`),
      p.map((inside) => `.[${inside}]`),
      fc.tuple(p, p).map(([a, b]) => `.{"m": ${a}, "n": ${b}}`),
      fc.tuple(fc.constantFrom('', '>', '<'), p).map(([direction, by]) => `^(${direction}${by})`),
      fc.tuple(name, tie('step')).map(([n, step]) => `.${n}${step}`),
    ),
  };
});

export const expression = drawn;
