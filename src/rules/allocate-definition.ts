/** Reads an `allocate:` shape: how a total is divided among rows, and who approves it. */

import { type LimitsDefinition, readLimits } from './limits-definition.ts';
import type { LocatedScalar } from './located.ts';
import { MapReader } from './map-reader.ts';
import { MARGINAL_KEYS, type MarginalDefinition, readMarginal } from './marginal-definition.ts';
import { type ApproveDefinition, readApprove, readThen, type ThenDefinition } from './then-definition.ts';

export interface AllocateDefinition {
  readonly type: 'allocate';
  readonly total: LocatedScalar;
  /** What of the total no row has at present; absent: nothing, and nothing may be kept back. */
  readonly reserve?: LocatedScalar;
  readonly among: LocatedScalar;
  readonly current: LocatedScalar;
  /** Over the fields of a row: it gets nothing before the one time, and from the other on. */
  readonly starts?: LocatedScalar;
  readonly ends?: LocatedScalar;
  /** Of `marginal`: what is divided by while nothing is learned. */
  readonly weight?: LocatedScalar;
  /** Absent: in proportion to the weight. */
  readonly marginal?: MarginalDefinition;
  readonly limits: LimitsDefinition;
  readonly approve?: ApproveDefinition;
  readonly acting: ThenDefinition;
}

const ACTIONS = ['channel_reallocation', 'budget_adjustment'] as const;
const WAYS = ['proportional', 'marginal'] as const;
const PROPORTIONAL_KEYS = [
  'using',
  'total',
  'reserve',
  'among',
  'current',
  'starts',
  'ends',
  'weight',
  'limits',
];

export function readAllocate(rule: MapReader): AllocateDefinition | undefined {
  const { diagnostics } = rule;
  const map = rule.submap('allocate');
  const approve = readApprove(rule);
  rule.need('then');
  const acting = readThen(rule, ACTIONS);
  if (map === undefined) return undefined;
  const reader = new MapReader(map, diagnostics, [...PROPORTIONAL_KEYS, ...MARGINAL_KEYS]);
  const isMarginal = reader.has('using') && reader.word('using', WAYS) === 'marginal';
  for (const key of ['total', 'among', 'current', ...(isMarginal ? ['response'] : ['weight'])])
    reader.need(key);
  const [total, among, current] = [reader.scalar('total'), reader.scalar('among'), reader.scalar('current')];
  const [weight, reserve] = [reader.scalar('weight'), reader.scalar('reserve')];
  const [starts, ends] = [reader.scalar('starts'), reader.scalar('ends')];
  const marginal = isMarginal ? readMarginal(reader) : undefined;
  if (!isMarginal) refuseMarginalKeys(reader);
  const limits = readLimits(reader);
  if (!total || !among || !current || acting === undefined) return undefined;
  if (isMarginal ? marginal === undefined : weight === undefined) return undefined;
  return {
    type: 'allocate',
    total,
    ...(reserve && { reserve }),
    among,
    current,
    ...(starts && { starts }),
    ...(ends && { ends }),
    ...(weight && { weight }),
    ...(marginal && { marginal }),
    limits,
    ...(approve && { approve }),
    acting,
  };
}

function refuseMarginalKeys(reader: MapReader): void {
  for (const key of MARGINAL_KEYS)
    if (reader.has(key))
      reader.diagnostics.report(reader.key(key) as LocatedScalar, `\`${key}\` goes with \`using: marginal\``);
}
