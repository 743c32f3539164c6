/** Functions, written and by name, and what is done with them. */

import { phrase } from '../phrase.ts';
import { NAMES } from './calls.ts';
import type { Maker } from './draw.ts';
import { BODIES, MATCHERS, SIGNATURES } from './vocabulary.ts';

export const CALLABLES: readonly Maker[] = [
  (draw) => phrase`function($v, $k) { (${draw.any()}) }`,
  (draw) => phrase`function($v, $k) { ${draw.of(BODIES)} }`,
  (draw) => phrase`function($v, $k) { ${draw.of(BODIES)} }`,
  (draw) => phrase`function($v) { ${draw.of(BODIES)} }`,
  (draw) => phrase`function($v, $k, $w) { ${draw.of(BODIES)} }`,
  (draw) => phrase`function($v, $k)${draw.of(SIGNATURES)} { ${draw.of(BODIES)} }`,
  () => phrase`function() { $ }`,
  (draw) => phrase`$${draw.of(NAMES)}`,
  (draw) => phrase`$${draw.of(NAMES)}`,
  (draw) => phrase`$${draw.of(NAMES)}(?)`,
  (draw) => phrase`$${draw.of(NAMES)}(?, ${draw.any()})`,
  (draw) => phrase`$${draw.of(NAMES)}(${draw.any()}, ?)`,
  (draw) => phrase`($${draw.of(NAMES)} ~> $${draw.of(NAMES)})`,
  (draw) => phrase`|${draw.of(['$', 'a', 'items', '**', '*'])}|{"z": ${draw.inside()}}|`,
  (draw) => draw.pattern(),
  (draw) => phrase`${draw.of(MATCHERS)}`,
  (draw) => draw.any(),
];

const RESULTS = [
  '$x',
  '[$x, $y]',
  '$x & $y',
  '$string($x)',
  '$count($x)',
  '$',
  '$x ~> $string',
  '($z := $x; $z)',
];

export const APPLICATIONS: readonly Maker[] = [
  (draw) => phrase`(${draw.any()} ~> ${draw.callable()})`,
  (draw) => phrase`(${draw.any()} ~> $${draw.of(NAMES)}(${draw.any()}))`,
  (draw) => phrase`(${draw.callable()} ~> ${draw.callable()})(${draw.any()})`,
  (draw) => phrase`(${draw.callable()})(${draw.any()})`,
  (draw) => phrase`($f := ${draw.callable()}; $f(${draw.any()}, ${draw.any()}))`,
  (draw) => phrase`($f := function($x, $y)${draw.of(SIGNATURES)} { ${draw.of(RESULTS)} }; $f(${draw.any()}))`,
  (draw) =>
    phrase`($f := function($x, $y)${draw.of(SIGNATURES)} { ${draw.of(RESULTS)} }; $f(${draw.any()}, ${draw.any()}))`,
  (draw) => phrase`${draw.path()}.(function($x)${draw.of(SIGNATURES)} { $x })()`,
  (draw) => phrase`($g := $${draw.of(NAMES)}(?, ${draw.any()}); $g(${draw.any()}))`,
  (draw) => phrase`($h := function($x, $y) { [$x, $y] }(?, ${draw.any()}); $h(${draw.any()}))`,
  (draw) => phrase`($f := function($n){ $n < 3 and $n > -9 ? $f($n + 1) : $n }; $f(${draw.number()}))`,
  (draw) => phrase`(${draw.any()} ~> |${draw.path()}|{"z": ${draw.inside()}}|)`,
  (draw) =>
    phrase`(${draw.object()} ~> |${draw.of(['$', 'items', 'sub', '**', '*', 'a.b'])}|${draw.object()}, ${draw.of(['"a"', '["a", "id"]', '[]', '1', 'tags'])}|)`,
];
