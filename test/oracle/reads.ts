/** The root names that a JSONata expression reads, found in its syntax tree. */

type Tree = Record<string, unknown>;

/** `whole` when the expression takes its input as a whole, so that any name may matter. */
export interface Reads {
  readonly names: string[];
  readonly whole: boolean;
}

export function readsOf(ast: unknown): Reads {
  const names = new Set<string>();
  let whole = false;

  /** @param atRoot names here are looked up in the input itself, not in something already found */
  function visit(node: unknown, atRoot: boolean): void {
    if (Array.isArray(node)) for (const each of node) visit(each, atRoot);
    if (!isTree(node)) return;
    if (node.type === 'path') {
      visitPath(node, atRoot);
      return;
    }
    if (node.type === 'name' && atRoot) names.add(String(node.value));
    if (node.type === 'wildcard' || node.type === 'descendant' || node.type === 'parent') whole = true;
    if (node.type === 'variable' && (node.value === '$' || (node.value === '' && atRoot))) whole = true;
    for (const [key, child] of Object.entries(node)) {
      const inside = key === 'predicate' || key === 'stages' || key === 'group';
      visit(child, atRoot && !inside);
    }
  }

  function visitPath(path: Tree, atRoot: boolean): void {
    const steps = path.steps as Tree[];
    let root = atRoot;
    steps.forEach((step, index) => {
      const isRoot = step.type === 'variable' && (step.value === '$' || (step.value === '' && root));
      if (isRoot && index + 1 < steps.length) {
        root = true;
        return;
      }
      visit(step, root);
      root = false;
    });
    visit(path.group, false);
  }

  visit(ast, true);
  return { names: [...names], whole };
}

function isTree(node: unknown): node is Tree {
  return typeof node === 'object' && node !== null && !Array.isArray(node);
}
