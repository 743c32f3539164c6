/** ( a; $b := c; d ): parts one after the other, the last one counts; variables live in the block. */

import { FORBIDDEN } from './functions/catalogue.ts';
import { builtinValue } from './functions/value.ts';
import { unwrap } from './sequence.ts';
import type { Node } from './syntax-tree.ts';
import {
  type Code,
  type Compiler,
  constantTerm,
  type Place,
  passedOn,
  type Slots,
  type Term,
  termOf,
} from './term.ts';
import { boundNames, freshSlots, UNBOUND, type VariablePlace, Variables } from './variables.ts';

export function compileBlock(node: Node, place: Place, compiler: Compiler): Term {
  const parts = node.expressions ?? [];
  const bound = boundNames(parts);
  const variables = bound.size === 0 ? place.variables : new Variables(place.variables, [], bound);
  const terms = parts.map((part) => compiler.term(part, { root: place.root, variables }));
  const [only] = terms;
  if (only === undefined) return constantTerm(undefined);
  if (terms.length === 1 && bound.size === 0) return { ...only, code: passedOn(only) };
  const codes = terms.map(passedOn);
  const last = codes.length - 1;
  const layered = terms[last]?.layered === true;
  const size = variables.size;
  const code: Code = (run, item, slots) => {
    const inner = bound.size === 0 ? slots : freshSlots(slots, size);
    for (let i = 0; i < last; i++) (codes[i] as Code)(run, item, inner);
    return (codes[last] as Code)(run, item, inner);
  };
  return { code, constant: false, layered };
}

export function compileBind(node: Node, place: Place, compiler: Compiler): Term {
  const bound = compiler.term(node.rhs as Node, place);
  const value = passedOn(bound);
  const slot = place.variables.ownSlot((node.lhs as Node).value as string);
  const code: Code = (run, item, slots) => {
    slots[slot] = value(run, item, slots);
    return slots[slot];
  };
  return { code, constant: false, layered: bound.layered === true };
}

/** A variable, the context `$`, or a built-in function passed by name. */
export function compileVariable(node: Node, place: Place, compiler: Compiler): Term {
  const name = node.value as string;
  const end = node.position ?? 0;
  const start = end - name.length - 1;
  if (name === '' && place.root) compiler.noteRead();
  if (name === '' && !(place.root && compiler.profile === 'rules'))
    return termOf((_run, item) => unwrap(item));
  const places = place.variables.find(name);
  if (name === '' || (name === '$' && places.length === 0)) {
    compiler.noteRead();
    if (compiler.profile === 'full') return termOf((run) => unwrap(run.input));
    return compiler.refuse(
      'bare_root',
      `the whole input \`$${name}\` is not available in rules; name what you need`,
      start,
      end,
    );
  }
  const builtin = builtinValue(name, compiler);
  if (builtin?.contextual === true) compiler.noteContextual();
  if (compiler.profile === 'full') {
    const outer = boundOutside(name, builtin);
    const forbidden = places.length === 0 && builtin === undefined ? FORBIDDEN.get(name) : undefined;
    if (forbidden !== undefined)
      return compiler.refuse('forbidden_function', `$${name} ${forbidden}`, start, end);
    return termOf(places.length === 0 ? outer : variableCode(places, outer));
  }
  if (places.length > 0) return termOf(variableCode(places, () => builtin));
  if (builtin !== undefined) return constantTerm(builtin);
  const meant = compiler.meant(name, place.variables.names());
  const hint = meant === undefined ? undefined : `did you mean $${meant}?`;
  return compiler.refuse('unknown_variable', `unknown variable $${name}`, start, end, hint);
}

/** A variable that was handed over, else a built-in function. */
function boundOutside(name: string, builtin: unknown): Code {
  return ({ bindings }) =>
    bindings !== undefined && Object.hasOwn(bindings, name) ? unwrap(bindings[name]) : builtin;
}

/** `%`: a variable that the step it looks back to binds. */
export function compileParent(node: Node, place: Place): Term {
  const places = place.variables.find(node.slot?.label ?? '');
  return termOf(places.length === 0 ? () => undefined : variableCode(places, () => undefined));
}

export function variableCode(places: readonly VariablePlace[], otherwise: Code): Code {
  const [first] = places as [VariablePlace];
  const { hops, slot } = first;
  if (hops === 0 && first.certain) return (_run, _item, slots) => unwrap(slots[slot]);
  return (run, item, slots) => {
    for (let i = 0; i < places.length; i++) {
      const value = valueAt(slots, places[i] as VariablePlace);
      if (value !== UNBOUND) return unwrap(value);
    }
    return otherwise(run, item, slots);
  };
}

function valueAt(slots: Slots, { hops, slot }: VariablePlace): unknown {
  let level = slots;
  for (let i = 0; i < hops; i++) level = level[0] as Slots;
  return level[slot];
}
