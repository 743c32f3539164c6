/** The kinds behind a learned feature: examples and model at its owner, and what every partition heard of the model. */

import { additiveLearner } from '../models/learned/additive-learner.ts';
import type { Drafted } from './node-draft.ts';
import type { KindRole } from './plan.ts';
import type { CopyNode, ExamplesNode, LearnedNode, ModelNode } from './plan-node.ts';

export interface LearnedKind {
  readonly role: KindRole;
  readonly nodes: readonly (Drafted<ExamplesNode> | Drafted<ModelNode> | Drafted<CopyNode>)[];
}

/** Examples and model have the name of the feature's definition: with another one both begin afresh. */
export function learnedKinds({ definition, inputs }: Drafted<LearnedNode>): LearnedKind[] {
  const learner = additiveLearner(inputs.map(({ name }) => name));
  return [
    { role: 'examples', nodes: [{ type: 'examples', name: 'examples', definition }] },
    { role: 'model', nodes: [{ type: 'model', name: 'model', definition, learner }] },
    { role: 'copy', nodes: [{ type: 'copy', name: 'copy', definition: 'copy' }] },
  ];
}
