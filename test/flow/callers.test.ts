/** What is kept of callers in real servers: answers for a day, sessions, and the audit trail on its way to Postgres. */

import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { openHistory } from '../../src/cli/history.ts';
import type { AuditRecord } from '../../src/core/history/audit-record.ts';
import { DAY } from '../../src/core/units.ts';
import { AUDIT_STREAM, AuditTrail } from '../../src/processor/audit-trail.ts';
import type { EmbeddedRedis } from '../../src/processor/embedded-redis.ts';
import { RedisKeptAnswers } from '../../src/processor/kept-answers.ts';
import { connect, type RedisConnection } from '../../src/processor/redis-connection.ts';
import { RedisWebSessions } from '../../src/processor/web-sessions.ts';
import { startTemporaryPostgres, type TemporaryPostgres } from './temporary-postgres.ts';
import { startTemporaryRedis } from './temporary-redis.ts';

describe('what is kept of callers', () => {
  let server: EmbeddedRedis;
  let postgres: TemporaryPostgres;
  let connection: RedisConnection;
  before(async () => {
    [server, postgres] = await Promise.all([startTemporaryRedis(), startTemporaryPostgres()]);
    connection = connect(server.target);
  });
  after(async () => {
    await connection.close();
    await Promise.all([server.stop(), postgres.stop()]);
  });

  test('answers', async () => {
    const kept = new RedisKeptAnswers(connection);
    const both = await Promise.all([kept.begin('a', 'r'), kept.begin('a', 'r')]);
    assert.deepEqual(both.sort(), ['busy', 'first']);
    assert.equal(await kept.begin('a', 'other'), 'other');
    const answer = { status: 202, headers: { 'content-type': 'application/json' }, body: '{}' };
    await kept.keep('a', 'r', answer);
    assert.deepEqual(await kept.begin('a', 'r'), answer);
    assert.equal(await kept.begin('a', 'other'), 'other');
    const left = await connection.ask('looking', (redis) => redis.pttl('weir:answer:a'));
    assert.ok(left > DAY - 60_000 && left <= DAY);
    await kept.forget('a');
    assert.equal(await kept.begin('a', 'other'), 'first');
  });

  test('sessions', async () => {
    const sessions = new RedisWebSessions(connection);
    assert.equal(await sessions.find('s'), undefined);
    await sessions.open('s', 't');
    assert.equal(await sessions.find('s'), 't');
    assert.ok((await connection.ask('looking', (redis) => redis.pttl('weir:session:s'))) > 0);
    await sessions.close('s');
    assert.equal(await sessions.find('s'), undefined);
  });

  test('the audit trail arrives once, and is read page by page', async () => {
    const trail = new AuditTrail(connection);
    const history = openHistory(postgres.url);
    try {
      const records = [1, 2, 3, 4, 5].map(
        (n): AuditRecord => ({
          id: randomUUID(),
          at: Date.UTC(2026, 0, n),
          by: n % 2 ? 'ana' : 'ben',
          role: 'admin',
          action: 'POST /v1/x',
          subject: `/v1/x?n=${n}`,
          status: 202,
          detail: { n },
        }),
      );
      for (const record of records) await trail.add(record);
      await assert.rejects(trail.drain(() => Promise.reject(new Error('away')), 2));
      // as by two instances at once
      await history.writeAudit(records.slice(0, 2));
      assert.equal(await trail.drain((some) => history.writeAudit(some), 3), 3);
      assert.equal(await trail.drain((some) => history.writeAudit(some), 3), 2);
      assert.equal(await trail.drain((some) => history.writeAudit(some), 3), 0);
      assert.equal(await connection.ask('looking', (redis) => redis.xlen(AUDIT_STREAM)), 0);
      const read = history.read(undefined);
      const first = await read.audit({ limit: 2 });
      const second = await read.audit({ limit: 2, after: first.next as string });
      const last = await read.audit({ limit: 2, after: second.next as string });
      assert.deepEqual([...first.rows, ...second.rows, ...last.rows], records.toReversed());
      assert.equal(last.next, undefined);
      const some = await read.audit({
        limit: 9,
        by: 'ana',
        since: Date.UTC(2026, 0, 2),
        until: Date.UTC(2026, 0, 5),
      });
      assert.deepEqual(some.rows, [records[2]]);
    } finally {
      await history.close();
    }
  });
});
