/** A node of a kind that lacks only its slot and state, and what it reads. */

import type { ContributionDraft } from './compile-contribution.ts';
import type { TypedFeed } from './compile-feeds.ts';
import type {
  AggregateNode,
  CalcNode,
  DetectorNode,
  FedNode,
  GatheredNode,
  GroupNode,
  LearnedNode,
  LookupNode,
  MergedNode,
  ResponseNode,
  RuleNode,
  ScreenNode,
} from './plan-node.ts';

export type Drafted<Node> = Omit<Node, 'slot' | 'state'>;

export interface NodeDraft {
  readonly name: string;
  readonly node:
    | Drafted<AggregateNode>
    | Drafted<CalcNode>
    | Drafted<GroupNode>
    | Drafted<RuleNode>
    | Drafted<MergedNode>
    | Drafted<LookupNode>
    | Drafted<ScreenNode>
    | Drafted<LearnedNode>
    | Drafted<DetectorNode>
    | Drafted<ResponseNode>;
  /** Slots of the same kind that must be settled before. */
  readonly reads: readonly number[];
  /** Those of them that say what time it is there. */
  readonly clocks?: readonly number[];
  readonly feeds: readonly TypedFeed[];
  /** What it reads of other kinds, as `kind.name`. */
  readonly below: readonly string[];
  /** Of a feature of a shared kind: what each part keeps; `feeds` go there. */
  readonly part?: Drafted<FedNode> | Drafted<GatheredNode>;
  readonly gives?: ContributionDraft;
  /** Where order is free, aggregates come first, then groups. */
  readonly rank: number;
}
