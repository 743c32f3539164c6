/** Reads `learn:`, the feature whose value is learned from the outcomes of other entities. */

import { DAY, type Millis } from '../core/units.ts';
import type { LocatedScalar } from './located.ts';
import type { MapReader } from './map-reader.ts';
import type { LearnedFeature } from './rule-set.ts';

const LONGEST_HORIZON: Millis = 400 * DAY;
/** What is told of a model to every partition must stay small. */
const MOST_INPUTS = 24;

export function readLearned(
  reader: MapReader,
): Pick<LearnedFeature, 'type' | 'outcome' | 'lost' | 'inputs' | 'horizon'> | undefined {
  reader.need('from');
  reader.need('horizon');
  const outcome = reader.scalar('learn');
  const lost = reader.scalar('lost');
  const inputs = reader.scalars('from');
  const horizon = reader.duration('horizon');
  const { diagnostics } = reader;
  if (horizon !== undefined && (horizon < DAY || horizon > LONGEST_HORIZON))
    diagnostics.report(reader.value('horizon') as LocatedScalar, '`horizon` is between 1d and 400d');
  if (inputs.length > MOST_INPUTS)
    diagnostics.report(
      reader.key('from') as LocatedScalar,
      `a model has at most ${MOST_INPUTS} inputs, not ${inputs.length}`,
    );
  const seen = new Set<string>();
  for (const input of inputs) {
    if (seen.has(input.text)) diagnostics.report(input, `\`${input.text}\` stands in the list twice`);
    seen.add(input.text);
  }
  if (outcome === undefined || horizon === undefined || inputs.length === 0) return undefined;
  return { type: 'learned', outcome, ...(lost && { lost }), inputs, horizon };
}
