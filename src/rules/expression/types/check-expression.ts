/** The static check of one expression: what can never work or hold, given what is known of what it reads. */

import type { Node } from '../syntax-tree.ts';
import type { Finding, Surroundings } from './finding.ts';
import { Inference } from './inference.ts';
import { narrow } from './narrowing.ts';
import { sortWords } from './type-words.ts';
import { ANY, mayBePresent, type ValueType } from './value-type.ts';

/** What the place asks of the value: conditions must be true, factors must be numbers. */
export interface Wanted {
  readonly sort: 'truth' | 'number' | 'any';
  /** `` `when` ``, for messages. */
  readonly what: string;
}

export interface Checked {
  readonly type: ValueType;
  readonly findings: readonly Finding[];
}

/** `rootName`: what a name may be; undefined when nothing is known of it. */
export function checkTree(
  text: string,
  tree: Node,
  rootName: (name: string) => ValueType | undefined,
  wanted: Wanted = ANYTHING,
): Checked {
  const walk = new Inference(text, tree, rootName);
  const type = walk.typeOf(tree, { root: true, context: ANY, narrowed: new Map() });
  const read = walk.dataRead > 0;
  const said = walk.findings.some(({ severity }) => severity === 'error');
  if (read && !said && !fits(type, wanted) && mayBePresent(type)) {
    const needs = wanted.sort === 'truth' ? 'be true or false' : 'give a number';
    walk.report(
      tree,
      'error',
      wanted.sort === 'truth' ? 'never_true' : 'none',
      `${wanted.what} must ${needs}, this is ${sortWords(type)}`,
    );
  }
  return { type, findings: walk.findings };
}

/** Whether a condition that may hold can no longer where none of those above it does. */
export function isLeftNothing(
  text: string,
  tree: Node,
  above: readonly Node[],
  rootName: (name: string) => ValueType | undefined,
): boolean {
  const walk = new Inference(text, { type: 'block', expressions: [...above, tree] }, rootName);
  const everywhere: Surroundings = { root: true, context: ANY, narrowed: new Map() };
  if (!walk.quietly(tree, everywhere).yes) return false;
  let where = everywhere;
  for (const condition of above) {
    const { yes: _yes, no: _no, absent: _absent, ...others } = walk.quietly(condition, everywhere);
    // Only `true` takes a line: what merely counts as true tells nothing here.
    if (!mayBePresent({ ...others, yes: false, no: false, absent: false }))
      where = narrow(condition, false, where, walk);
  }
  return !walk.quietly(tree, where).yes;
}

export const ANYTHING: Wanted = { sort: 'any', what: '' };

function fits(type: ValueType, { sort }: Wanted): boolean {
  if (sort === 'any') return true;
  return sort === 'truth' ? type.yes : type.numbers !== undefined || type.nothing;
}
