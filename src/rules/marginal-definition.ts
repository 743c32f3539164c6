/** Reads what `using: marginal` needs: where rows keep their response, what is wanted, and how much is tried out. */

import type { LocatedScalar } from './located.ts';
import { MapReader } from './map-reader.ts';

export const OBJECTIVES = ['applications', 'conversions', 'target_cpa'] as const;
export type ObjectiveWord = (typeof OBJECTIVES)[number];

/** A word, weights of several, or an expression over the entity that gives one of the words. */
export type ObjectiveDefinition =
  | { readonly word: ObjectiveWord }
  | { readonly weights: { readonly applications: number; readonly conversions: number } }
  | { readonly expression: LocatedScalar };

export interface MarginalDefinition {
  /** Field of the rows, or of the parts within them, that holds a response. */
  readonly response: LocatedScalar;
  /** Field of the rows that lists their parts: what a row gets is shared out among them. */
  readonly within?: LocatedScalar;
  /** Over the fields of a row: currency units spent today. */
  readonly spent?: LocatedScalar;
  /** Over the fields of a row: it keeps no more than the probe. */
  readonly paused?: LocatedScalar;
  /** Over the fields of a row: conversions per application. */
  readonly conversions?: LocatedScalar;
  /** Over the entity: currency units. */
  readonly targetCpa?: LocatedScalar;
  readonly objective: ObjectiveDefinition;
  /** Share of the total that a row in alarm or paused keeps, so that its recovery is seen. */
  readonly probe: number;
  /** How much of what is not known of a rate is tried out: 0 nothing, 1 all. */
  readonly explore: number;
}

export const MARGINAL_KEYS = [
  'response',
  'within',
  'spent',
  'paused',
  'conversions',
  'target_cpa',
  'objective',
  'probe',
  'explore',
];

const DEFAULT_PROBE = 0.02;
const DEFAULT_EXPLORE = 0.5;
const MOST_PROBE = 0.1;

export function readMarginal(reader: MapReader): MarginalDefinition | undefined {
  const response = reader.scalar('response');
  const objective = readObjective(reader);
  const options = Object.fromEntries(
    (
      [
        ['within', 'within'],
        ['spent', 'spent'],
        ['paused', 'paused'],
        ['conversions', 'conversions'],
        ['targetCpa', 'target_cpa'],
      ] as const
    ).flatMap(([option, key]) => {
      const scalar = reader.scalar(key);
      return scalar ? [[option, scalar]] : [];
    }),
  );
  needFor(reader, objective);
  const probe = reader.ratio('probe', MOST_PROBE) ?? DEFAULT_PROBE;
  const explore = reader.ratio('explore', 1) ?? DEFAULT_EXPLORE;
  if (!response || !objective) return undefined;
  return { response, objective, probe, explore, ...options };
}

function readObjective(reader: MapReader): ObjectiveDefinition | undefined {
  const value = reader.value('objective');
  if (value === undefined) return { word: 'applications' };
  if (value.type === 'map') {
    const weights = new MapReader(value, reader.diagnostics, ['applications', 'conversions']);
    const weight = (name: string) => weights.number(name, 0, 1e6) ?? 0;
    const read = { applications: weight('applications'), conversions: weight('conversions') };
    if (read.applications + read.conversions > 0) return { weights: read };
    reader.diagnostics.report(
      reader.key('objective') as LocatedScalar,
      '`objective` needs a weight above 0 for `applications` or `conversions`',
    );
    return undefined;
  }
  const expression = reader.scalar('objective');
  if (expression === undefined) return undefined;
  const word = OBJECTIVES.find((known) => known === expression.text);
  return word ? { word } : { expression };
}

/** What the objective is made of must be said. */
function needFor(reader: MapReader, objective: ObjectiveDefinition | undefined): void {
  if (objective === undefined) return;
  const conversions =
    'word' in objective
      ? objective.word === 'conversions'
      : 'weights' in objective && objective.weights.conversions > 0;
  if (conversions) reader.need('conversions');
  if ('word' in objective && objective.word === 'target_cpa') reader.need('target_cpa');
}
