/** The embedded PostgreSQL: private, kept between runs, one for a folder, and never left behind. */

import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { sql } from 'kysely';
import { WeirError } from '../../src/core/errors.ts';
import { openDatabase } from '../../src/store/database.ts';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../../src/store/embedded-postgres.ts';
import { passableFolder } from './temporary-postgres.ts';
import { isRunning } from './temporary-redis.ts';

let folder: string;
let data: string;
const socketFolder = ({ url }: EmbeddedPostgres) => decodeURIComponent(/host=([^&]+)/.exec(url)?.[1] ?? '');

async function answer(url: string, text: string): Promise<unknown> {
  const database = openDatabase(url);
  try {
    const { rows } = await database.ask('testing', (db) => sql<{ x: unknown }>`${sql.raw(text)}`.execute(db));
    return rows[0]?.x;
  } finally {
    await database.close();
  }
}

before(async () => {
  folder = await passableFolder();
  data = join(folder, 'postgres');
});
after(() => rm(folder, { recursive: true, force: true }));

describe('embedded postgres', () => {
  it('listens on no port, asks for a password, lets nobody near its folder, and is gone after stop', async () => {
    const server = await startEmbeddedPostgres(data);
    assert.equal(await answer(server.url, "select current_setting('listen_addresses') as x"), '');
    const wrong = server.url.replace(/weir:\w+@/, 'weir:wrong@');
    await assert.rejects(answer(wrong, 'select 1 as x'), /password authentication failed/);
    assert.equal((await stat(socketFolder(server))).mode & 0o077, 0);
    assert.equal((await stat(join(data, 'cluster', 'password'))).mode & 0o077, 0);
    await server.stop();
    await server.ended;
    assert.equal(isRunning(server.processId), false);
    await server.stop();
  });

  it('keeps what was written, under the same address', async () => {
    const first = await startEmbeddedPostgres(data);
    await answer(first.url, 'create table kept as select 7 as x');
    await first.stop();
    const second = await startEmbeddedPostgres(data);
    assert.equal(second.url, first.url);
    assert.equal(await answer(second.url, 'select x from kept'), 7);
    await second.stop();
  });

  it('leaves no server behind when its parent is killed, and starts again at once', async () => {
    const program = fileURLToPath(new URL('embedded-postgres-parent.ts', import.meta.url));
    const parent = spawn(process.execPath, [program, data], {
      stdio: ['ignore', 'pipe', 'inherit'],
      detached: true,
    });
    const [said] = (await once(parent.stdout, 'data')) as [Buffer];
    const processId = Number(said);
    assert.equal(isRunning(processId), true);
    parent.kill('SIGKILL');
    const again = await startEmbeddedPostgres(data);
    assert.notEqual(again.processId, processId);
    while (isRunning(processId)) await sleep(20);
    await again.stop();
  });

  it('is out of reach of Ctrl-C in our terminal, and starts over the lock of a server that was killed', async () => {
    const first = await startEmbeddedPostgres(data);
    const group = (pid: number) =>
      Number(execFileSync('ps', ['-o', 'pgid=', '-p', `${pid}`], { encoding: 'utf8' }));
    assert.notEqual(group(first.processId), group(process.pid));
    process.kill(first.processId, 'SIGKILL');
    await first.ended;
    const lock = join(data, 'cluster', 'data', 'postmaster.pid');
    // as after a start of the machine: the number is another process's now
    const text = await readFile(lock, 'utf8');
    await writeFile(lock, text.replace(/^\d+/, String(process.pid)));
    const second = await startEmbeddedPostgres(data);
    assert.equal(await answer(second.url, 'select 1 as x'), 1);
    await second.stop();
  });

  it('refuses a folder in which another server runs, and leaves that one alone', {
    timeout: 60_000,
  }, async () => {
    const first = await startEmbeddedPostgres(data);
    await assert.rejects(startEmbeddedPostgres(data), (error: unknown) => {
      assert.ok(error instanceof WeirError && error.code === 'setup_failed');
      assert.match(error.message, new RegExp(`in use by process ${first.processId}`));
      return true;
    });
    assert.equal(await answer(first.url, 'select 1 as x'), 1);
    await first.stop();
  });

  it('finds a place for a folder too deep for a socket or closed to its user', async () => {
    const closed = join(folder, 'closed');
    await mkdir(closed, { mode: 0o700 });
    const deep = join(closed, 'deep'.repeat(30), 'postgres');
    const first = await startEmbeddedPostgres(deep);
    const home = socketFolder(first);
    assert.ok(Buffer.byteLength(join(home, '.s.PGSQL.5432')) <= 103);
    assert.equal((await stat(home)).mode & 0o077, 0);
    await answer(first.url, 'create table kept as select 7 as x');
    await first.stop();
    const second = await startEmbeddedPostgres(deep);
    assert.equal(await answer(second.url, 'select x from kept'), 7);
    await second.stop();
    await rm(closed, { recursive: true });
    const other = await startEmbeddedPostgres(`${deep}-2`);
    if (!home.startsWith(closed) && process.getuid?.() === 0)
      await assert.rejects(stat(home), 'what stood in for a folder goes after it');
    await other.stop();
    await rm(socketFolder(other), { recursive: true });
    const third = await startEmbeddedPostgres(deep);
    await assert.rejects(
      answer(third.url, 'select x from kept'),
      /does not exist/,
      'its data went with the folder',
    );
    await third.stop();
    await rm(socketFolder(third), { recursive: true });
  });

  it('shows the end of the log when the server does not start', async () => {
    const version = join(data, 'cluster', 'data', 'PG_VERSION');
    await writeFile(version, '9.1\n');
    await assert.rejects(startEmbeddedPostgres(data), (error: unknown) => {
      assert.ok(error instanceof WeirError && error.code === 'setup_failed');
      assert.match(error.message, /its log ends: .*version 9\.1.*set DATABASE_URL/);
      return true;
    });
  });
});
