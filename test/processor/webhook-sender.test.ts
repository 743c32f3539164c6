/** The way to a webhook: a name that leads inside is not followed, wherever it points a moment later; answers are short or cut. */

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, it, type TestContext } from 'node:test';
import { sendWebhook, type WebhookRequest } from '../../src/processor/webhook-sender.ts';

const request = (port: number, more: Partial<WebhookRequest> = {}): WebhookRequest => ({
  url: `http://hooks.example.com:${port}/a`,
  headers: { 'x-test': '1' },
  body: 'é{}',
  insecure: true,
  ...more,
});
const never = new AbortController().signal;

async function server(t: TestContext, answer: RequestListener): Promise<number> {
  const listening = createServer(answer);
  listening.listen(0, '127.0.0.1');
  await once(listening, 'listening');
  t.after(() => {
    listening.closeAllConnections();
    listening.close();
  });
  return (listening.address() as AddressInfo).port;
}

describe('webhook sender', () => {
  it('connects to the address that was checked, by the name that was given, and resolves once', async (t) => {
    const seen: (string | undefined)[] = [];
    const port = await server(t, (asked, answer) => {
      asked.setEncoding('utf8').on('data', (body: string) => {
        seen.push(asked.method, asked.url, asked.headers.host, asked.headers['x-test'] as string, body);
        answer.writeHead(202).end('thanks');
      });
    });
    let asked = 0;
    // a name that means something else the second time
    const resolve = async () => (++asked === 1 ? ['127.0.0.1'] : ['169.254.169.254']);
    assert.deepEqual(await sendWebhook(request(port), never, { resolve }), { status: 202 });
    assert.equal(asked, 1);
    assert.deepEqual(seen, ['POST', '/a', `hooks.example.com:${port}`, '1', 'é{}']);
  });

  it('goes nowhere when any address of the name is closed', async (t) => {
    let calls = 0;
    const port = await server(t, (_, answer) => {
      calls += 1;
      answer.end();
    });
    const closed = [
      '127.0.0.1',
      '10.1.2.3',
      '169.254.169.254',
      '::1',
      '::ffff:127.0.0.1',
      'fd00::1',
      '224.0.0.1',
    ];
    for (const address of closed)
      for (const found of [[address], ['1.1.1.1', address], [address, '1.1.1.1']]) {
        const answer = await sendWebhook(request(port, { insecure: false }), never, {
          resolve: async () => found,
        });
        assert.deepEqual(answer, { problem: `hooks.example.com is at ${address}, where no webhook may go` });
      }
    const nowhere = await sendWebhook(request(port), never, { resolve: async () => [] });
    assert.deepEqual(nowhere, { problem: 'hooks.example.com is at no address, where no webhook may go' });
    const outside = await sendWebhook(request(port), never, { resolve: async () => ['1.1.1.1'] });
    assert.deepEqual(outside, { problem: 'hooks.example.com is at 1.1.1.1, where no webhook may go' });
    assert.equal(calls, 0);
  });

  it('addresses in the URL are held to the same, in every writing', async () => {
    for (const host of [
      '2130706433',
      '0x7f.1',
      '0177.0.0.1',
      '127.1',
      '[::ffff:127.0.0.1]',
      '[::1]',
      'localhost',
    ]) {
      const answer = await sendWebhook(request(0, { url: `http://${host}:9/`, insecure: false }), never);
      assert.match((answer as { problem: string }).problem, /where no webhook may go$/, host);
    }
  });

  it('does not follow redirects', async (t) => {
    const paths: (string | undefined)[] = [];
    const port = await server(t, (asked, answer) => {
      paths.push(asked.url);
      answer.writeHead(307, { location: '/elsewhere' }).end();
    });
    const resolve = async () => ['127.0.0.1'];
    assert.deepEqual(await sendWebhook(request(port), never, { resolve }), { status: 307 });
    assert.deepEqual(paths, ['/a']);
  });

  it('has the status as soon as it stands there, and cuts an answer that does not end', async (t) => {
    let cut: (() => void) | undefined;
    const isCut = new Promise<void>((done) => {
      cut = done;
    });
    const port = await server(t, (_, answer) => {
      const chunk = 'x'.repeat(16 * 1024);
      const write = () => {
        if (!answer.destroyed) answer.write(chunk, () => setImmediate(write));
      };
      answer.on('close', () => cut?.());
      write();
    });
    const resolve = async () => ['127.0.0.1'];
    assert.deepEqual(await sendWebhook(request(port), never, { resolve }), { status: 200 });
    await isCut;
  });

  it('gives up after its time, be it the name or the answer that does not come', async (t) => {
    const port = await server(t, () => undefined);
    const host = `hooks.example.com:${port}`;
    const silent = { resolve: async () => ['127.0.0.1'], within: 50 };
    const problem = { problem: `${host} did not answer within 0.05 s` };
    assert.deepEqual(await sendWebhook(request(port), never, silent), problem);
    const nameless = { resolve: () => new Promise<never>(() => undefined), within: 50 };
    assert.deepEqual(await sendWebhook(request(port), never, nameless), problem);
  });

  it('a connection that is refused is a problem like others', async (t) => {
    const port = await server(t, (_, answer) => answer.destroy());
    const answer = await sendWebhook(request(port), never, { resolve: async () => ['127.0.0.1'] });
    assert.deepEqual(answer, { problem: `hooks.example.com:${port}: ECONNRESET` });
  });
});
