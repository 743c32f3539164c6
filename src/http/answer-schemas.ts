/** The shapes of answers, as documents show them; tests hold every documented example against them. */

import Type, { type TSchema } from 'typebox';

export const TIME = Type.String({ format: 'date-time' });
export const MAYBE_TIME = Type.Union([TIME, Type.Null()]);
export const MAYBE_TEXT = Type.Union([Type.String(), Type.Null()]);
export const ANYTHING = Type.Unknown();
export const FREE = Type.Record(Type.String(), ANYTHING);
/** Where the next page begins; absent on the last one. */
export const NEXT = Type.Optional(Type.String({ description: 'Give it as `after` for the next page' }));

/** How far the history is that answered. */
export const STANDING = {
  as_of: Type.Union([TIME, Type.Null()], { description: 'Everything decided until then is in the answer' }),
  stale: Type.Boolean(),
};

/** How far the log was applied that the answer is true for. */
export const PLACE = {
  partition: Type.Integer(),
  position: Type.String({ description: 'How far the commit of the partition reached' }),
  stream_time: TIME,
  age_seconds: Type.Number(),
  rules: Type.String({ description: 'The rule set in force' }),
};

export function page(name: string, row: TSchema, more: Readonly<Record<string, TSchema>> = {}): TSchema {
  return Type.Object({ [name]: Type.Array(row), next: NEXT, ...more, ...STANDING });
}

export const PROBLEM = Type.Object(
  {
    type: Type.String({ description: '`/problems/…`: rely on it and on `status`; sentences may change' }),
    status: Type.Integer(),
    title: Type.String(),
    detail: Type.Optional(Type.String()),
    errors: Type.Optional(
      Type.Array(
        Type.Object({ pointer: Type.Optional(Type.String()), detail: Type.Optional(Type.String()) }),
      ),
    ),
    instance: Type.String(),
  },
  { additionalProperties: true },
);

export const REASON = Type.Object({
  name: Type.String(),
  points: Type.Optional(Type.Number()),
  no_data: Type.Optional(Type.Boolean()),
  inputs: FREE,
});

export const DECISION = Type.Object({
  decision_id: Type.String(),
  decided_at: TIME,
  rule: Type.String(),
  version: Type.Integer(),
  mode: Type.Enum(['live', 'shadow']),
  rules: Type.String(),
  kind: Type.String(),
  entity: Type.String(),
  entry: Type.String(),
  cause: Type.Union([
    Type.Object({ event: Type.String(), type: Type.String() }),
    Type.Object({ timer: TIME }),
  ]),
  value: ANYTHING,
  old: ANYTHING,
  class: Type.Optional(Type.String()),
  change: Type.Optional(Type.Number()),
  entered: Type.Optional(Type.Array(Type.String())),
  left: Type.Optional(Type.Array(Type.String())),
  reasons: Type.Array(REASON),
  error: Type.Optional(Type.String()),
  muted: Type.Optional(Type.Boolean()),
  realised: Type.Optional(FREE),
  past: Type.Optional(Type.Boolean()),
  late: Type.Optional(Type.Boolean()),
  amends: Type.Optional(Type.String()),
});

export const RESULT = Type.Object({
  value: ANYTHING,
  published_value: ANYTHING,
  published: Type.Integer(),
  rule: Type.String(),
  version: Type.Integer(),
  mode: Type.String(),
  decision_id: MAYBE_TEXT,
  decided_at: MAYBE_TIME,
  error: Type.Optional(Type.String()),
});

export const ENTITY = Type.Object(
  {
    kind: Type.String(),
    id: Type.String(),
    features: FREE,
    results: Type.Record(Type.String(), RESULT),
    person: Type.Optional(Type.Record(Type.String(), Type.String())),
    ...PLACE,
  },
  { additionalProperties: true, description: 'The key fields stand beside `id` under their own names' },
);

export const EXPLANATION = Type.Object(
  { kind: Type.String(), id: Type.String(), results: Type.Array(FREE), ...PLACE },
  { additionalProperties: true },
);

/** What stood at a time in the past: the last decision of each rule until then, as it was recorded. */
export const PAST_EXPLANATION = Type.Object({
  kind: Type.String(),
  id: Type.String(),
  at: TIME,
  made_from: Type.Literal('decisions'),
  decisions: Type.Array(DECISION),
  untold: Type.Array(Type.String(), {
    description: 'Rules that had decided nothing about it until then',
  }),
  ...STANDING,
});

export const ANOMALY = Type.Object(
  {
    id: Type.String(),
    rule: Type.String(),
    name: Type.String(),
    kind: Type.String(),
    entity: Type.String(),
    severity: Type.String(),
    active: Type.Boolean(),
    opened_at: TIME,
    updated_at: TIME,
    resolved_at: MAYBE_TIME,
    decision_id: Type.String(),
    acknowledged_by: MAYBE_TEXT,
    acknowledged_at: MAYBE_TIME,
    muted_by: MAYBE_TEXT,
    muted_until: MAYBE_TIME,
  },
  { additionalProperties: true, description: 'With the fields of the line of the rule file' },
);
