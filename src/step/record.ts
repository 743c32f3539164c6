/** The durable form of an entity: JSON of a schema number, the layout's id and the node states. */

import { splitEntityKey } from '../core/entity-key.ts';
import { WeirError } from '../core/errors.ts';
import type { Millis } from '../core/units.ts';
import type { CalcNode, KindPlan, Layout, Node, Plan } from '../rules/plan.ts';
import { Entity } from './entity.ts';
import { refresh } from './refresh.ts';
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

/** Raised when the form below changes; version N reads N−1 and N (guarantee G10). */
export const RECORD_SCHEMA = 1;

/** Layouts by id: every one that a stored record may name. */
export type Layouts = ReadonlyMap<string, Layout>;

export function encodeEntity(entity: Entity): string {
  const pieces = entity.pieces ?? [];
  entity.pieces = pieces;
  for (const node of entity.kind.nodes) {
    if (node.type !== 'calc' && pieces[node.state] === undefined)
      pieces[node.state] = JSON.stringify(encodeState(node, entity.states[node.state]));
  }
  const person = entity.person === undefined ? '' : `,${JSON.stringify(entity.person)}`;
  return `[${RECORD_SCHEMA},"${entity.kind.layout.id}",[${pieces.join(',')}]${person}]`;
}

/**
 * An entity from its record. States of nodes whose definition is unchanged are kept, whatever the layout
 * they were written with; new nodes start empty.
 * @throws WeirError newer_state when the record was written by a newer version
 */
export function decodeEntity(plan: Plan, key: string, record: string, layouts: Layouts, now: Millis): Entity {
  const { kind: name, id } = splitEntityKey(key);
  const kind = plan.kindOf.get(name) as KindPlan;
  const [schema, layoutId, states, person] = JSON.parse(record) as [
    number,
    string,
    unknown[],
    Entity['person'],
  ];
  if (schema > RECORD_SCHEMA)
    throw new WeirError(
      'newer_state',
      `reading ${name}: the record has schema ${schema}, this version knows up to ${RECORD_SCHEMA}; start a newer version`,
    );
  const entity = new Entity(plan, kind, id);
  const stored = layoutId === kind.layout.id ? kind.layout : layouts.get(layoutId);
  if (!stored)
    throw new WeirError('newer_state', `reading ${name}: the record names an unknown layout ${layoutId}`);
  const place = stored === kind.layout ? undefined : new Map(stored.keys.map((k, i) => [k, i]));
  for (const node of kind.nodes) {
    if (node.type === 'calc') continue;
    const at = place ? place.get(node.definition) : node.state;
    if (at !== undefined && at < states.length) entity.states[node.state] = decodeState(node, states[at]);
  }
  entity.person = person;
  // with the same layout every node was evaluated before; otherwise new nodes wait for a first evaluation
  entity.fresh = place !== undefined;
  refresh(entity, now);
  entity.storedDue = Number.NaN;
  return entity;
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
    default:
      return encodeResult(state as Result, node.rule);
  }
}

type StatefulNode = Exclude<Node, CalcNode>;

function decodeState(node: StatefulNode, stored: unknown): unknown {
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
    case 'broadcast':
    case 'lookup':
    case 'copy':
      return stored ?? undefined;
    default:
      return decodeResult(stored, node.rule);
  }
}
