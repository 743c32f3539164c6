/** Dead letters from the stream to their second life: looked at, mended, sent again, and what became of them. */

import assert from 'node:assert/strict';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { deadVerb } from '../../src/cli/dead-verb.ts';
import { type House, openHouse } from '../../src/cli/house.ts';
import { PUBLIC_STREAM } from '../../src/processor/processor.ts';
import { root } from '../document-blocks.ts';
import { passableFolder } from './temporary-postgres.ts';
import { until } from './until.ts';

interface Letter {
  readonly id: string;
  readonly state: string;
  readonly reason: string;
  readonly type: string;
  readonly text: string;
  readonly sent_id?: string;
  readonly became?: { readonly status: string; readonly letter?: string };
}

/** Of the first test's requests, newest first. */
const STATUSES = '[404,200,412,200,412,200,200]';

describe('dead letters', () => {
  let house: House;
  let data: string;
  before(async () => {
    data = await passableFolder();
    const config = join(root, 'config');
    house = await openHouse({
      environment: { redisUrl: undefined, host: '127.0.0.1', port: 0, config, data, instance: 'a' },
      clockMode: 'log',
      onNotice: () => undefined,
    });
  });
  after(async () => {
    await house.close();
    await rm(data, { recursive: true, force: true });
  });

  async function settled(): Promise<void> {
    await until('every partition is owned', () => house.processor.owned === house.processor.workers.length);
    await until('the events are applied', () => house.processor.drained());
    await until('the history is written', async () => (await house.processor.deliver?.lag()) === 0);
  }

  const get = async (path: string, headers = {}) => {
    const answer = await fetch(`${house.url}${path}`, { headers });
    return {
      status: answer.status,
      tag: answer.headers.get('etag'),
      body: (await answer.json()) as Record<string, unknown>,
    };
  };
  const redrive = async (body: object, headers = {}) => {
    const answer = await fetch(`${house.url}/v1/dead/redrive`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    });
    const told = (await answer.json()) as { sent: number; refused: number; next?: string; letters: object[] };
    await settled();
    return { status: answer.status, ...told };
  };
  const letters = async (query: string) => (await get(`/v1/dead?${query}`)).body.dead as Letter[];
  const letter = async (id: string) => (await get(`/v1/dead/${id}`)).body as unknown as Letter;

  /** What the verb says and answers. */
  async function weir(...args: string[]): Promise<{ code: number; out: string }> {
    const written: string[] = [];
    const { write } = process.stdout;
    process.stdout.write = ((text: string) => written.push(text) > 0) as typeof write;
    try {
      const code = await deadVerb.run([...args, '--url', house.url], {});
      return { code, out: written.join('') };
    } finally {
      process.stdout.write = write;
    }
  }

  async function send(...events: object[]): Promise<void> {
    await house.connection.ask('sending', (redis) =>
      Promise.all(events.map((event) => redis.xadd(PUBLIC_STREAM, '*', 'd', JSON.stringify(event)))),
    );
    await settled();
  }

  test('one is mended and processed, once however often it is sent; its tag guards it', async () => {
    const time = '2026-01-05T09:00:00Z';
    const good = { type: 'lead.created', time, data: { lead_id: 7, status: 'new' } };
    // without an id of its own
    await send({ ...good, type: 'lead.creatd' });
    const [found] = await letters('state=open');
    assert.ok(found && found.type === 'lead.creatd');
    const seen = await get(`/v1/dead/${found.id}`);
    assert.equal(JSON.parse((seen.body as unknown as Letter).text).type, 'lead.creatd');
    assert.equal((await redrive({ ids: [found.id] })).refused, 1, 'as it is it is refused again');
    const text = JSON.stringify(good);
    assert.equal((await redrive({ ids: [found.id], text, dry_run: true })).sent, 1);
    assert.equal((await letter(found.id)).state, 'open');
    assert.equal((await redrive({ ids: [found.id], text }, { 'if-match': '"redriven-1"' })).status, 412);
    assert.equal((await redrive({ ids: [found.id], text }, { 'if-match': seen.tag ?? '' })).sent, 1);
    const done = await letter(found.id);
    assert.equal(done.state, 'redriven');
    assert.deepEqual(done.became, { status: 'processed' });
    assert.equal((await get('/v1/leads/7')).status, 200);
    assert.equal((await redrive({ ids: [found.id], text }, { 'if-match': seen.tag ?? '' })).status, 412);
    assert.equal((await redrive({ ids: [found.id], text })).refused, 1);
    assert.equal((await redrive({ ids: ['1:1-1'] })).status, 404);
    await until('the audit trail has them all', async () => {
      const { body } = await get('/v1/audit?action=POST%20/v1/dead/redrive');
      return JSON.stringify((body.audit as { status: number }[]).map(({ status }) => status)) === STATUSES;
    });
  });

  test('what is refused again says as which letter', async () => {
    await send({ id: 'twice', type: 'lead.creatd', data: { lead_id: 8 } });
    const [found] = await letters('state=open&type=lead.creatd');
    assert.ok(found);
    await send({ id: 'twice', type: 'lead.created', data: { lead_id: 8, status: 'new' } });
    const text = JSON.stringify({ id: 'twice', type: 'lead.created', data: { lead_id: 8, status: 'lost' } });
    assert.equal((await redrive({ ids: [found.id], text })).sent, 1);
    const { became } = await letter(found.id);
    assert.equal(became?.status, 'dead');
    assert.equal((await letter(became?.letter ?? '')).reason, 'id_conflict');
  });

  test('many are tried, then sent oldest first, and dropped; the verb shows them', async () => {
    const opened = (n: number) => ({
      id: `o-${n}`,
      type: 'content.opend',
      data: { lead_id: 9, content_id: `${n}` },
    });
    await send(...[1, 2, 3, 4, 5].map(opened));
    const groups = await weir('ls', '--type', 'content.opend');
    assert.match(groups.out, /unknown_type +content\.opend/);
    const page = await redrive({ type: 'content.opend', limit: 2, dry_run: true });
    assert.equal(page.refused, 2);
    assert.ok(page.next);
    const rest = await redrive({ type: 'content.opend', dry_run: true, after: page.next });
    assert.equal(rest.refused, 3);
    assert.equal(rest.next, undefined);

    const [newest] = await letters('type=content.opend');
    assert.ok(newest);
    const shown = await weir('show', newest.id);
    assert.ok(shown.out.includes('"content.opend"'), shown.out);
    const file = join(data, 'mended.json');
    await writeFile(file, JSON.stringify({ ...opened(5), type: 'content.opened' }));
    assert.deepEqual(await weir('redrive', newest.id, '--file', file), {
      code: 0,
      out: '1 sent again, 0 still invalid\n',
    });
    await settled();
    assert.match((await weir('show', newest.id)).out, /redriven by local at .*: processed/);
    const tried = await weir('drop', '--type', 'content.opend');
    assert.deepEqual(tried, { code: 0, out: '4 would be dropped, 0 cannot be; --yes does it\n' });
    assert.equal((await letters('type=content.opend&state=open')).length, 4);
    const dropped = await weir('drop', '--type', 'content.opend', '--yes');
    assert.equal(dropped.out, '4 dropped, 0 cannot be\n');
    assert.equal((await letters('type=content.opend&state=open')).length, 0);
  });
});
