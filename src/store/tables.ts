/** The tables of the history, column by column; what each holds is said in the migrations. */

import type { Generated, GeneratedAlways } from 'kysely';

/** What an entry of a stream brought, and which loss took it. */
interface Lossy {
  partition: number;
  loss: Generated<number>;
  orphaned: GeneratedAlways<boolean>;
}

interface Entered extends Lossy {
  incarnation: number;
  entry_ms: number;
  entry_seq: number;
  item: number;
}

export interface Tables {
  stream_positions: {
    stream: string;
    partition: number;
    position: string;
    losses: Generated<number>;
    rules: string | null;
  };
  decisions: Lossy & {
    incarnation: number;
    seq: number;
    outbox_ms: number;
    outbox_seq: number;
    rule: string;
    version: number;
    mode: string;
    rules: string;
    kind: string;
    entity: string;
    time: Date;
    late: boolean;
    amends: string | null;
    error: string | null;
    cause: string | null;
    value: number | null;
    old: number | null;
    change: number | null;
    class: string | null;
    decision: unknown;
  };
  events: Entered & {
    time: Date;
    type: string;
    source: string;
    event_id: string | null;
    kind: string | null;
    entity: string | null;
    repeated: Generated<boolean>;
    data: unknown;
  };
  campaign_events: Entered & {
    id: Generated<number>;
    campaign_id: string;
    event_type: string;
    timestamp: Date;
    user_agent: string | null;
    location: string | null;
    channel: string | null;
    /** As text, to the last digit. */
    cost: string | null;
    metadata: unknown;
    source: string;
    event_id: string;
    lead_id: string | null;
    repeated: Generated<boolean>;
  };
  dead_letters: Lossy & {
    dead_ms: number;
    dead_seq: number;
    entry_ms: number;
    entry_seq: number;
    item: number;
    reason: string;
    problem: string;
    type: string | null;
    kind: string | null;
    entity: string | null;
    event_id: string | null;
    raw: Buffer | null;
    state: Generated<string>;
    state_at: Date | null;
    state_by: string | null;
    sent_id: string | null;
    sent_source: string | null;
  };
  late_events: Lossy & {
    late_ms: number;
    late_seq: number;
    entry_ms: number;
    entry_seq: number;
    time: Date;
    stream_time: Date;
    type: string;
    source: string;
    event_id: string;
    kind: string | null;
    entity: string | null;
    data: unknown;
  };
  entities: {
    kind: string;
    id: string;
    partition: number;
    values: unknown;
    decisions: unknown;
    tags: string[];
    as_of: Date;
    entry_ms: number;
    entry_seq: number;
    stale: Generated<boolean>;
  };
  entity_ranks: {
    kind: string;
    name: string;
    value: number;
    id: string;
    tags: string[];
    numbers: Readonly<Record<string, number>> | null;
  };
  persons: { kind: string; id: string; email: string | null; name: string | null; fields: unknown };
  anomalies: {
    partition: number;
    incarnation: number;
    seq: number;
    name: string;
    rule: string;
    kind: string;
    entity: string;
    severity: string;
    line: unknown;
    opened_at: Date;
    updated_at: Date;
    resolved_at: Date | null;
    decision: string;
  };
  actions: {
    partition: number;
    incarnation: number;
    seq: number;
    rule: string;
    version: number;
    kind: string;
    entity: string;
    campaign: string | null;
    status: string;
    requested_at: Date;
    updated_at: Date;
    value: unknown;
    act: unknown;
    history: unknown;
  };
  insights: {
    partition: number;
    incarnation: number;
    seq: number;
    rule: string;
    kind: string;
    entity: string;
    campaign: string | null;
    type: string;
    status: string | null;
    stated_at: Date;
    statement: unknown;
    stated: number;
    low: number | null;
    high: number | null;
    confidence: number | null;
    realised_at: Date | null;
    realised: number | null;
    realised_chance: number | null;
    realised_within: number | null;
    realised_because: string | null;
    applied: boolean | null;
  };
  erasures: {
    kind: string;
    id: string;
    partition: number;
    entry_ms: number;
    entry_seq: number;
    erased_at: Date;
  };
  audit: {
    id: string;
    at: Date;
    actor: string;
    role: string;
    action: string;
    subject: string;
    status: number;
    detail: unknown;
  };
  rule_sets: { hash: string; files: unknown; stored_at: Generated<Date> };
  report_snapshots: { name: string; at: Date; document: unknown };
}
