/** Every page × role × language: well-formed, usable without eyes or mouse, nothing unescaped, e-mail for few. */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Decision } from '../../../src/core/decision.ts';
import { ROLES, type Role } from '../../../src/http/access.ts';
import { LANGUAGES } from '../../../src/http/ui/texts.ts';
import { all, assertUsable, named, parseHtml, textOf } from './html-document.ts';
import { BEFORE, EMAIL, EVIL, NOW, openUiHouse, plan } from './ui-house.ts';

const id = encodeURIComponent(EVIL);

/** Each with whether what producers wrote is shown there. */
const PAGES: readonly (readonly [path: string, shows: boolean])[] = [
  ['/', true],
  ['/leads', true],
  ['/leads?segment=at_risk&class=likely_to_convert&min_score=2&order=up', true],
  [`/leads/${id}`, true],
  [`/leads/${id}?at=2026-01-10T12:00`, true],
  [`/leads/${id}?at=2026-01-10T11:30:00Z`, true],
  ['/campaigns', true],
  [`/campaigns/${id}`, true],
  [`/channels/c1/${id}`, true],
  [`/sources/${id}`, true],
  ['/all', true],
  ['/anomalies', true],
  ['/actions', true],
  ['/actions/0-1-3', true],
  ['/actions/0-1-9', true],
  ['/insights', true],
  ['/rules', true],
  [`/rule-changes/${BEFORE}/${plan.hash}`, true],
  ...[...plan.kinds.flatMap(({ role, nodes }) => (role === 'local' || role === 'shared' ? nodes : []))]
    .filter((node) => node.type === 'rule')
    .map((node) => [`/rules/${node.name}`, node.name === 'conversion'] as const),
  ['/segments', false],
  ['/reports', false],
  ['/decisions', true],
  ['/decisions?rule=conversion', true],
  ['/decisions/0-1-1', true],
  ['/decisions/0-1-4', true],
  [`/events?id=${id}`, true],
  ['/dead', true],
  ['/dead/0%3A1-0', true],
  ['/system', false],
];
const PERSONAL: readonly Role[] = ['editor', 'admin'];
const NAMES_A_PERSON = ['/', '/leads', `/leads/${id}`, '/dead/0%3A1-0'];

const house = openUiHouse();

async function look(path: string, role: Role, language = 'en') {
  const answer = await house.app.request(path, {
    headers: { authorization: `Bearer t-${role}`, 'accept-language': `${language},en;q=0.4` },
  });
  return { answer, text: await answer.text() };
}

describe('pages', () => {
  for (const [path, shows] of PAGES)
    test(decodeURIComponent(path).slice(0, 60), async () => {
      for (const role of ROLES)
        for (const language of LANGUAGES) {
          const { answer, text } = await look(path, role, language);
          const where = `${path} as ${role} in ${language}`;
          assert.match(
            answer.headers.get('content-security-policy') ?? '',
            /default-src 'none'.*frame-ancestors 'none'/,
          );
          // with none, browsers tell no origin, and forms would be taken for foreign ones
          assert.equal(answer.headers.get('referrer-policy'), 'same-origin');
          if (role === 'producer') {
            assert.equal(answer.status, 403, where);
            continue;
          }
          assert.equal(answer.status, 200, where);
          const document = parseHtml(text);
          assertUsable(document);
          assert.equal(named(document, 'html')[0]?.attributes.get('lang'), language);
          assert.equal(named(document, 'img').length, 0, where);
          assert.equal(named(document, 'script').length, 2, where);
          if (shows)
            assert.ok(textOf(document).includes('<script>alert(1)</script>'), `${where} shows it as text`);
          const personal = PERSONAL.includes(role);
          if (!personal) assert.ok(!text.includes(EMAIL), `${where} names nobody`);
          else if (NAMES_A_PERSON.includes(path))
            assert.ok(text.includes(path === '/' ? 'alert(1)' : EMAIL), where);
        }
    });

  test('every report', async () => {
    for (const name of plan.reports.keys()) {
      const { answer, text } = await look(`/reports/${name}`, 'viewer', 'es');
      assert.equal(answer.status, 200, name);
      assertUsable(parseHtml(text));
    }
  });

  test('what is not there is a page that says so', async () => {
    for (const path of [
      '/leads/nobody',
      '/rules/none',
      '/decisions/x',
      '/actions/0-1-99',
      '/reports/none',
      '/events?id=nobody',
      '/dead/x',
    ]) {
      const { answer, text } = await look(path, 'viewer');
      assert.equal(answer.status, 404, path);
      assertUsable(parseHtml(text));
    }
  });

  test('what an event changed stands beside it, once', async () => {
    const event = {
      ...{ partition: 0, entry: '1-0', item: 0, repeated: false, orphaned: false, id: 'e1', source: 'crm' },
      ...{ type: 'content.completed', time: NOW - 1000, kind: 'lead', entity: '7' },
      data: { lead_id: '7', content_id: 'guide-1' },
    };
    const decision = (id: string, cause: string): Decision => ({
      ...{
        id,
        rule: 'engagement_score',
        version: 1,
        mode: 'live',
        rules: plan.hash,
        kind: 'lead',
        entity: '7',
      },
      ...{ time: NOW - 1000, entry: '1-0', cause: { event: cause, type: 'content.completed' }, reasons: [] },
      ...{ old: 12.5, value: 14.5, change: 2 },
    });
    const history = {
      eventsOf: async () => ({ rows: [event] }),
      decisionsOf: async () => ({ rows: [decision('0-1-2', 'e1'), decision('0-1-1', 'e0')] }),
    };
    const answer = await openUiHouse({ history }).app.request('/leads/7', {
      headers: { authorization: 'Bearer t-viewer', 'accept-language': 'en' },
    });
    const [timeline] = all(
      parseHtml(await answer.text()),
      ({ attributes }) => attributes.get('id') === 'timeline',
    );
    assert.ok(timeline);
    const rows = all(timeline, ({ name }) => name === 'tr').map(textOf);
    assert.equal(rows.length, 3);
    assert.match(rows[1] ?? '', /content\.completedcontent_id guide-1→ Engagement score 12\.5 → 14\.5/);
    assert.match(rows[2] ?? '', /Engagement score12\.5 → 14\.5/);
  });

  test('rules say when they were last edited', async () => {
    const { text } = await look('/rules', 'viewer');
    const rows = all(parseHtml(text), ({ name }) => name === 'tr').map(textOf);
    const [edited, other] = ['Conversion', 'Segments'].map((name) => rows.find((row) => row.includes(name)));
    assert.match(edited ?? '', /1 hr ago/);
    assert.doesNotMatch(other ?? '', /ago/);
  });

  test('a lead is found by its id', async () => {
    const { answer } = await look('/leads?lead=a%2Fb', 'viewer');
    assert.equal(answer.status, 303);
    assert.equal(answer.headers.get('location'), '/leads/a/b');
  });

  test('who is not known is asked for a token, and shown nothing', async () => {
    const answer = await openUiHouse().app.request('/leads');
    assert.equal(answer.status, 401);
    const document = parseHtml(await answer.text());
    assertUsable(document);
    assert.equal(named(document, 'table').length, 0);
  });

  test('without tokens this machine sees everything and another one nothing', async () => {
    for (const [address, status] of [
      ['127.0.0.1', 200],
      ['192.0.2.7', 401],
    ] as const) {
      const { app } = openUiHouse({ tokens: 'none', address });
      assert.equal((await app.request('http://localhost/', {})).status, status);
    }
  });

  test('the first page, its style and its script are less than 100 kB', async () => {
    const { app } = openUiHouse();
    const { text } = await look('/', 'admin');
    const addresses = all(parseHtml(text), ({ name }) => ['link', 'script'].includes(name)).flatMap(
      ({ attributes }) => attributes.get('src') ?? attributes.get('href') ?? [],
    );
    assert.equal(addresses.length, 3);
    let bytes = Buffer.byteLength(text);
    for (const address of addresses) {
      const asset = await app.request(address);
      assert.equal(asset.status, 200, address);
      assert.match(asset.headers.get('cache-control') ?? '', /immutable/);
      bytes += (await asset.arrayBuffer()).byteLength;
    }
    assert.ok(bytes < 100_000, `${bytes} bytes`);
  });

  test('a history that is away leaves the page there, and says so', async () => {
    const { WeirError } = await import('../../../src/core/errors.ts');
    const away = async () => {
      throw new WeirError('history_away', 'reading: it is away');
    };
    const names = [
      'actions',
      'anomalies',
      'decisions',
      'entities',
      'deadGroups',
      'tagCounts',
      'deadLetters',
      'decisionsOf',
      'eventsOf',
    ] as const;
    const history = Object.fromEntries(names.map((name) => [name, away]));
    for (const path of [
      '/',
      '/leads',
      '/leads/7',
      '/campaigns/c1',
      '/anomalies',
      '/actions',
      '/dead',
      '/segments',
    ]) {
      const headers = { authorization: 'Bearer t-viewer' };
      const answer = await openUiHouse({ history }).app.request(path, { headers });
      assert.equal(answer.status, 200, path);
      const document = parseHtml(await answer.text());
      assertUsable(document);
      assert.match(textOf(document), /Postgres does not answer/, path);
    }
  });

  test('parts are what the page has, alone', async () => {
    for (const role of ROLES) {
      const { text } = await look('/', 'viewer');
      const parts = all(parseHtml(text), ({ attributes }) => attributes.has('data-part'));
      assert.ok(parts.length >= 6);
      for (const part of parts) {
        const path = part.attributes.get('data-part') as string;
        const { answer, text: alone } = await look(path, role);
        assert.equal(answer.status, role === 'producer' ? 403 : 200, path);
        if (role !== 'producer')
          assert.equal(parseHtml(alone).children.filter((one) => typeof one !== 'string').length, 1, path);
      }
    }
  });
});
