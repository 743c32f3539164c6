/** Random expressions of all of JSONata. */

import type { Chance } from './chance.ts';
import { type Phrase, phrase } from './phrase.ts';

type Maker = (chance: Chance, depth: number) => Phrase;

const FIELDS = [
  'a',
  'b',
  'c',
  'id',
  'type',
  'cost',
  'tags',
  'sub',
  'items',
  'list',
  'text',
  'words',
  'nothing',
  'nested',
];
const LITERALS = [
  '0',
  '1',
  '2',
  '-1',
  '0.5',
  '3.14',
  '1e3',
  '"a"',
  '"b c"',
  '""',
  '"2026-01-05"',
  'true',
  'false',
  'null',
  '[]',
  '{}',
];
const OPERATORS = [
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
  '??',
  '?:',
];
const OF_ONE = [
  ...['sum', 'max', 'min', 'average', 'count', 'abs', 'floor', 'ceil', 'round', 'sqrt', 'string', 'number'],
  ...['boolean', 'not', 'exists', 'length', 'uppercase', 'lowercase', 'trim', 'join', 'distinct', 'reverse'],
  ...[
    'sort',
    'keys',
    'merge',
    'spread',
    'type',
    'zip',
    'single',
    'clone',
    'base64encode',
    'encodeUrlComponent',
  ],
  ...['encodeUrl', 'decodeUrl', 'error', 'assert', 'toMillis', 'fromMillis', 'formatBase', 'each'],
];
const OF_TWO = [
  'append',
  'contains',
  'lookup',
  'power',
  'substring',
  'substringBefore',
  'substringAfter',
  'split',
  'pad',
  'join',
  'zip',
  'round',
  'formatBase',
  'match',
  'assert',
];
const HIGHER = ['map', 'filter', 'sift', 'each', 'single', 'sort', 'reduce'];
const PATTERNS = [
  '/a/',
  '/[a-c]+/',
  '/(\\w)(\\d)?/',
  '/\\s+/',
  '/B/i',
  '/^a|c$/',
  '/x*/',
  '/(a|b)+?/',
  '/./',
];
const NUMBER_PICTURES = [
  '"0"',
  '"#,##0.00"',
  '"0.0e0"',
  '"#0%"',
  '"0;(0)"',
  '"#"',
  '"00.##"',
  '"1"',
  '"#.#"',
];
const INTEGER_PICTURES = [
  '"0"',
  '"#,##0"',
  '"w"',
  '"Ww"',
  '"I"',
  '"a"',
  '"1;o"',
  '"000"',
  '"W;o"',
  '"A"',
  '"i"',
];
const DATE_PICTURES = [
  '"[Y]-[M01]-[D01]"',
  '"[H01]:[m01]:[s01].[f001]"',
  '"[FNn], [D1o] [MNn] [Y]"',
  '"[X]W[W01]-[F1]"',
  '"[h]:[m01] [P]"',
  '"[Y0001][M01][D01]"',
  '"[d] [w] [x] [Z]"',
  '"[MNn,3-3] [Y,2]"',
  '"[z]"',
  '"[Dw]"',
];
const BODIES = [
  '$v',
  '$k',
  '$v & $k',
  '$v > 1',
  '$v + $k',
  '[$v]',
  '$v.a',
  '{"v": $v}',
  '$type($v)',
  '$v.id = 1',
];
const SIGNATURES = [
  '',
  '',
  '',
  '<x-:x>',
  '<n:n>',
  '<s-n?:s>',
  '<a<n>:n>',
  '<(ns)x?:b>',
  '<o-:x>',
  '<j+:a>',
  '<a<s>-:s>',
];

const STEPS: readonly Maker[] = [
  (chance) => phrase`.${chance.of(FIELDS)}`,
  (chance) => phrase`.${chance.of(FIELDS)}`,
  (chance) => phrase`.${chance.of(FIELDS)}[]`,
  () => phrase`.*`,
  () => phrase`.**`,
  () => phrase`[]`,
  (chance, depth) => phrase`[${inside(chance, depth)}]`,
  (chance, depth) => phrase`.${chance.of(FIELDS)}[${inside(chance, depth)}]`,
  (chance, depth) => phrase`.(${inside(chance, depth)})`,
  (chance, depth) => phrase`.[${inside(chance, depth)}, ${inside(chance, depth)}]`,
  (chance, depth) => phrase`.{"m": ${inside(chance, depth)}, "n": ${inside(chance, depth)}}`,
  (chance, depth) => phrase`^(${chance.of(['', '<', '>'])}${inside(chance, depth)})`,
  (chance) => phrase`.$${chance.of(OF_ONE)}()`,
  (chance, depth) => phrase`.${chance.of(FIELDS)}.(%.${inside(chance, depth)})`,
  (chance) => phrase`.${chance.of(FIELDS)}.%.${chance.of(FIELDS)}`,
  (chance) => phrase`.${chance.of(FIELDS)}[%.id = 1]`,
  (chance, depth) => phrase`.${chance.of(FIELDS)}#$i.{"i": $i, "x": ${inside(chance, depth)}}`,
  (chance) => phrase`.${chance.of(FIELDS)}#$i[$i > 0]`,
  (chance, depth) => phrase`.${chance.of(FIELDS)}@$f.(${inside(chance, depth)} & $string($f))`,
  (chance) => phrase`.${chance.of(FIELDS)}@$f.${chance.of(FIELDS)}@$g[$f = $g].[$f, $g]`,
  (chance) => phrase`.${chance.of(FIELDS)}#$i^(>$i).$i`,
];

const EXPRESSIONS: readonly Maker[] = [
  (chance, depth) => phrase`(${any(chance, depth)} ${chance.of(OPERATORS)} ${any(chance, depth)})`,
  (chance, depth) => phrase`(${any(chance, depth)} ${chance.of(OPERATORS)} ${any(chance, depth)})`,
  (chance, depth) => phrase`(${any(chance, depth)} ? ${any(chance, depth)} : ${any(chance, depth)})`,
  (chance, depth) => phrase`[${any(chance, depth)}, ${any(chance, depth)}]`,
  (chance, depth) => phrase`[${any(chance, depth)}]`,
  (chance) => phrase`[${chance.of(['0', '1', '-2'])}..${chance.of(['1', '3', 'id', '"x"'])}]`,
  (chance, depth) => phrase`{"p": ${any(chance, depth)}, "q": ${any(chance, depth)}}`,
  (chance, depth) => phrase`{${any(chance, depth)}: ${any(chance, depth)}}`,
  (chance, depth) => phrase`${path(chance, depth)}{${inside(chance, depth)}: ${inside(chance, depth)}}`,
  (chance, depth) => phrase`$${chance.of(OF_ONE)}(${any(chance, depth)})`,
  (chance, depth) => phrase`$${chance.of(OF_ONE)}(${any(chance, depth)})`,
  (chance, depth) => phrase`$${chance.of(OF_TWO)}(${any(chance, depth)}, ${any(chance, depth)})`,
  (chance, depth) =>
    phrase`$${chance.of(HIGHER)}(${any(chance, depth)}, function($v, $k) { (${any(chance, depth)}) })`,
  (chance, depth) =>
    phrase`$${chance.of(HIGHER)}(${any(chance, depth)}, function($v, $k) { ${chance.of(BODIES)} })`,
  (chance, depth) => phrase`$${chance.of(HIGHER)}(${any(chance, depth)}, $${chance.of(OF_ONE)})`,
  (chance, depth) => phrase`($t := ${any(chance, depth)}; [$t, ${any(chance, depth)}, $t])`,
  (chance, depth) => phrase`(${any(chance, depth)})${step(chance, depth)}`,
  (chance, depth) => phrase`(${any(chance, depth)} ~> $${chance.of(OF_ONE)})`,
  (chance, depth) => phrase`(${any(chance, depth)} ~> $${chance.of(OF_TWO)}(${any(chance, depth)}))`,
  (chance, depth) =>
    phrase`(${any(chance, depth)} ~> |${chance.of(FIELDS)}|{"z": ${inside(chance, depth)}}, ["a"]|)`,
  (chance, depth) => phrase`$contains(${any(chance, depth)}, ${chance.of(PATTERNS)})`,
  (chance, depth) => phrase`$match(${any(chance, depth)}, ${chance.of(PATTERNS)})`,
  (chance, depth) => phrase`$split(${any(chance, depth)}, ${chance.of(PATTERNS)})`,
  (chance, depth) =>
    phrase`$replace(${any(chance, depth)}, ${chance.of(PATTERNS)}, ${chance.of(['"$1-$0"', '"x"', '""', '"$$"', 'function($m){$m.match & "!"}'])})`,
  (chance, depth) => phrase`$replace(${any(chance, depth)}, "a", "bb", ${any(chance, depth)})`,
  (chance, depth) => phrase`$formatNumber(${any(chance, depth)}, ${chance.of(NUMBER_PICTURES)})`,
  (chance, depth) => phrase`$formatInteger(${any(chance, depth)}, ${chance.of(INTEGER_PICTURES)})`,
  (chance, depth) => phrase`$parseInteger($formatInteger(${any(chance, depth)}, "w"), "w")`,
  (chance, depth) =>
    phrase`$fromMillis(${any(chance, depth)} * 86399123, ${chance.of(DATE_PICTURES)}, "+0${chance.of(['100', '530', '000'])}")`,
  (chance, depth) =>
    phrase`$toMillis($fromMillis(${any(chance, depth)} * 86399123, "[Y]-[M01]-[D01] [H01]:[m01]"), "[Y]-[M]-[D] [H]:[m]")`,
  (chance, depth) =>
    phrase`($f := function($x, $y)${chance.of(SIGNATURES)} { ${chance.of(['$x', '[$x, $y]', '$x & $y', '$string($x)', '$count($x)'])} }; $f(${any(chance, depth)}))`,
  (chance, depth) => phrase`${path(chance, depth)}.(function($x)${chance.of(SIGNATURES)} { $x })()`,
  (chance, depth) =>
    phrase`($g := $${chance.of(OF_TWO)}(?, ${any(chance, depth)}); $g(${any(chance, depth)}))`,
  (chance, depth) =>
    phrase`($h := function($x, $y) { [$x, $y] }(?, ${any(chance, depth)}); $h(${any(chance, depth)}))`,
  (chance, depth) => phrase`(($${chance.of(OF_ONE)} ~> $${chance.of(OF_ONE)})(${any(chance, depth)}))`,
  (chance, depth) => phrase`-(${any(chance, depth)})`,
];

/** At the root of the input. */
export function any(chance: Chance, depth: number): Phrase {
  if (depth <= 0 || chance.next() < 0.12)
    return chance.next() < 0.5 ? phrase`${chance.of(LITERALS)}` : phrase`${chance.of(FIELDS)}`;
  if (chance.next() < 0.3) return path(chance, depth - 1);
  return chance.of(EXPRESSIONS)(chance, depth - 1);
}

function path(chance: Chance, depth: number): Phrase {
  const root = chance.next() < 0.9 ? chance.of(FIELDS) : chance.of(['$', '$$', '*', '**']);
  const one = step(chance, depth - 1);
  return chance.next() < 0.5 ? phrase`${root}${one}` : phrase`${root}${one}${step(chance, depth - 1)}`;
}

function step(chance: Chance, depth: number): Phrase {
  return chance.of(STEPS)(chance, depth);
}

/** Where the context is an item. */
function inside(chance: Chance, depth: number): Phrase {
  const simple = ['$', '0', '-1', '1', '$ > 1', '$$.a', '$count($)', '[0, 1]', ...FIELDS];
  if (depth <= 0 || chance.next() < 0.5) return phrase`${chance.of(simple)}`;
  return any(chance, depth - 1);
}
