/** Hostile HTTP on a real connection: bodies without end, lengths that lie, headers that never end, and what answers give away. */

import assert from 'node:assert/strict';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { Hono } from 'hono';
import { readConfig } from '../../src/cli/read-config.ts';
import { createApp } from '../../src/http/app.ts';
import { PrometheusMeter } from '../../src/http/prometheus-meter.ts';
import { type Listening, listen, remoteAddress } from '../../src/http/serve.ts';
import { loadRuleSet } from '../../src/rules/load-rule-set.ts';
import { root } from '../document-blocks.ts';
import { fakeHistory } from '../http/fake-history.ts';

const loaded = loadRuleSet(readConfig(join(root, 'config')));
assert.ok(loaded.ok);
const { plan } = loaded;
const SECRET = 'anna@example.com';
/** More than POST /v1/events takes. */
const TOO_MUCH = 6 * 1024 * 1024;

describe('hostile HTTP', () => {
  let server: Listening;
  const notices: object[] = [];

  before(async () => {
    const app = createApp({
      version: '0',
      access: { tokens: () => [], remoteAddress },
      plan: () => plan,
      history: fakeHistory({}),
      logs: [],
      retention: 86_400_000,
      readAction: async () => undefined,
      readEntity: async () => {
        throw new TypeError(`cannot read ${SECRET}`);
      },
      clock: { now: Date.now, sleep: async () => undefined },
      meter: new PrometheusMeter(),
      isFull: () => false,
      notReady: async () => undefined,
      onNotice: (notice, context) => notices.push({ notice, ...context }),
    });
    server = await listen(app, '127.0.0.1', 0, { headers: 300, request: 600, check: 50, goodbye: 100 });
  });

  after(() => server.close());

  function open(): Socket {
    return connect(Number(new URL(server.url).port), '127.0.0.1');
  }

  /** All that comes back until the server closes or answers a whole head. */
  async function told(socket: Socket): Promise<string> {
    let text = '';
    socket.setEncoding('utf8');
    // a write to a connection that was cut is no failure here
    socket.on('error', () => undefined);
    for await (const piece of socket) {
      text += piece;
      if (text.includes('\r\n\r\n')) break;
    }
    socket.destroy();
    return text;
  }

  const head = (length: string) =>
    `POST /v1/events HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n${length}\r\n\r\n`;

  it('refuses a body that says it is too large, before it comes', async () => {
    const socket = open();
    socket.write(head(`content-length: ${TOO_MUCH}`));
    assert.match(await told(socket), /^HTTP\/1\.1 413 /);
  });

  it('refuses a body in pieces as soon as it is too large', async () => {
    const socket = open();
    socket.write(head('transfer-encoding: chunked'));
    const piece = Buffer.alloc(64 * 1024, 'a');
    const answer = told(socket);
    for (let sent = 0; sent < TOO_MUCH && !socket.destroyed; sent += piece.length) {
      socket.write(`${piece.length.toString(16)}\r\n`);
      socket.write(piece);
      if (!socket.write('\r\n')) await new Promise((resolve) => setImmediate(resolve));
    }
    assert.match(await answer, /^HTTP\/1\.1 413 /);
  });

  it('reads no further than the length it was told, and takes two lengths for none', async () => {
    const socket = open();
    socket.write(`${head('content-length: 2')}{}{"type":"lead.created","lead_id":"smuggled"}`);
    assert.match(await told(socket), /^HTTP\/1\.1 400 /);
    const both = open();
    both.write(`${head('content-length: 2\r\ntransfer-encoding: chunked')}{}`);
    assert.match(await told(both), /^HTTP\/1\.1 400 /);
  });

  it('cuts off who sends a body shorter than told, or a header without end', async () => {
    const short = open();
    short.write(`${head('content-length: 100')}{}`);
    assert.match(await told(short), /^(HTTP\/1\.1 408 |$)/);
    const slow = open();
    slow.write('GET /healthz HTTP/1.1\r\nhost: localhost\r\n');
    const dripping = setInterval(() => slow.write('x-more: 1\r\n'), 20);
    assert.match(await told(slow), /^(HTTP\/1\.1 408 |$)/);
    clearInterval(dripping);
  });

  it('answers a failure of its own without message or stack, and notes where it was', async () => {
    const answer = await fetch(`${server.url}/v1/leads/1`);
    assert.equal(answer.status, 500);
    const text = await answer.text();
    assert.doesNotMatch(text, /anna|TypeError|\.ts|node:/);
    const noted = JSON.stringify(notices);
    assert.match(noted, /TypeError/);
    assert.match(noted, /hostile-http\.test\.ts/);
    assert.doesNotMatch(noted, /anna/);
  });

  it('shares nothing with pages of other sites, and lets no page frame or sniff it', async () => {
    for (const path of ['/', '/v1/leads', '/healthz', '/v1/nowhere']) {
      const answer = await fetch(`${server.url}${path}`, { headers: { origin: 'https://evil.example' } });
      const names = [...answer.headers.keys()];
      assert.deepEqual(
        names.filter((name) => name.startsWith('access-control-')),
        [],
        path,
      );
      assert.equal(answer.headers.get('x-content-type-options'), 'nosniff', path);
      assert.match(answer.headers.get('x-frame-options') ?? '', /DENY|SAMEORIGIN/, path);
    }
    const asked = await fetch(`${server.url}/v1/events`, {
      method: 'OPTIONS',
      headers: { origin: 'https://evil.example', 'access-control-request-method': 'POST' },
    });
    assert.ok(asked.status >= 400, String(asked.status));
    assert.equal(asked.headers.get('access-control-allow-origin'), null);
  });

  it('ends when it is told to, though somebody does not read the answer', async () => {
    const endless = new Hono().get('/', (c) =>
      c.body(new ReadableStream({ pull: (stream) => stream.enqueue(new Uint8Array(65_536)) })),
    );
    const slowness = { headers: 300, request: 600, check: 50, goodbye: 100 };
    const other = await listen(endless, '127.0.0.1', 0, slowness);
    const socket = connect(Number(new URL(other.url).port), '127.0.0.1');
    socket.on('error', () => undefined);
    socket.write('GET / HTTP/1.1\r\nhost: localhost\r\n\r\n');
    await new Promise((answered) => socket.once('readable', answered));
    await other.close();
    socket.destroy();
  });
});
