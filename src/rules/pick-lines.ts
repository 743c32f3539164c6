/** Lines of a `pick` with `one_per` that are never picked, since those above take their place whenever they hold. */

import type { Diagnostics } from './diagnostics.ts';
import { parse } from './expression/parse.ts';
import type { Node } from './expression/syntax-tree.ts';
import { isLeftNothing } from './expression/types/check-expression.ts';
import type { ValueType } from './expression/types/value-type.ts';
import type { PickDefinition, PickLine } from './shape-definition.ts';

export function reportUnreachedLines(
  { onePer, lines }: PickDefinition,
  types: (name: string) => ValueType | undefined,
  diagnostics: Diagnostics,
): void {
  const above = new Map<string, { readonly name: string; readonly tree: Node }[]>();
  for (const line of lines) {
    const place = placeOf(line, onePer?.text as string);
    const parsed = parse(line.when.text);
    if (place === undefined || !parsed.ok || line.when.broken) continue;
    const before = above.get(place) ?? [];
    if (
      isLeftNothing(
        line.when.text,
        parsed.tree,
        before.map(({ tree }) => tree),
        types,
      )
    ) {
      const names = before.map(({ name }) => `\`${name}\``).join(', ');
      diagnostics.report(
        line.name,
        `this line is never picked: ${names} above it has the same \`${onePer?.text}\` and holds whenever it does`,
      );
    }
    above.set(place, [...before, { name: line.name.text, tree: parsed.tree }]);
  }
}

/** The value of the key that `one_per` names, where it is the same each time. */
function placeOf({ name, fields }: PickLine, key: string): string | undefined {
  if (key === 'name') return name.text;
  const value = fields.find((field) => field.key.text === key)?.value;
  return value?.type === 'scalar' && !value.text.includes('{{') ? JSON.stringify(value.value) : undefined;
}
