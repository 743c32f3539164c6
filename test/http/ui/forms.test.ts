/** Forms without a script: choices are kept, anomalies answered, and only by forms of our own pages and those who may. */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { ROLES, type Role } from '../../../src/http/access.ts';
import { ownPath } from '../../../src/http/ui/forms.ts';
import { all, assertUsable, named, parseHtml } from './html-document.ts';
import { EVIL, openUiHouse, plan, type UiHouse } from './ui-house.ts';

const OWN = { origin: 'http://localhost', host: 'localhost' };
const MUTE = `/ui/anomalies/0-1-5/${encodeURIComponent(EVIL)}`;

function send(
  { app }: UiHouse,
  path: string,
  fields: Record<string, string>,
  { role = 'admin' as Role, headers = OWN as Record<string, string> } = {},
) {
  return app.request(`http://localhost${path}`, {
    method: 'POST',
    body: new URLSearchParams(fields).toString(),
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      authorization: `Bearer t-${role}`,
      ...headers,
    },
  });
}

describe('forms', () => {
  test('language and colours are kept in cookies and stand on the next page', async () => {
    const house = openUiHouse();
    const answer = await send(house, '/ui/settings', {
      language: 'es',
      theme: 'dark',
      back: '/leads?order=up',
    });
    assert.equal(answer.status, 303);
    assert.equal(answer.headers.get('location'), '/leads?order=up');
    const cookie = answer.headers
      .getSetCookie()
      .map((line) => line.split(';')[0])
      .join('; ');
    const page = await house.app.request('/', { headers: { cookie, authorization: 'Bearer t-viewer' } });
    const [html] = named(parseHtml(await page.text()), 'html');
    assert.equal(html?.attributes.get('lang'), 'es');
    assert.equal(html?.attributes.get('data-theme'), 'dark');
  });

  test('what is no choice is not kept', async () => {
    const answer = await send(openUiHouse(), '/ui/settings', { language: 'xx', theme: '"><script>' });
    assert.deepEqual(answer.headers.getSetCookie(), []);
  });

  test('acknowledging and muting write the event, with who and why', async () => {
    for (const [deed, type] of [
      ['acknowledge', 'anomaly.acknowledged'],
      ['mute', 'anomaly.muted'],
    ] as const) {
      const house = openUiHouse();
      const answer = await send(house, MUTE, { deed, comment: EVIL, back: '/anomalies' }, { role: 'editor' });
      assert.equal(answer.status, 303);
      const [event] = house.written as { type: string; data: Record<string, unknown> }[];
      assert.equal(event?.type, type);
      assert.equal(event?.data.by, 'editor');
      assert.equal(event?.data.comment, EVIL);
      assert.deepEqual(
        house.audited.map(({ by, status, action }) => [by, status, action]),
        [['editor', 202, `POST /v1/anomalies/{decision}/{name}/${deed}`]],
      );
    }
  });

  test('files here are held against the rules in force, by those who may operate', async () => {
    for (const role of ROLES) {
      const house = openUiHouse();
      const page = await house.app.request('/rules/conversion', {
        headers: { authorization: `Bearer t-${role}` },
      });
      const edit = named(parseHtml(await page.text()), 'input').find(
        ({ attributes }) => attributes.get('name') === 'new' && attributes.get('value')?.startsWith('files-'),
      );
      const is = edit?.attributes.get('value') ?? 'files-';
      const fields = { old: plan.hash, new: is, back: '/rules/conversion' };
      const { status } = await send(house, '/ui/backtests', fields, { role });
      const may = role === 'editor' || role === 'admin';
      assert.equal(status, may ? 303 : 403, role);
      assert.deepEqual(house.compared, may ? [{ old: plan.hash, new: is }] : []);
    }
  });

  test('only those who may operate', async () => {
    for (const role of ROLES) {
      const house = openUiHouse();
      const { status } = await send(house, MUTE, { deed: 'mute' }, { role });
      const may = role === 'editor' || role === 'admin';
      assert.equal(status, may ? 303 : 403, role);
      assert.equal(house.written.length, may ? 1 : 0);
    }
  });

  test('what cannot be done is said on a page', async () => {
    const house = openUiHouse();
    const over = await send(house, MUTE.replace('0-1-5', '0-1-7'), { deed: 'mute' });
    assert.equal(over.status, 409);
    parseHtml(await over.text());
    assert.equal((await send(house, MUTE.replace('0-1-5', '9-9-9'), { deed: 'mute' })).status, 404);
    assert.equal((await send(house, MUTE, { deed: 'mute', comment: 'x'.repeat(20_000) })).status, 400);
    assert.equal((await send(house, '/ui/nothing', {})).status, 404);
    assert.deepEqual(house.written, []);
  });

  test('a form of another site is refused, and one whose origin nobody tells', async () => {
    const foreign: Record<string, string>[] = [
      { host: 'localhost', origin: 'https://evil.example' },
      { host: 'localhost', origin: 'http://localhost:9999' },
      { host: 'localhost', origin: 'null' },
      { host: 'localhost', origin: 'http://localhost', 'sec-fetch-site': 'cross-site' },
      { host: 'localhost', 'sec-fetch-site': 'same-site' },
      { host: 'localhost' },
      { ...OWN, 'content-type': 'text/plain' },
      { ...OWN, 'content-type': 'application/json' },
    ];
    for (const headers of foreign) {
      const house = openUiHouse();
      const { status } = await send(house, MUTE, { deed: 'mute' }, { headers });
      assert.ok(status === 403 || status === 400, JSON.stringify(headers));
      assert.deepEqual(house.written, []);
    }
    assert.equal(
      (
        await send(
          openUiHouse(),
          MUTE,
          { deed: 'mute' },
          { headers: { host: 'localhost', 'sec-fetch-site': 'same-origin' } },
        )
      ).status,
      303,
    );
  });

  test('an action is judged as it was shown, by those who may, with who and why', async () => {
    for (const [deed, type] of [
      ['approve', 'action.approved'],
      ['reject', 'action.rejected'],
    ] as const) {
      const house = openUiHouse();
      const fields = { deed, hash: 'h1', comment: EVIL, back: '/actions/0-1-3' };
      const answer = await send(house, '/ui/actions/0-1-3', fields, { role: 'budget_manager' });
      assert.equal(answer.status, 303);
      assert.equal(answer.headers.get('location'), '/actions/0-1-3');
      const [event] = house.written as { type: string; data: Record<string, unknown> }[];
      assert.equal(event?.type, type);
      assert.deepEqual(event?.data, { action_id: '0-1-3', hash: 'h1', by: 'budget_manager', comment: EVIL });
      assert.equal(house.audited[0]?.by, 'budget_manager');
    }
  });

  test('an action that changed since it was shown is not approved, and the page says so', async () => {
    const answer = await send(openUiHouse(), '/ui/actions/0-1-3', { deed: 'approve', hash: 'h0' });
    assert.equal(answer.status, 412);
    assert.match(await answer.text(), /changed after you saw it/);
    assert.equal((await send(openUiHouse(), '/ui/actions/0-1-3', { deed: 'approve' })).status, 400);
    assert.equal((await send(openUiHouse(), '/ui/actions/0-1-3', { deed: 'burn', hash: 'h1' })).status, 404);
  });

  test('the form of an action carries its hash, and is off for those who may not judge it', async () => {
    for (const role of ['viewer', 'editor', 'budget_manager', 'admin'] as const) {
      const { app } = openUiHouse();
      const answer = await app.request('/actions/0-1-3', { headers: { authorization: `Bearer t-${role}` } });
      const [form] = all(
        parseHtml(await answer.text()),
        ({ attributes }) => attributes.get('action') === '/ui/actions/0-1-3',
      );
      assert.ok(form);
      const [hash] = all(form, ({ attributes }) => attributes.get('name') === 'hash');
      assert.equal(hash?.attributes.get('value'), 'h1');
      const may = role === 'budget_manager' || role === 'admin';
      for (const button of named(form, 'button')) assert.equal(button.attributes.has('disabled'), !may, role);
      for (const { attributes } of named(form, 'button'))
        assert.equal(attributes.has('aria-describedby'), !may, 'and why');
      assert.equal(
        (await send(openUiHouse(), '/ui/actions/0-1-3', { deed: 'approve', hash: 'h1' }, { role })).status,
        may ? 303 : 403,
      );
    }
  });

  test('a dead letter is tried, sent again as another text, or dropped', async () => {
    const text = JSON.stringify({ id: 'x', type: 'content.opened', lead_id: 7, content_id: 'a' });
    for (const [deed, written, marked] of [
      ['try', 0, []],
      ['redrive', 0, []],
      ['edit', 1, ['redriven']],
      ['drop', 0, ['dropped']],
    ] as const) {
      const house = openUiHouse();
      const answer = await send(house, '/ui/dead', { id: '0:1-0', deed, text }, { role: 'editor' });
      assert.equal(answer.status, 200, deed);
      assertUsable(parseHtml(await answer.text()));
      assert.equal(house.written.length, written, deed);
      assert.deepEqual(
        house.marked.map(({ state }) => state),
        marked,
        deed,
      );
      assert.equal((await send(house, '/ui/dead', { id: '0:1-0', deed }, { role: 'viewer' })).status, 403);
    }
    assert.equal((await send(openUiHouse(), '/ui/dead', { deed: 'drop' })).status, 404);
  });

  test('a token makes a session, which ends when somebody says so', async () => {
    const house = openUiHouse();
    const wrong = await send(
      house,
      '/ui/sign-in',
      { token: 'x', back: '/rules' },
      { headers: { ...OWN, authorization: '' } },
    );
    assert.equal(wrong.status, 401);
    assert.match(await wrong.text(), /not known/);
    const right = await send(
      house,
      '/ui/sign-in',
      { token: 't-editor', back: '/rules' },
      { headers: { ...OWN, authorization: '' } },
    );
    assert.equal(right.status, 303);
    assert.equal(right.headers.get('location'), '/rules');
    const [set = ''] = right.headers.getSetCookie();
    assert.match(set, /HttpOnly; SameSite=Strict/);
    const cookie = set.split(';')[0] as string;
    const look = () => house.app.request('http://localhost/rules', { headers: { cookie } });
    const page = await (await look()).text();
    assert.match(page, /editor · editor/);
    const session = { ...OWN, cookie };
    const post = (path: string, fields: Record<string, string>, headers: Record<string, string>) =>
      house.app.request(`http://localhost${path}`, {
        method: 'POST',
        body: new URLSearchParams(fields).toString(),
        headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
      });
    assert.equal(
      (await post(MUTE, { deed: 'mute' }, { ...session, origin: 'https://evil.example' })).status,
      403,
    );
    assert.equal((await post(MUTE, { deed: 'mute' }, session)).status, 303);
    assert.equal((await post('/ui/sign-out', {}, session)).status, 303);
    assert.equal((await look()).status, 401);
  });

  test('who is not known learns nothing from a form', async () => {
    const { app } = openUiHouse();
    for (const headers of [OWN, { host: 'localhost' }]) {
      const body = new URLSearchParams({ deed: 'mute' }).toString();
      const type = { 'content-type': 'application/x-www-form-urlencoded' };
      const answer = await app.request(`http://localhost${MUTE}`, {
        method: 'POST',
        body,
        headers: { ...type, ...headers },
      });
      assert.ok(answer.status >= 400);
      assert.ok(!(await answer.text()).includes('badge'));
    }
  });

  test('the way back leads to a page of ours', () => {
    for (const back of [
      '//evil.example',
      '/\\evil.example',
      'https://evil.example',
      'javascript:alert(1)',
      '',
      undefined,
      '/a b',
      '/\t/evil.example',
    ])
      assert.equal(ownPath(back), '/', back ?? 'none');
    assert.equal(ownPath('/leads?segment=at_risk'), '/leads?segment=at_risk');
  });
});
