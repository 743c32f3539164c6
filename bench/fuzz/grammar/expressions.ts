/** Random expressions of all of JSONata. */

import type { Chance } from '../chance.ts';
import { type Phrase, phrase } from '../phrase.ts';
import { CALLS } from './calls.ts';
import type { Draw, Maker } from './draw.ts';
import { APPLICATIONS, CALLABLES } from './functions.ts';
import { STEPS } from './steps.ts';
import { FIELDS, NUMBERS, OPERATORS, PATTERNS, TEXTS, VALUES } from './vocabulary.ts';

const FORMS: readonly Maker[] = [
  (draw) => phrase`(${draw.any()} ${draw.of(OPERATORS)} ${draw.any()})`,
  (draw) => phrase`(${draw.any()} ${draw.of(OPERATORS)} ${draw.any()})`,
  (draw) => phrase`(${draw.any()} ${draw.of(OPERATORS)} ${draw.any()})`,
  (draw) => phrase`(${draw.number()} ${draw.of(OPERATORS)} ${draw.number()})`,
  (draw) => phrase`(${draw.any()} ? ${draw.any()} : ${draw.any()})`,
  (draw) => phrase`(${draw.any()} ? ${draw.any()})`,
  (draw) => phrase`[${draw.any()}, ${draw.any()}]`,
  (draw) => phrase`[${draw.any()}]`,
  (draw) => phrase`[${draw.of(['0', '1', '-2'])}..${draw.of(['1', '3', 'id', '"x"', '1.5'])}]`,
  (draw) => phrase`{"p": ${draw.any()}, "q": ${draw.any()}}`,
  (draw) => phrase`{${draw.any()}: ${draw.any()}}`,
  (draw) => phrase`{$string(${draw.any()}): ${draw.any()}, "q": ${draw.any()}}`,
  (draw) => phrase`${draw.path()}{${draw.inside()}: ${draw.inside()}}`,
  (draw) => phrase`($t := ${draw.any()}; [$t, ${draw.any()}, $t])`,
  (draw) => phrase`(${draw.any()})${draw.step()}`,
  (draw) => phrase`(${draw.any()})${draw.step()}${draw.step()}`,
  (draw) => phrase`-(${draw.any()})`,
  (draw) => phrase`(${draw.any()}; ${draw.any()})`,
];

export function expressionOf(chance: Chance, depth: number): Phrase {
  return new Drawn(chance, depth).any();
}

class Drawn implements Draw {
  private readonly source: Chance;
  private readonly depth: number;

  constructor(source: Chance, depth: number) {
    this.source = source;
    this.depth = depth;
  }

  of<T>(list: readonly T[]): T {
    return this.source.of(list);
  }

  chance(share: number): boolean {
    return this.source.next() < share;
  }

  any(): Phrase {
    if (this.depth <= 0 || this.chance(0.12)) return this.simple();
    const kind = this.source.next();
    if (kind < 0.28) return this.path();
    if (kind < 0.56) return this.within(CALLS);
    return this.within(kind < 0.68 ? APPLICATIONS : FORMS);
  }

  inside(): Phrase {
    const simple = ['$', '0', '-1', '1', '$ > 1', '$$.a', '$count($)', '[0, 1]', '$$', 'nothing', ...FIELDS];
    if (this.depth <= 0 || this.chance(0.5)) return phrase`${this.of(simple)}`;
    return this.deeper().any();
  }

  path(): Phrase {
    const root = this.chance(0.9) ? this.of(FIELDS) : this.of(['$', '$$', '*', '**', '$$.items']);
    const one = this.step();
    return this.chance(0.5) ? phrase`${root}${one}` : phrase`${root}${one}${this.step()}`;
  }

  step(): Phrase {
    return this.within(STEPS);
  }

  text(): Phrase {
    return this.mostly([...TEXTS, ...TEXTS, 'text', 'b', 'type', 'odd']);
  }

  number(): Phrase {
    return this.mostly([...NUMBERS, ...NUMBERS, 'id', 'a', 'cost', 'odd', '(1/3)', '-cost']);
  }

  list(): Phrase {
    return this.mostly([
      ...['items', 'list', 'words', 'tags', 'nested', 'items.id', 'items.type', 'items.tags', '[3, 1, 2]'],
      ...[
        '["b", "a", "b"]',
        '[1, "1", true, null, []]',
        '[[1], [2]]',
        'items.cost',
        '[0, -0, 1e21]',
        '[{}, {}]',
      ],
    ]);
  }

  object(): Phrase {
    return this.mostly([
      '$',
      'sub',
      'items[0]',
      'items',
      '{"a": 1, "b": [2]}',
      '{}',
      'odd',
      '{"2": 1, "1": 2}',
    ]);
  }

  pattern(): Phrase {
    return phrase`${this.of(PATTERNS)}`;
  }

  callable(): Phrase {
    return this.within(CALLABLES);
  }

  private simple(): Phrase {
    const kind = this.source.next();
    if (kind < 0.45) return phrase`${this.of(FIELDS)}`;
    if (kind < 0.6) return phrase`${this.of(NUMBERS)}`;
    if (kind < 0.75) return phrase`${this.of(TEXTS)}`;
    if (kind < 0.9) return phrase`${this.of(VALUES)}`;
    return phrase`${this.of(['$', '$$', ...PATTERNS, '*', '**', '$sum', '$string'])}`;
  }

  private mostly(words: readonly string[]): Phrase {
    return this.chance(0.75) || this.depth <= 0 ? phrase`${this.of(words)}` : this.deeper().any();
  }

  private within(makers: readonly Maker[]): Phrase {
    return this.of(makers)(this.deeper());
  }

  private deeper(): Drawn {
    return new Drawn(this.source, this.depth - 1);
  }
}
