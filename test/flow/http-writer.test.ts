/** The HTTP writer sends NDJSON, waits while weir has no room, and tells what was refused. */

import assert from 'node:assert/strict';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type TestContext, test } from 'node:test';
import { openHttpWriter } from '../../src/cli/import/http-writer.ts';

async function serving(t: TestContext, listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  t.after(() => server.close());
  await new Promise((resolve) => server.once('listening', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

test('a batch arrives as NDJSON; a full weir is asked again', async (t) => {
  const bodies: string[] = [];
  const url = await serving(t, async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    bodies.push(`${request.method} ${request.url} ${request.headers['content-type']} ${body}`);
    const full = bodies.length === 1;
    response
      .writeHead(full ? 429 : 202)
      .end(full ? '{}' : '{"accepted":1,"rejected":[{"index":1,"problem":"no"}]}');
  });
  const writer = await openHttpWriter({ url, env: {} });
  const receipt = await writer.write([{ type: 'a.b' }, { type: 'a.c' }]);
  assert.deepEqual(receipt, { accepted: 1, rejected: [{ index: 1, problem: 'no' }] });
  const sent = 'POST /v1/events application/x-ndjson {"type":"a.b"}\n{"type":"a.c"}';
  assert.deepEqual(bodies, [sent, sent]);
});

test('when every event is refused the answer is still a receipt; another refusal is an error', async (t) => {
  let answer = '{"title":"Every event is refused","accepted":0,"rejected":[{"index":0,"problem":"no"}]}';
  const url = await serving(t, (_request, response) => response.writeHead(400).end(answer));
  const writer = await openHttpWriter({ url, env: {} });
  assert.deepEqual(await writer.write([{}]), { accepted: 0, rejected: [{ index: 0, problem: 'no' }] });
  answer = '{"title":"The body is not JSON"}';
  await assert.rejects(writer.write([{}]), /The body is not JSON/);
});

test('nobody there: says so and what to do', async () => {
  const gone = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => gone.once('listening', resolve));
  const { port } = gone.address() as AddressInfo;
  await new Promise((resolve) => gone.close(resolve));
  const writer = await openHttpWriter({ url: undefined, env: { PORT: String(port) } });
  await assert.rejects(writer.write([{}]), {
    code: 'redis_away',
    message: `sending events to http://127.0.0.1:${port}: ECONNREFUSED; start weir there, or give --url`,
  });
  await assert.rejects(openHttpWriter({ url: 'nonsense', env: {} }), /not an address/);
});
