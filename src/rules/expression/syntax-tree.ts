/** The syntax tree that the jsonata parser gives us: only the parts that the compiler reads. */

/** A key and a value of an object constructor or a grouping. */
export type Pair = readonly [key: Node, value: Node];

/** A predicate or an index binding behind a step. */
export interface Stage {
  readonly type: 'filter' | 'index';
  readonly expr: Node;
  /** The variable of an index binding. */
  readonly value?: string;
  readonly position: number;
}

export interface Grouping {
  readonly lhs: readonly Pair[];
  readonly position: number;
}

/** Where `%` finds its value: a variable that the parser made up. */
export interface ParentSlot {
  readonly label: string;
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
  readonly signature?: { readonly definition: string };
  /** A lambda that stands for a call in tail position. */
  readonly thunk?: boolean;
  readonly steps?: readonly Node[];
  readonly terms?: readonly { readonly descending: boolean; readonly expression: Node }[];
  readonly predicate?: readonly Stage[];
  readonly stages?: readonly Stage[];
  readonly group?: Grouping;
  /** The parts of `|pattern|update, delete|`. */
  readonly pattern?: Node;
  readonly update?: Node;
  readonly delete?: Node;
  /** `[]` behind this node: a single value stays a list. */
  readonly keepArray?: boolean;
  readonly keepSingletonArray?: boolean;
  /** An array constructor at either end of a path: its list is one item, not many. */
  readonly consarray?: boolean;
  /** The variable of `@` and of `#` behind this step. */
  readonly focus?: string;
  readonly index?: string;
  /** This step's items carry variables, or a path hands them on with the items. */
  readonly tuple?: boolean;
  /** `%` behind this step means its input. */
  readonly ancestor?: ParentSlot;
  /** Of `%` itself. */
  readonly slot?: ParentSlot;
}
