/** The durable form of an entity: the layout's id, then the node states and the person's fields as packed text. */

import { splitEntityKey } from '../core/entity-key.ts';
import { WeirError } from '../core/errors.ts';
import type { Millis } from '../core/units.ts';
import { decodeScreen, encodeScreen, type ScreenState } from '../models/screen.ts';
import type { KindPlan, Layout, Plan } from '../rules/plan.ts';
import type { CalcNode, Node } from '../rules/plan-node.ts';
import { type ActionsState, decodeActions, encodeActions } from './actions/action.ts';
import { type Detecting, decodeDetector, encodeDetector } from './detect.ts';
import { Entity } from './entity.ts';
import {
  decodeExamples,
  decodeLearned,
  decodeModel,
  type ExamplesState,
  encodeExamples,
  encodeLearned,
  encodeModel,
  type LearnedState,
  type ModelState,
} from './learned-states.ts';
import { PackedReader } from './packed-reader.ts';
import { PackedWriter } from './packed-writer.ts';
import { type Blank, planIndex } from './plan-index.ts';
import { refresh } from './refresh.ts';
import { decodeResponse, encodeResponse, type Responding } from './respond.ts';
import { decodeResult, encodeResult, type Result } from './result.ts';
import {
  type Contributed,
  decodeContributed,
  decodeMerged,
  decodeSend,
  encodeContributed,
  encodeMerged,
  encodeSend,
  type MergedState,
  type SendState,
} from './shared-states.ts';

/** Raised when the form below changes; version N reads N−1 and N (guarantee G10). Version 1 is JSON. */
export const RECORD_SCHEMA = 2;
const BEGINS_VERSION_1 = '[1,';
const ID_LENGTH = 8;

/** What an erasure leaves: `!<time>!`, and behind it the record of the life after, where there is one. */
const TOMBSTONE = /^!(-?\d+)!/;

/** Whether a record says that there is nobody: the entity was erased, and no event began it anew. */
export function isTombstone(record: string): boolean {
  return record.startsWith('!') && TOMBSTONE.exec(record)?.[0] === record;
}

/** Layouts by id: every one that a stored record may name. */
export type Layouts = ReadonlyMap<string, Layout>;

interface Stored {
  readonly schema: number;
  readonly layout: string;
  readonly states: readonly unknown[];
  readonly person: Entity['person'];
}

/** Holds nothing between two records. */
const writer = new PackedWriter();

export function encodeEntity(entity: Entity): string {
  const { erasedAt, gone } = entity;
  const erased = erasedAt === undefined ? '' : `!${erasedAt}!`;
  return gone ? erased : erased + encodeLife(entity);
}

function encodeLife(entity: Entity): string {
  const { kind, states } = entity;
  const blanks = blanksOf(entity);
  for (const node of kind.nodes) {
    if (node.type === 'calc') continue;
    const state = states[node.state];
    const blank = state === undefined ? blanks[node.state] : undefined;
    writer.value(blank ? blank.encoded : encodeState(node, state));
  }
  if (entity.person !== undefined) writer.value(entity.person);
  return `${RECORD_SCHEMA}${kind.layout.id}${writer.take()}`;
}

/**
 * An entity from its record. States of nodes whose definition is unchanged are kept, whatever the layout
 * they were written with; new nodes start empty.
 * @throws WeirError newer_state when the record was written by a newer version
 */
export function decodeEntity(plan: Plan, key: string, record: string, layouts: Layouts, now: Millis): Entity {
  const erased = record.startsWith('!') ? TOMBSTONE.exec(record) : null;
  if (erased === null) return decodeLife(plan, key, record, layouts, now);
  const life = record.slice(erased[0].length);
  const entity = life === '' ? nobody(plan, key) : decodeLife(plan, key, life, layouts, now);
  entity.erasedAt = Number(erased[1]);
  return entity;
}

function nobody(plan: Plan, key: string): Entity {
  const { kind, id } = splitEntityKey(key);
  const entity = new Entity(plan, plan.kindOf.get(kind) as KindPlan, id);
  entity.gone = true;
  return entity;
}

function decodeLife(plan: Plan, key: string, record: string, layouts: Layouts, now: Millis): Entity {
  const { kind: name, id } = splitEntityKey(key);
  const kind = plan.kindOf.get(name) as KindPlan;
  const layoutOf = (layoutId: string) => {
    const layout = layoutId === kind.layout.id ? kind.layout : layouts.get(layoutId);
    if (layout) return layout;
    throw new WeirError('newer_state', `reading ${name}: the record names an unknown layout ${layoutId}`);
  };
  const stored = record.startsWith(BEGINS_VERSION_1) ? readJson(record) : readPacked(record, name, layoutOf);
  const { schema, states } = stored;
  const entity = new Entity(plan, kind, id);
  const layout = layoutOf(stored.layout);
  const blanks = blanksOf(entity);
  const place = layout === kind.layout ? undefined : new Map(layout.keys.map((k, i) => [k, i]));
  for (const node of kind.nodes) {
    if (node.type === 'calc') continue;
    const at = place ? place.get(node.definition) : node.state;
    if (at === undefined || at >= states.length) continue;
    const blank = blanks[node.state];
    if (blank !== undefined && states[at] === blank.encoded) continue;
    entity.states[node.state] = decodeState(node, states[at], schema);
  }
  entity.person = stored.person;
  // with the same layout every node was evaluated before; otherwise new nodes wait for a first evaluation
  entity.fresh = place !== undefined;
  entity.foreign = entity.fresh;
  refresh(entity, now);
  entity.storedDue = Number.NaN;
  return entity;
}

function blanksOf({ plan, kind }: Entity): readonly (Blank | undefined)[] {
  return planIndex(plan).blanks[kind.index] ?? [];
}

function readJson(record: string): Stored {
  const [schema, layout, states, person] = JSON.parse(record) as [
    number,
    string,
    unknown[],
    Entity['person'],
  ];
  return { schema, layout, states, person };
}

function readPacked(record: string, name: string, layoutOf: (id: string) => Layout): Stored {
  const schema = Number(record.charAt(0));
  if (schema !== RECORD_SCHEMA)
    throw new WeirError(
      'newer_state',
      `reading ${name}: the record has another form than version ${RECORD_SCHEMA}, which this version knows; start a newer version`,
    );
  const layout = record.slice(1, 1 + ID_LENGTH);
  const reader = new PackedReader(record, 1 + ID_LENGTH);
  const { length } = layoutOf(layout).keys;
  const states: unknown[] = [];
  for (let i = 0; i < length; i++) states.push(reader.value());
  const person = reader.isAtEnd ? undefined : (reader.value() as Entity['person']);
  return { schema, layout, states, person };
}

function encodeState(node: StatefulNode, state: unknown): unknown {
  switch (node.type) {
    case 'aggregate':
    case 'fed':
      return node.aggregate.encode(state);
    case 'gathered':
      return node.accumulator.encode(state);
    case 'group':
      return [...(state as Map<string, unknown[]>)];
    case 'merged':
      return encodeMerged(node.keeper, state as MergedState);
    case 'contribution':
      return encodeContributed(state as Contributed | undefined);
    case 'send':
      return encodeSend(state as SendState);
    case 'broadcast':
    case 'lookup':
    case 'copy':
      return state ?? null;
    case 'screen':
      return encodeScreen(state as ScreenState);
    case 'learned':
      return encodeLearned(state as LearnedState);
    case 'examples':
      return encodeExamples(state as ExamplesState);
    case 'model':
      return encodeModel(node.learner, state as ModelState);
    case 'response':
      return encodeResponse(state as Responding | undefined);
    case 'detector':
      return encodeDetector(node, state as Detecting | undefined);
    case 'actions':
      return encodeActions(state as ActionsState);
    default:
      return encodeResult(state as Result, node);
  }
}

type StatefulNode = Exclude<Node, CalcNode>;

function decodeState(node: StatefulNode, stored: unknown, schema: number): unknown {
  switch (node.type) {
    case 'aggregate':
    case 'fed':
      return node.aggregate.decode(stored);
    case 'gathered':
      return node.accumulator.decode(stored);
    case 'group':
      return new Map(stored as [string, unknown[]][]);
    case 'merged':
      return decodeMerged(node.keeper, stored);
    case 'contribution':
      return decodeContributed(stored);
    case 'send':
      return decodeSend(stored);
    case 'lookup':
      return stored ?? { value: undefined, time: undefined };
    case 'broadcast':
    case 'copy':
      return stored ?? undefined;
    case 'screen':
      return decodeScreen(stored);
    case 'learned':
      return decodeLearned(stored);
    case 'examples':
      return decodeExamples(stored);
    case 'model':
      return decodeModel(node.learner, stored);
    case 'response':
      return decodeResponse(stored);
    case 'detector':
      return decodeDetector(node, stored);
    case 'actions':
      return decodeActions(stored);
    default:
      return decodeResult(stored, node, schema);
  }
}
