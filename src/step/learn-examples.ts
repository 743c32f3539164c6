/** learn-examples: the owner of a learned feature learns each example once, and tells everybody what it learned. */

import type { LearnedExample } from '../core/mail.ts';
import { DAY, HOUR, MINUTE, type Millis } from '../core/units.ts';
import { FIRST_EXAMPLES } from '../models/learned/additive-learner.ts';
import { compact } from '../models/learned/compact-predictor.ts';
import { type Quality, qualityOf, recordOutcome } from '../models/learned/track-record.ts';
import type { ModelNode } from '../rules/plan-node.ts';
import type { Entity } from './entity.ts';
import type { ExamplesState, ModelState } from './learned-states.ts';
import type { PartitionState } from './partition-state.ts';
import { mailChange } from './send-mail.ts';
import { isNewer } from './shared-states.ts';

/** The model's record, which is large, is written after so many examples, or so long after the first of them. */
const MOST_KEPT = 64;
const LONGEST_KEPT: Millis = HOUR;
/**
 * A model is told again once it has learned a twentieth more, at most so often, and at the latest after a day: each
 * telling makes every entity predict anew, and a model that hardly changed says hardly anything new.
 */
const TOLD_EVERY: Millis = MINUTE;
const TOLD_SHARE = 20;

/**
 * Mail comes at least once, and that of one partition in its order: whatever is not newer was learned already. The
 * example is kept beside the model until the model's record is written; both records number the examples, so that
 * one that was not written learns what is missing and no more.
 */
export function takeExample(state: PartitionState, example: LearnedExample): void {
  const { kind: model, name, partition, incarnation, seq, inputs, outcome, told } = example;
  const kind = state.plan.kindOf.get(`${model}.examples`);
  if (kind === undefined) return;
  const entity = state.entity(kind.name, model);
  const examples = entity.states[0] as ExamplesState;
  if (!isNewer({ incarnation, seq }, examples.senders.get(partition))) return;
  examples.senders.set(partition, { incarnation, seq });
  entity.touchState(0);
  if (kind.nodes[0]?.definition !== name) {
    state.tally.add('weir_model_examples_dropped_total', model);
    state.changed(entity);
    return;
  }
  const [{ learner }, learned] = caughtUp(state, model, examples);
  learner.learn(learned.learned, plain(inputs), outcome);
  learned.count += 1;
  if (examples.kept.length === 0) examples.keptSince = state.streamTime;
  examples.kept.push([inputs, outcome]);
  examples.count += 1;
  if (told !== undefined) recordOutcome(examples.track, told, outcome);
  state.tally.add('weir_model_examples_total', model);
  tend(state, entity);
}

/** Writes the model and tells of it, when it is time to. */
export function tend(state: PartitionState, entity: Entity): void {
  const examples = entity.states[0] as ExamplesState;
  const { of: model } = entity.kind;
  const now = state.streamTime;
  if (keptDue(examples) <= now) {
    caughtUp(state, model, examples);
    const owner = state.entity(`${model}.model`, model);
    owner.touchState(0);
    state.changed(owner);
    examples.kept = [];
  }
  if (toldDue(examples) <= now) {
    const [{ definition }, { learned }] = caughtUp(state, model, examples);
    examples.version += 1;
    examples.toldCount = examples.count;
    examples.toldAt = now;
    mailChange(state, entity, { definition, version: examples.version, predictor: compact(learned) });
  }
  entity.touchState(0);
  entity.next[0] = examplesDue(examples);
  state.changed(entity);
}

/** Somebody may not have heard of the model, or of what it was before a loss: it is told again at once. */
export function tellModelAgain(state: PartitionState, entity: Entity): void {
  const examples = entity.states[0] as ExamplesState;
  examples.toldCount = 0;
  examples.toldAt = undefined;
  tend(state, entity);
}

export function examplesDue(examples: ExamplesState): Millis {
  return Math.min(keptDue(examples), toldDue(examples));
}

/** How good the predictions of the models of this partition were, by model; those with an outcome. */
export function modelQualities(state: PartitionState): (readonly [model: string, quality: Quality])[] {
  return state.plan.kinds.flatMap(({ name, role, of }) => {
    if (role !== 'examples') return [];
    const examples = state.entities.get(`${name}:${of}`)?.states[0] as ExamplesState | undefined;
    const quality = examples && qualityOf(examples.track);
    return quality ? [[of, quality] as const] : [];
  });
}

function keptDue({ kept, keptSince }: ExamplesState): Millis {
  if (kept.length === 0) return Number.POSITIVE_INFINITY;
  return kept.length >= MOST_KEPT ? 0 : keptSince + LONGEST_KEPT;
}

function toldDue({ count, toldCount, toldAt }: ExamplesState): Millis {
  if (count < FIRST_EXAMPLES || count === toldCount) return Number.POSITIVE_INFINITY;
  if (toldAt === undefined) return 0;
  return toldAt + ((count - toldCount) * TOLD_SHARE >= count ? TOLD_EVERY : DAY);
}

/** The model with all examples learned: after a start its record may lack those that are kept. */
function caughtUp(
  state: PartitionState,
  model: string,
  { count, kept }: ExamplesState,
): [ModelNode, ModelState] {
  const entity = state.entity(`${model}.model`, model);
  const node = entity.kind.nodes[0] as ModelNode;
  const learned = entity.states[0] as ModelState;
  const missing = Math.min(kept.length, count - learned.count);
  for (const [inputs, outcome] of kept.slice(kept.length - missing))
    node.learner.learn(learned.learned, plain(inputs), outcome);
  learned.count = count;
  return [node, learned];
}

function plain(inputs: LearnedExample['inputs']): (number | string | undefined)[] {
  return inputs.map((input) => input ?? undefined);
}
