/** Which members of a name an expression reads: the parameters of a rule. */

import type { Node } from '../syntax-tree.ts';

/** The names behind `name`, wherever it stands; undefined among them when it is read as a whole. */
export function membersRead(tree: Node, name: string): ReadonlySet<string | undefined> {
  const found = new Set<string | undefined>();
  const visit = (part: unknown) => {
    if (typeof part !== 'object' || part === null || part instanceof RegExp) return;
    const { type, steps, value } = part as Node;
    if (type === 'path' && steps !== undefined) {
      for (const [index, step] of steps.entries()) {
        if (step.type !== 'name' || step.value !== name) visit(step);
        else {
          const next = steps[index + 1];
          found.add(next?.type === 'name' ? (next.value as string) : undefined);
          for (const stage of step.stages ?? []) visit(stage);
        }
      }
      for (const [key, inner] of Object.entries(part)) if (key !== 'steps') visit(inner);
      return;
    }
    if (type === 'name' && value === name) found.add(undefined);
    for (const inner of Object.values(part)) visit(inner);
  };
  visit(tree);
  return found;
}
