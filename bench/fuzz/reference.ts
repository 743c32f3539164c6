/** npm jsonata as it is, and the same repaired where its answer is a matter of luck. */

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { isDeepStrictEqual } from 'node:util';
import { compileFunction } from 'node:vm';
import type jsonata from 'jsonata';
import { lastUsed } from './last-used.ts';
import { codeOf, type Outcome, plain } from './outcome.ts';

type Jsonata = typeof jsonata;
/** Throws what the parser throws. */
type Prepared = (text: string) => ReturnType<Jsonata>;

/** Some expressions never end. */
const LONGEST_MS = 500;

/** What pictures without a date are read in. */
export const NOW = Date.UTC(2026, 0, 5, 10, 20, 30, 456);

/** `changed`: the reference wrote into its own input, and what it answers then tells nothing. */
export function reference(text: string, input: unknown): Promise<Outcome> {
  plainEngine ??= engineOf(SOURCE);
  return outcomeOf(plainEngine, text, input);
}

/** The same without three of its faults. */
export function repairedReference(text: string, input: unknown): Promise<Outcome> {
  repairedEngine ??= engineOf(
    REPAIRS.reduce((source, [fault, repair]) => source.replaceAll(fault, repair), SOURCE),
  );
  return outcomeOf(repairedEngine, text, input);
}

const REPAIRS: readonly (readonly [fault: string | RegExp, repair: string])[] = [
  // All parts of a list begin at once, and whichever fails first gives the code: here the first one does.
  [/Promise\.all\(([\w.()]+?)\s*\.map\(async/g, 'inOrder($1, (async'],
  // An item with variables that falls into two groups loses its context in the second: here it stays.
  [
    'reduceTupleStream(entry.data, environment);',
    'Object.assign({}, reduceTupleStream(entry.data, environment));',
  ],
  // Grouping an empty list of the input writes into it: here it does not.
  ['input.push(undefined);', 'input = [undefined];'],
];

const SOURCE = readFileSync(createRequire(import.meta.url).resolve('jsonata'), 'utf8');
let plainEngine: Prepared | undefined;
let repairedEngine: Prepared | undefined;

/** The date of today is a fixed one; how long it takes is measured as ever. */
class Today extends Date {
  constructor(...given: readonly unknown[]) {
    super(...((given.length === 0 ? [NOW] : given) as [number]));
  }
}

function engineOf(source: string): Prepared {
  const module: { exports: unknown } = { exports: {} };
  const run = compileFunction(source, ['module', 'exports', 'Date', 'inOrder']);
  run(module, module.exports, Today, inOrder);
  const engine = module.exports as Jsonata;
  return lastUsed((text) => engine(text, { timeout: LONGEST_MS }));
}

async function inOrder<T, U>(
  items: readonly T[],
  work: (item: T, index: number) => Promise<U>,
): Promise<U[]> {
  const results: U[] = [];
  for (const [index, item] of items.entries()) results.push(await work(item, index));
  return results;
}

async function outcomeOf(engine: Prepared, text: string, input: unknown): Promise<Outcome> {
  const copy: unknown = structuredClone(input);
  const outcome = await evaluated(engine, text, copy);
  return isDeepStrictEqual(plain(copy), plain(input)) ? outcome : { code: 'changed' };
}

async function evaluated(engine: Prepared, text: string, input: unknown): Promise<Outcome> {
  try {
    return { value: plain(await engine(text).evaluate(input)) };
  } catch (error) {
    return { code: codeOf(error as object) };
  }
}
