/** predict-outcome: the value of a learned feature, and the example that its entity gives once the outcome is known. */

import { partitionOf } from '../core/partition.ts';
import { DAY, type Millis } from '../core/units.ts';
import { type CompactPredictor, predictorOf } from '../models/learned/compact-predictor.ts';
import { type InputValue, type Prediction, plainInput } from '../models/learned/learner.ts';
import type { Expression, Frame } from '../rules/expression/expression.ts';
import type { LearnedNode } from '../rules/plan-node.ts';
import type { Entity } from './entity.ts';
import type { LearnedState, StoredInput } from './learned-states.ts';
import type { PartitionState } from './partition-state.ts';
import { mailExample } from './send-mail.ts';
import type { Heard } from './shared-states.ts';

/**
 * An entity is looked at with the first event so long after it was seen first, or after its last example: a quarter
 * each, by id. What is learned so is true of entities of every age, and does not depend on how it goes on with them.
 */
const LOOKED_AT_AFTER: readonly Millis[] = [0, DAY, 3 * DAY, 7 * DAY];
/** Eight of ten outcomes have a chance between `low` and `high`: so many standard deviations to each side. */
const EIGHT_OF_TEN = 1.2816;
const MOST_REASONS = 3;

/** What the owner tells of a model. */
interface ToldModel {
  readonly definition: string;
  readonly version: number;
  readonly predictor: CompactPredictor;
}

type Predict = (inputs: readonly InputValue[]) => Prediction;

/** Made once for each broadcast that is heard. */
const predictors = new WeakMap<object, Predict>();

/** @param changed what the feature reads may have changed; otherwise only the model or the time */
export function predictOutcome(
  state: PartitionState,
  entity: Entity,
  node: LearnedNode,
  frame: Frame,
  byEvent: boolean,
  changed: boolean,
): unknown {
  const kept = entity.states[node.state] as LearnedState;
  const now = frame.time;
  const came = holds(node.outcome, frame);
  const settled = came || (node.lost !== undefined && holds(node.lost, frame));
  const { waiting } = kept;
  if (waiting && (settled || now >= waiting.at + node.horizon)) {
    mailExample(state, node, waiting, came);
    kept.waiting = undefined;
    kept.since = now;
    kept.sent += 1;
    entity.touchState(node.state);
  }
  if (kept.since === undefined) {
    kept.since = now;
    entity.touchState(node.state);
  }
  const told = predict(state, entity, node, kept, changed);
  if (byEvent && !settled && kept.waiting === undefined && now >= kept.since + delay(entity.id, kept.sent)) {
    const inputs = node.inputs.map(({ slot }) => storedInput(entity.slots[slot]));
    kept.waiting = { at: now, inputs, told: told()?.probability };
    entity.touchState(node.state);
  }
  entity.next[node.state] = outcomeDue(kept, node);
  return kept.value;
}

/** When the outcome of what waits is known for certain. */
export function outcomeDue({ waiting }: LearnedState, { horizon }: LearnedNode): Millis {
  return waiting ? waiting.at + horizon : Number.POSITIVE_INFINITY;
}

/** Brings the value up to date; what it returns predicts without rounding. */
function predict(
  state: PartitionState,
  entity: Entity,
  node: LearnedNode,
  kept: LearnedState,
  changed: boolean,
): () => Prediction | undefined {
  const heard = state.entities.get(`${node.model}.copy:${node.model}`)?.states[0] as Heard | undefined;
  const model = heard?.values as ToldModel | undefined;
  const usable = model?.definition === node.definition ? model : undefined;
  const run = () =>
    usable && predictorFor(node, usable)(node.inputs.map(({ slot }) => entity.slots[slot] as InputValue));
  const time = usable && heard?.time;
  const sameModel = time === kept.time && usable?.version === (kept.value as Chance | undefined)?.version;
  if (sameModel && (!changed || usable === undefined)) return run;
  const made = run();
  kept.value = made && usable && chanceOf(made, usable.version);
  kept.time = time;
  entity.touchState(node.state);
  return () => made;
}

/** The value of a learned feature, in percent. */
interface Chance {
  readonly value: number;
  readonly low: number;
  readonly high: number;
  readonly version: number;
  readonly examples: number;
  /** The inputs that say most, with their share of the log-odds against the average entity. */
  readonly because: readonly {
    readonly input: string;
    readonly value?: unknown;
    readonly log_odds: number;
  }[];
}

function chanceOf(
  { probability, logOdds, error, contributions, examples }: Prediction,
  version: number,
): Chance {
  const spread = probability > 0 && probability < 1 ? error / (probability * (1 - probability)) : 0;
  const percent = (at: number) => rounded(100 / (1 + Math.exp(-at)));
  const because = contributions.slice(0, MOST_REASONS).map(({ input, value, logOdds: share }) => {
    const plain = plainInput(value);
    return { input, ...(plain === undefined ? {} : { value: plain }), log_odds: rounded(share) };
  });
  return {
    value: rounded(100 * probability),
    low: percent(logOdds - EIGHT_OF_TEN * spread),
    high: percent(logOdds + EIGHT_OF_TEN * spread),
    version,
    examples,
    because,
  };
}

function predictorFor(node: LearnedNode, model: ToldModel): Predict {
  let predictor = predictors.get(model);
  if (predictor === undefined) {
    predictor = predictorOf(
      node.inputs.map(({ name }) => name),
      model.predictor,
    );
    predictors.set(model, predictor);
  }
  return predictor;
}

/** Not the same quarter each time. */
function delay(id: string, sent: number): Millis {
  return LOOKED_AT_AFTER[partitionOf(`${id}/${sent}`, LOOKED_AT_AFTER.length)] as Millis;
}

/** What cannot be computed does not hold. */
function holds(expression: Expression, frame: Frame): boolean {
  try {
    return expression.evaluate(frame) === true;
  } catch {
    return false;
  }
}

function storedInput(value: unknown): StoredInput {
  return plainInput(value) ?? null;
}

/** To two digits; −0 is 0. */
function rounded(value: number): number {
  return Math.round(value * 100) / 100 + 0;
}
