/** Postgres over TLS with verify-full: a server with a certificate of nobody we know is told nothing, not even the user. */

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { TLSSocket } from 'node:tls';
import { sql } from 'kysely';
import { openDatabase } from '../../src/store/database.ts';

/** What a client sends first that wants TLS (PostgreSQL, message formats): 8, 80877103. */
const SSL_REQUEST = Buffer.from([0, 0, 0, 8, 4, 210, 22, 47]);

test('verify-full believes only an authority that is known and the name in the certificate', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'weir-test-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  const kind = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  const who = ['-days', '1', '-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'];
  try {
    execFileSync('openssl', [...kind, ...who, '-keyout', key, '-out', cert], { stdio: 'ignore' });
  } catch {
    t.skip('openssl is not installed');
    return;
  }
  const heard: string[] = [];
  const serve = (socket: Socket) => {
    socket.on('error', () => undefined);
    socket.once('data', (first) => {
      assert.deepEqual(first, SSL_REQUEST, 'nothing is said before TLS');
      socket.write('S');
      const secure = new TLSSocket(socket, {
        isServer: true,
        key: readFileSync(key),
        cert: readFileSync(cert),
      });
      secure.on('error', () => undefined);
      secure.on('data', (bytes) => {
        heard.push(bytes.toString('latin1'));
        secure.destroy();
      });
    });
  };
  const server = createServer(serve).listen(0, '127.0.0.1');
  t.after(() => server.close());
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const ask = async (host: string, more: string) => {
    const database = openDatabase(`postgres://weir:pw@${host}:${port}/weir?sslmode=verify-full${more}`);
    try {
      await database.ask('trying', (db) => sql`select 1`.execute(db));
      return '';
    } catch (error) {
      return (error as Error).message;
    } finally {
      await database.close();
    }
  };
  assert.match(await ask('localhost', ''), /self.signed|unable to verify/i);
  assert.match(
    await ask('127.0.0.1', `&sslrootcert=${encodeURIComponent(cert)}`),
    /IP: 127\.0\.0\.1|altnames/i,
  );
  assert.deepEqual(heard, []);
  await ask('localhost', `&sslrootcert=${encodeURIComponent(cert)}`);
  assert.match(heard.join(), /user\0weir\0/, 'with the right authority and name it goes on');
});
