/** The operator's morning in a browser: Today, an anomaly to its explanation, an action approved and applied; no script, too. */

import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import type { DemoEvent } from '../../src/cli/demo/demo-event.ts';
import { demoDay } from '../../src/cli/demo-day.ts';
import { type House, openHouse } from '../../src/cli/house.ts';
import { PUBLIC_STREAM } from '../../src/processor/processor.ts';
import { root } from '../document-blocks.ts';
import { passableFolder } from './temporary-postgres.ts';
import { until } from './until.ts';

const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser'].find(existsSync);
/** Where pictures of the pages are put, for people to look at. */
const PICTURES = process.env.WEIR_TEST_PICTURES;

/** Proposes as soon as there is an application: what the shipped rule learns takes days. */
const PROPORTIONAL = `
rule: budget_rebalance
description: Divide a campaign's daily budget in proportion to applications per euro
owner: media@example.com
version: 1
mode: live
for: campaign
when: $count(channels[applications_7d > 0]) > 0
every: 1d
allocate:
  total: daily_budget
  among: channels
  current: budget
  weight: 'applications_7d / $max([1, spend_7d])'
  limits: { min_share: 5%, max_share: 60%, max_change: 30%, smallest_move: 5 }
approve: { by: [budget_manager], not_by: requester, expires: 24h }
then: { action: channel_reallocation }
impact:
  type: budget_optimization
  of: applications
  stated: '{ "value": 7.4, "low": 2.1, "high": 12.9, "confidence": 94 }'
  text: '{{$moves(proposal.from, proposal.to)}}'
  after: 1h
  realised: '3.1'
`;

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
  if (CHROMIUM === undefined) {
    it('needs chromium, which is not installed here: nothing was looked at', () => undefined);
    return;
  }
  let data: string;
  let house: House;
  let browser: Browser;
  const complaints: string[] = [];

  before(async () => {
    data = await passableFolder();
    const config = join(data, 'config');
    await cp(join(root, 'config'), config, { recursive: true });
    await writeFile(join(config, 'rules', 'budget_rebalance.yaml'), PROPORTIONAL);
    // whether its pause is under way just then depends on the hour, and nothing is approved beside it
    const stopLoss = join(config, 'rules', 'stop_loss.yaml');
    await writeFile(
      stopLoss,
      (await readFile(stopLoss, 'utf8')).replace('least_budget: 20', 'least_budget: 1000000'),
    );
    house = await openHouse({
      environment: {
        redisUrl: undefined,
        host: '127.0.0.1',
        port: 0,
        config,
        data,
        instance: 'a',
      },
      clockMode: 'log',
      onNotice: () => undefined,
    });
    // a tick before the events would make all of them late
    await until('every partition is owned', () => house.processor.owned === house.processor.workers.length);
    const end = Date.now();
    const mine = ({ data: { campaign_id, lead_id } }: DemoEvent) =>
      campaign_id === 'c4' || Number(lead_id) <= 12;
    const day = demoDay(7, end).filter(mine);
    await send(day);
    await until(
      'the day has arrived',
      async () => (await house.meter.total('weir_intake_entries_total')) >= day.length,
    );
    await until('the day is applied', () => house.processor.drained());
    const tick = { d: JSON.stringify({ type: 'tick', time: end }) };
    await Promise.all(house.processor.logs.map((log) => log.append(tick)));
    await untilWritten();
    browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox', '--disable-gpu'] });
  });
  after(async () => {
    await browser?.close();
    await house?.close();
    await rm(data, { recursive: true, force: true });
  });

  async function send(events: readonly object[]): Promise<void> {
    await house.connection.ask('sending events', (client) =>
      Promise.all(events.map((event) => client.xadd(PUBLIC_STREAM, '*', 'd', JSON.stringify(event)))),
    );
  }

  async function untilWritten(): Promise<void> {
    await until('the events are applied', () => house.processor.drained());
    await until(
      'the history is written',
      async () => (await house.processor.deliver?.lag()) === 0 && (await house.processor.mirror?.lag()) === 0,
    );
  }

  async function open(options: BrowserContextOptions = {}): Promise<Page> {
    const context = await browser.newContext({ locale: 'en-GB', ...options });
    context.setDefaultTimeout(60_000);
    const page = await context.newPage();
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('console', (line) => {
      // a browser tells of every answer that is no success, and this one is about the page itself
      if (line.type() === 'error' && !line.text().startsWith('Failed to load resource'))
        complaints.push(line.text());
    });
    return page;
  }

  async function picture(page: Page, name: string): Promise<void> {
    if (PICTURES === undefined) return;
    await mkdir(PICTURES, { recursive: true });
    await page.screenshot({ path: join(PICTURES, `${name}.png`), fullPage: true });
  }

  it('leads from Today to why something is unusual', async () => {
    const page = await open();
    await page.goto(`${house.url}/`);
    await page
      .getByRole('region', { name: 'Needs you' })
      .getByText(/actions? to decide/)
      .waitFor();
    await picture(page, 'today');
    const anomaly = page.locator('#anomalies .anomaly', { hasText: 'Cpa spike' });
    await anomaly.getByRole('link', { name: 'Why' }).click();
    await page.waitForURL('**/channels/c4/jooble#rule-cpa_spike');
    assert.match(await page.locator('#rule-cpa_spike').innerText(), /holds/);
    await picture(page, 'channel');
    await page.context().close();
  });

  it('acknowledges an anomaly without a script', async () => {
    const page = await open({ javaScriptEnabled: false });
    await page.goto(`${house.url}/anomalies`);
    const anomaly = page.locator('#anomalies .anomaly', { hasText: 'Cpa spike' });
    await anomaly.locator('summary').click();
    await anomaly.getByLabel('Comment').fill('I call them <now>');
    await anomaly.getByRole('button', { name: 'Acknowledge' }).click();
    await page.waitForURL('**/anomalies');
    await untilWritten();
    await page.reload();
    assert.match(await anomaly.innerText(), /known by local/);
    await page.context().close();
  });

  it('approves an action as it was shown, and shows it applied', async () => {
    const page = await open();
    await page.goto(`${house.url}/actions`);
    await page.locator('#waiting .card').first().getByRole('link', { name: 'Why' }).click();
    const id = new URL(page.url()).pathname.split('/').at(-1) as string;
    const hash = await page.locator('input[name=hash]').inputValue();
    await page.getByLabel('Your name').fill('Ana');
    await page.getByLabel('Comment').fill('It fits the plan');
    await picture(page, 'action');
    await page.getByRole('button', { name: 'Approve' }).click();
    await untilWritten();
    await page.goto(`${house.url}/actions/${id}`);
    assert.match(await page.locator('#steps').innerText(), /approved\s+Ana\s+It fits the plan/);
    const again = await page.request.post(`${house.url}/ui/actions/${id}`, {
      form: { deed: 'approve', hash, by: 'Bea' },
      headers: { origin: house.url },
      maxRedirects: 0,
    });
    assert.equal(again.status(), 409);
    const kept = (await (await fetch(`${house.url}/v1/actions/${id}`)).json()) as Record<string, never>;
    const { campaign_id, idempotency_key, budgets } = kept;
    const applied = { action_id: id, campaign_id, idempotency_key, budgets };
    await send([
      {
        id: `applied-${id}`,
        type: 'action.applied',
        time: new Date().toISOString(),
        source: '/ads',
        data: applied,
      },
    ]);
    await untilWritten();
    await page.reload();
    assert.match(await page.locator('.heading').innerText(), /applied/);
    await picture(page, 'action-applied');
    await page.context().close();
  });

  it('is found by keyboard, in Spanish and in the dark, and fits a narrow screen', async () => {
    const page = await open({ locale: 'es-ES', colorScheme: 'dark', viewport: { width: 390, height: 800 } });
    await page.goto(`${house.url}/leads`);
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
      await page.goto(`${house.url}${path}`);
      const [wide, screen] = (await page.evaluate(
        '[document.documentElement.scrollWidth, document.documentElement.clientWidth]',
      )) as [number, number];
      assert.ok(wide <= screen, `${path} is ${wide} wide on ${screen}`);
      await picture(page, `narrow${path.replaceAll('/', '-')}`);
    }
    await page.getByRole('button', { name: 'EN', exact: true }).click();
    await page.getByRole('heading', { name: 'Dead letters', level: 1 }).waitFor();
    await page.context().close();
  });

  it('shows what was said and what came of it, and approves with one click', async () => {
    const later = (hours: number) =>
      Promise.all(
        house.processor.logs.map((log) =>
          log.append({ d: JSON.stringify({ type: 'tick', time: Date.now() + hours * 3_600_000 }) }),
        ),
      );
    await later(26);
    await untilWritten();
    const page = await open();
    await page.goto(`${house.url}/campaigns/c4`);
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
    await picture(page, 'campaign');
    const waiting = insights.locator('tbody tr', { has: page.getByRole('button', { name: 'Approve' }) });
    await waiting.getByLabel('Your name').fill('Ana');
    await waiting.getByRole('button').click();
    await page.waitForURL('**/campaigns/c4');
    await untilWritten();
    await page.reload();
    assert.match(await insights.locator('tbody tr').first().innerText(), /approved/);
    await insights.getByRole('link', { name: 'All insights' }).click();
    assert.match(await page.locator('#reliability').innerText(), /90–100 %/);
    await picture(page, 'insights');
    await page.context().close();
  });

  it('shows on an open page what was decided since, without a reload', async () => {
    const page = await open();
    await page.goto(`${house.url}/`);
    await page.evaluate('window.stillTheSame = true');
    const changes = page.locator('#changes');
    await changes.waitFor();
    assert.doesNotMatch(await changes.innerText(), /just-now/);
    await send([
      { id: 'j1', type: 'lead.created', data: { lead_id: 'just-now', status: 'engaged', base_score: 50 } },
    ]);
    await changes.getByText('just-now').first().waitFor();
    assert.equal(await page.evaluate('window.stillTheSame'), true);
    await page.context().close();
  });

  it('has no violation of the accessibility rules that is serious, in light and in dark', async () => {
    const axe = await readFile(join(root, 'node_modules/axe-core/axe.min.js'), 'utf8');
    for (const colorScheme of ['light', 'dark'] as const) {
      const page = await open({ colorScheme });
      for (const path of AUDITED[colorScheme]) {
        await page.goto(`${house.url}${path}`);
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
    const page = await open();
    await page.goto(`${house.url}/leads/7`);
    await page.locator('.drawn canvas').first().waitFor();
    await picture(page, 'lead');
    await page.context().close();
    assert.deepEqual(complaints, []);
  });
});
