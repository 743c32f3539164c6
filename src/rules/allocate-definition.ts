/** Reads an `allocate:` shape: how a total is divided among rows, and who approves it. */

import type { Millis } from '../core/units.ts';
import type { LocatedScalar } from './located.ts';
import { MapReader } from './map-reader.ts';

export interface AllocateDefinition {
  readonly type: 'allocate';
  readonly total: LocatedScalar;
  readonly among: LocatedScalar;
  readonly current: LocatedScalar;
  readonly weight: LocatedScalar;
  readonly limits: {
    readonly minShare: number;
    readonly maxShare: number;
    readonly maxChange: number;
    readonly smallestMove: number;
  };
  readonly approve?: ApproveDefinition;
  readonly action: string;
}

export interface ApproveDefinition {
  readonly by: readonly string[];
  readonly notBy: string;
  readonly expires: Millis;
  readonly autoWhen?: LocatedScalar;
}

const ACTIONS = ['channel_reallocation', 'budget_adjustment'] as const;
const DEFAULT_EXPIRES: Millis = 86_400_000;

export function readAllocate(rule: MapReader): AllocateDefinition | undefined {
  const { diagnostics } = rule;
  const map = rule.submap('allocate');
  const approve = readApprove(rule);
  rule.need('then');
  const thenMap = rule.submap('then');
  const then = thenMap && new MapReader(thenMap, diagnostics, ['action']);
  then?.need('action');
  const action = then?.word('action', ACTIONS);
  if (map === undefined) return undefined;
  const reader = new MapReader(map, diagnostics, ['total', 'among', 'current', 'weight', 'limits']);
  for (const key of ['total', 'among', 'current', 'weight']) reader.need(key);
  const [total, among] = [reader.scalar('total'), reader.scalar('among')];
  const [current, weight] = [reader.scalar('current'), reader.scalar('weight')];
  const limits = readLimits(reader);
  if (!total || !among || !current || !weight || action === undefined) return undefined;
  return { type: 'allocate', total, among, current, weight, limits, ...(approve && { approve }), action };
}

function readLimits(reader: MapReader): AllocateDefinition['limits'] {
  const map = reader.submap('limits');
  const known = ['min_share', 'max_share', 'max_change', 'total_change', 'smallest_move'];
  const limits = map && new MapReader(map, reader.diagnostics, known);
  const minShare = limits?.ratio('min_share', 1) ?? 0;
  const maxShare = limits?.ratio('max_share', 1) ?? 1;
  if (limits && minShare > maxShare)
    reader.diagnostics.report(
      limits.key('min_share') as LocatedScalar,
      '`min_share` must not be above `max_share`',
    );
  // The total is always kept; the key says so in the file.
  limits?.number('total_change', 0, 0);
  return {
    minShare,
    maxShare,
    maxChange: limits?.ratio('max_change', Number.POSITIVE_INFINITY) ?? Number.POSITIVE_INFINITY,
    smallestMove: limits?.number('smallest_move', 0, Number.POSITIVE_INFINITY) ?? 0,
  };
}

function readApprove(rule: MapReader): ApproveDefinition | undefined {
  const map = rule.submap('approve');
  if (map === undefined) return undefined;
  const reader = new MapReader(map, rule.diagnostics, ['by', 'not_by', 'expires', 'auto_when']);
  reader.need('by');
  const autoWhen = reader.scalar('auto_when');
  return {
    by: reader.scalars('by').map((scalar) => scalar.text),
    notBy: reader.text('not_by') ?? '',
    expires: reader.duration('expires') ?? DEFAULT_EXPIRES,
    ...(autoWhen && { autoWhen }),
  };
}
