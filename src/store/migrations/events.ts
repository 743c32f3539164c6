/** What the logs held: every event and control entry, those of campaigns in the table that analysts know, by month. */

import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

export const events: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await sql`
      create table events (
        partition integer not null,
        incarnation integer not null,
        -- the entry of the log, and the place of the event in it
        entry_ms bigint not null,
        entry_seq bigint not null,
        item integer not null,
        -- 0: it stands; else the number of the loss that took it
        loss integer not null default 0,
        orphaned boolean not null generated always as (loss > 0) stored,
        time timestamptz not null,
        type text not null,
        source text not null,
        -- null: an entry of the processor itself, such as a tick
        event_id text,
        -- whom it is about
        kind text,
        entity text,
        -- its source and id came before, so that it changed nothing
        repeated boolean not null default false,
        data json not null,
        primary key (partition, entry_ms, entry_seq, item, loss, time)
      ) partition by range (time)`.execute(db);
    await sql`create table events_default partition of events default`.execute(db);
    await sql`create index events_id on events (event_id, source) where event_id is not null`.execute(db);
    await sql`create index events_entity on events (entity, kind, time) where entity is not null`.execute(db);

    // an identity column of a partitioned table needs a newer server than this does
    await sql`create sequence campaign_events_id`.execute(db);
    await sql`
      create table campaign_events (
        id bigint not null default nextval('campaign_events_id'),
        campaign_id text not null,
        event_type text not null,
        timestamp timestamptz not null,
        user_agent text,
        location text,
        channel text,
        cost numeric(16, 6),
        -- every other field of the event
        metadata json not null,
        partition integer not null,
        incarnation integer not null,
        entry_ms bigint not null,
        entry_seq bigint not null,
        item integer not null,
        loss integer not null default 0,
        orphaned boolean not null generated always as (loss > 0) stored,
        source text not null,
        event_id text not null,
        lead_id text,
        repeated boolean not null default false,
        primary key (partition, entry_ms, entry_seq, item, loss, timestamp)
      ) partition by range (timestamp)`.execute(db);
    await sql`create table campaign_events_default partition of campaign_events default`.execute(db);
    await sql`create index campaign_events_event on campaign_events (event_id, source)`.execute(db);
    await sql`
      create index campaign_events_campaign on campaign_events (campaign_id, timestamp)`.execute(db);
    await sql`
      create index campaign_events_lead on campaign_events (lead_id, timestamp)
      where lead_id is not null`.execute(db);
  },
};
