/** Postgres over TLS with verify-full: a server with a certificate of nobody we know is told nothing, not even the user. */

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { test } from 'node:test';
import { TLSSocket } from 'node:tls';
import { sql } from 'kysely';
import { openDatabase } from '../../src/store/database.ts';
import { ownCertificate } from './own-certificate.ts';

/** What a client sends first that wants TLS (PostgreSQL, message formats): 8, 80877103. */
const SSL_REQUEST = Buffer.from([0, 0, 0, 8, 4, 210, 22, 47]);

test('verify-full believes only an authority that is known and the name in the certificate', async (t) => {
  const own = ownCertificate(t, 'DNS:localhost');
  if (own === undefined) return;
  const heard: string[] = [];
  const serve = (socket: Socket) => {
    socket.on('error', () => undefined);
    socket.once('data', (first) => {
      assert.deepEqual(first, SSL_REQUEST, 'nothing is said before TLS');
      socket.write('S');
      const secure = new TLSSocket(socket, {
        isServer: true,
        key: own.key,
        cert: own.cert,
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
    await ask('127.0.0.1', `&sslrootcert=${encodeURIComponent(own.certFile)}`),
    /IP: 127\.0\.0\.1|altnames/i,
  );
  assert.deepEqual(heard, []);
  await ask('localhost', `&sslrootcert=${encodeURIComponent(own.certFile)}`);
  assert.match(heard.join(), /user\0weir\0/, 'with the right authority and name it goes on');
});
