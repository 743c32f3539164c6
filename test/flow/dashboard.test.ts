/** The operator's morning in a browser: Today, an anomaly to its explanation, an action approved and applied; no script, too. */

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { root } from '../document-blocks.ts';
import { BrowserHouse, noChromium } from './browser-house.ts';

/** One of each sort of page; colours are the same on all of them, so that a few will do in the dark. */
const AUDITED = {
  light: [
    '/',
    '/leads',
    '/leads/7',
    '/campaigns/c4',
    '/channels/c4/jooble',
    '/insights',
    '/anomalies',
    '/actions',
    '/rules',
    '/rules/conversion',
    '/segments',
    '/decisions',
    '/dead',
    '/system',
    '/docs',
  ],
  dark: ['/', '/campaigns/c4', '/actions', '/docs'],
};

/** Of axe-core. */
interface Violation {
  readonly id: string;
  readonly impact: string | null;
  readonly nodes: readonly { readonly html: string }[];
}

describe('the dashboard in a browser', { timeout: 290_000 }, () => {
  if (noChromium()) return;
  let at: BrowserHouse;
  before(async () => {
    at = await BrowserHouse.open('acting');
  });
  after(() => at?.close());

  it('leads from Today to why something is unusual', async () => {
    const page = await at.open();
    await page.goto(`${at.house.url}/`);
    await page
      .getByRole('region', { name: 'Needs you' })
      .getByText(/actions? to decide/)
      .waitFor();
    await at.picture(page, 'today');
    const anomaly = page.locator('#anomalies .anomaly', { hasText: 'Cpa spike' });
    await anomaly.getByRole('link', { name: 'Why' }).click();
    await page.waitForURL('**/channels/c4/jooble#rule-cpa_spike');
    assert.match(await page.locator('#rule-cpa_spike').innerText(), /holds/);
    await at.picture(page, 'channel');
    await page.context().close();
  });

  it('acknowledges an anomaly without a script', async () => {
    const page = await at.open({ javaScriptEnabled: false });
    await page.goto(`${at.house.url}/anomalies`);
    const anomaly = page.locator('#anomalies .anomaly', { hasText: 'Cpa spike' });
    await anomaly.locator('summary').click();
    await anomaly.getByLabel('Comment').fill('I call them <now>');
    await anomaly.getByRole('button', { name: 'Acknowledge' }).click();
    await page.waitForURL('**/anomalies');
    await at.untilWritten();
    await page.reload();
    assert.match(await anomaly.innerText(), /known by local/);
    await page.context().close();
  });

  it('approves an action as it was shown, and shows it applied', async () => {
    const page = await at.open();
    await page.goto(`${at.house.url}/actions`);
    await page.locator('#waiting .card').first().getByRole('link', { name: 'Why' }).click();
    const id = new URL(page.url()).pathname.split('/').at(-1) as string;
    const hash = await page.locator('input[name=hash]').inputValue();
    await page.getByLabel('Your name').fill('Ana');
    await page.getByLabel('Comment').fill('It fits the plan');
    await at.picture(page, 'action');
    await page.getByRole('button', { name: 'Approve' }).click();
    await at.untilWritten();
    await page.goto(`${at.house.url}/actions/${id}`);
    assert.match(await page.locator('#steps').innerText(), /approved\s+Ana\s+It fits the plan/);
    const again = await page.request.post(`${at.house.url}/ui/actions/${id}`, {
      form: { deed: 'approve', hash, by: 'Bea' },
      headers: { origin: at.house.url },
      maxRedirects: 0,
    });
    assert.equal(again.status(), 409);
    const kept = (await (await fetch(`${at.house.url}/v1/actions/${id}`)).json()) as Record<string, never>;
    const { campaign_id, idempotency_key, budgets } = kept;
    const applied = { action_id: id, campaign_id, idempotency_key, budgets };
    await at.send([
      {
        id: `applied-${id}`,
        type: 'action.applied',
        time: new Date().toISOString(),
        source: '/ads',
        data: applied,
      },
    ]);
    await at.untilWritten();
    await page.reload();
    assert.match(await page.locator('.heading').innerText(), /applied/);
    await at.picture(page, 'action-applied');
    await page.context().close();
  });

  it('is found by keyboard, in Spanish and in the dark, and fits a narrow screen', async () => {
    const page = await at.open({
      locale: 'es-ES',
      colorScheme: 'dark',
      viewport: { width: 390, height: 800 },
    });
    await page.goto(`${at.house.url}/leads`);
    await page.keyboard.press('Tab');
    assert.equal(await page.locator(':focus').innerText(), 'Ir al contenido');
    await page.keyboard.press('Enter');
    assert.equal(await page.evaluate('document.activeElement.id'), 'main');
    for (const path of [
      '/',
      '/leads',
      '/leads/7',
      '/campaigns',
      '/campaigns/c4',
      '/rules/conversion',
      '/system',
      '/dead',
    ]) {
      await page.goto(`${at.house.url}${path}`);
      const [wide, screen] = (await page.evaluate(
        '[document.documentElement.scrollWidth, document.documentElement.clientWidth]',
      )) as [number, number];
      assert.ok(wide <= screen, `${path} is ${wide} wide on ${screen}`);
      await at.picture(page, `narrow${path.replaceAll('/', '-')}`);
    }
    await page.getByRole('button', { name: 'EN', exact: true }).click();
    await page.getByRole('heading', { name: 'Dead letters', level: 1 }).waitFor();
    await page.context().close();
  });

  it('shows what was said and what came of it, and approves with one click', async () => {
    const later = (hours: number) =>
      Promise.all(
        at.house.processor.logs.map((log) =>
          log.append({ d: JSON.stringify({ type: 'tick', time: Date.now() + hours * 3_600_000 }) }),
        ),
      );
    await later(26);
    await at.untilWritten();
    const page = await at.open();
    await page.goto(`${at.house.url}/campaigns/c4`);
    const insights = page.locator('#campaign-insights');
    const told = insights.locator('tbody tr', { hasText: 'applied' });
    assert.match(
      await told.innerText(),
      /\+7\.4 % applications.*94%.*raise .* by .*\+3\.1 % estimated by the model/s,
    );
    await page.locator('#campaign-budgets .drawn canvas').waitFor();
    await page.locator('#campaign-budgets summary').click();
    assert.match(
      await page.getByRole('table', { name: 'Budgets over time' }).innerText(),
      /Action\s+[^\n]*jooble €.*agreed/s,
    );
    await at.picture(page, 'campaign');
    const waiting = insights.locator('tbody tr', { has: page.getByRole('button', { name: 'Approve' }) });
    await waiting.getByLabel('Your name').fill('Ana');
    await waiting.getByRole('button').click();
    await page.waitForURL('**/campaigns/c4');
    await at.untilWritten();
    await page.reload();
    assert.match(await insights.locator('tbody tr').first().innerText(), /approved/);
    await insights.getByRole('link', { name: 'All insights' }).click();
    assert.match(await page.locator('#reliability').innerText(), /90–100 %/);
    await at.picture(page, 'insights');
    await page.context().close();
  });

  it('shows on an open page what was decided since, without a reload', async () => {
    const page = await at.open();
    await page.goto(`${at.house.url}/`);
    await page.evaluate('window.stillTheSame = true');
    const changes = page.locator('#changes');
    await changes.waitFor();
    assert.doesNotMatch(await changes.innerText(), /just-now/);
    await at.send([
      { id: 'j1', type: 'lead.created', data: { lead_id: 'just-now', status: 'engaged', base_score: 50 } },
    ]);
    await changes.getByText('just-now').first().waitFor();
    assert.equal(await page.evaluate('window.stillTheSame'), true);
    await page.context().close();
  });

  it('has no violation of the accessibility rules that is serious, in light and in dark', async () => {
    const axe = await readFile(join(root, 'node_modules/axe-core/axe.min.js'), 'utf8');
    for (const colorScheme of ['light', 'dark'] as const) {
      const page = await at.open({ colorScheme });
      for (const path of AUDITED[colorScheme]) {
        await page.goto(`${at.house.url}${path}`);
        await page.evaluate(axe);
        const { violations } = (await page.evaluate('axe.run()')) as { violations: Violation[] };
        const grave = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
        assert.deepEqual(
          grave.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' | ')}`),
          [],
          `${path} in ${colorScheme}`,
        );
      }
      await page.context().close();
    }
  });

  it('draws charts that tell their values, and nothing complained', async () => {
    const page = await at.open();
    await page.goto(`${at.house.url}/leads/7`);
    await page.locator('.drawn canvas').first().waitFor();
    await at.picture(page, 'lead');
    await page.context().close();
    assert.deepEqual(at.complaints, []);
  });
});
