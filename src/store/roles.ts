/** Who may do what in the database: one role changes the tables, one writes rows, one only reads. */

import { type Kysely, sql } from 'kysely';
import type { Tables } from './tables.ts';

/** Each may be the address of another user, or all of them of one. */
export interface DatabaseUrls {
  /** Of our own server: makes the three roles. */
  readonly admin?: string;
  readonly migrate: string;
  readonly write: string;
  readonly read: string;
}

export const ROLES = { migrate: 'weir_migrate', write: 'weir_write', read: 'weir_read' } as const;

/** In a server of our own: makes the roles that are missing, and hands over tables that the administrator made. */
export async function makeRoles(admin: Kysely<Tables>, password: string): Promise<void> {
  await admin.transaction().execute(async (transaction) => {
    await sql`select pg_advisory_xact_lock(hashtext('weir roles'))`.execute(transaction);
    const { rows } = await sql<{ rolname: string }>`select rolname from pg_roles`.execute(transaction);
    const known = new Set(rows.map(({ rolname }) => rolname));
    for (const role of Object.values(ROLES)) {
      if (!known.has(role))
        await sql`create role ${sql.id(role)} login password ${sql.lit(password)}`.execute(transaction);
    }
    await sql`grant create, usage on schema public to ${sql.id(ROLES.migrate)}`.execute(transaction);
    const owned = await sql<{ relname: string }>`
      select relname from pg_class
      where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and not relispartition
        and pg_get_userbyid(relowner) = current_user`.execute(transaction);
    for (const { relname } of owned.rows)
      await sql`alter table ${sql.id(relname)} owner to ${sql.id(ROLES.migrate)}`.execute(transaction);
  });
}

/** By table: what the writer needs beside reading and adding; erasing and replacing are for what is not a log. */
const REPLACED = ['entities', 'entity_ranks', 'persons', 'anomalies', 'actions', 'insights'] as const;

/**
 * After each migration, where the roles exist; where one user does everything there is nothing to grant. One at a time:
 * Postgres refuses one of two who grant the same at once.
 */
export async function grantRoles(owner: Kysely<Tables>): Promise<void> {
  await owner.transaction().execute(async (transaction) => {
    await sql`select pg_advisory_xact_lock(hashtext('weir roles'))`.execute(transaction);
    const { rows } = await sql<{ rolname: string }>`
      select rolname from pg_roles
      where rolname in (${ROLES.write}, ${ROLES.read}) and rolname <> current_user`.execute(transaction);
    const known = new Set(rows.map(({ rolname }) => rolname));
    if (known.has(ROLES.write)) {
      const writer = sql.id(ROLES.write);
      await sql`grant select, insert, update on all tables in schema public to ${writer}`.execute(
        transaction,
      );
      await sql`grant usage on all sequences in schema public to ${writer}`.execute(transaction);
      for (const table of REPLACED)
        await sql`grant delete on ${sql.id(table)} to ${writer}`.execute(transaction);
    }
    if (known.has(ROLES.read))
      await sql`grant select on all tables in schema public to ${sql.id(ROLES.read)}`.execute(transaction);
  });
}
