/** What the processor refused: dead letters with their bytes, and events that came too late for everything. */

import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

export const letters: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await sql`
      create table dead_letters (
        partition integer not null,
        -- the place in the stream of dead letters
        dead_ms bigint not null,
        dead_seq bigint not null,
        loss integer not null default 0,
        orphaned boolean not null generated always as (loss > 0) stored,
        entry_ms bigint not null,
        entry_seq bigint not null,
        item integer not null,
        reason text not null,
        problem text not null,
        type text,
        -- whom it seems to be about, and its id, where that can be read
        kind text,
        entity text,
        event_id text,
        -- the exact bytes; null once they are forgotten
        raw bytea,
        state text not null default 'open'
          check (state in ('open', 'redriven', 'dropped', 'erased')),
        primary key (partition, dead_ms, dead_seq, loss)
      )`.execute(db);
    await sql`create index dead_letters_reason on dead_letters (reason, dead_ms, dead_seq)`.execute(db);
    await sql`
      create index dead_letters_entry on dead_letters (partition, entry_ms, entry_seq, item)`.execute(db);
    await sql`
      create index dead_letters_entity on dead_letters (entity, kind) where entity is not null`.execute(db);
    await sql`
      create index dead_letters_event on dead_letters (event_id) where event_id is not null`.execute(db);
    await sql`create index dead_letters_raw on dead_letters (dead_ms) where raw is not null`.execute(db);
    await sql`
      create table late_events (
        partition integer not null,
        -- the place in the stream of late events
        late_ms bigint not null,
        late_seq bigint not null,
        loss integer not null default 0,
        orphaned boolean not null generated always as (loss > 0) stored,
        entry_ms bigint not null,
        entry_seq bigint not null,
        time timestamptz not null,
        stream_time timestamptz not null,
        type text not null,
        source text not null,
        event_id text not null,
        kind text,
        entity text,
        data json not null,
        primary key (partition, late_ms, late_seq, loss)
      )`.execute(db);
    await sql`create index late_events_event on late_events (event_id, source)`.execute(db);
    await sql`
      create index late_events_entity on late_events (entity, kind) where entity is not null`.execute(db);
    await sql`create index late_events_time on late_events (time)`.execute(db);
  },
};
