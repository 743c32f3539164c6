/** A webhook over TLS: the certificate is held against the name in the URL, whatever address the name led to. */

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { setDefaultCACertificates, type TLSSocket } from 'node:tls';
import { sendWebhook } from '../../src/processor/webhook-sender.ts';
import { ownCertificate } from './own-certificate.ts';

test('only the name that the certificate has is believed, and only by an authority that is known', async (t) => {
  const own = ownCertificate(t, 'DNS:hooks.example.com');
  if (own === undefined) return;
  const names: unknown[] = [];
  const server = createServer({ key: own.key, cert: own.cert }, (request, response) => {
    names.push((request.socket as TLSSocket & { servername?: string }).servername);
    request.resume();
    response.writeHead(204).end();
  });
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const send = (host: string) =>
    sendWebhook(
      { url: `https://${host}:${port}/`, headers: {}, body: '{}', insecure: true },
      new AbortController().signal,
      { resolve: async () => ['127.0.0.1'] },
    );
  const problem = async (host: string) => ((await send(host)) as { problem?: string }).problem ?? '';
  assert.match(await problem('hooks.example.com'), /SELF_SIGNED/);
  setDefaultCACertificates([own.cert]);
  assert.deepEqual(await send('hooks.example.com'), { status: 204 });
  assert.match(await problem('other.example.com'), /ERR_TLS_CERT_ALTNAME_INVALID/);
  assert.deepEqual(names, ['hooks.example.com']);
});
