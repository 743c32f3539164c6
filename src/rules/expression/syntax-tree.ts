/** The syntax tree that the jsonata parser gives us: only the parts that the compiler reads. */

/** A key and a value of an object constructor or a grouping. */
export type Pair = readonly [key: Node, value: Node];

/** A predicate or an index binding behind a step. */
export interface Stage {
  readonly type: 'filter' | 'index';
  readonly expr: Node;
  readonly position: number;
}

export interface Grouping {
  readonly lhs: readonly Pair[];
  readonly position: number;
}

/** `position` is where the node's token ENDS; nodes that the parser made up have none. */
export interface Node {
  readonly type: string;
  readonly value?: unknown;
  readonly position?: number;
  readonly lhs?: Node | readonly Pair[];
  readonly rhs?: Node;
  readonly expression?: Node;
  readonly expressions?: readonly Node[];
  readonly condition?: Node;
  readonly then?: Node;
  readonly else?: Node;
  readonly procedure?: Node;
  readonly arguments?: readonly Node[];
  readonly body?: Node;
  readonly signature?: unknown;
  /** A lambda that stands for a call in tail position. */
  readonly thunk?: boolean;
  readonly steps?: readonly Node[];
  readonly terms?: readonly { readonly descending: boolean; readonly expression: Node }[];
  readonly predicate?: readonly Stage[];
  readonly stages?: readonly Stage[];
  readonly group?: Grouping;
  /** `[]` behind this node: a single value stays a list. */
  readonly keepArray?: boolean;
  readonly keepSingletonArray?: boolean;
  /** An array constructor at either end of a path: its list is one item, not many. */
  readonly consarray?: boolean;
  readonly focus?: string;
  readonly index?: string;
}
