/** A house with some of a demo's day in it, and a browser in front of it. */

import { existsSync } from 'node:fs';
import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { it } from 'node:test';
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

export function hasChromium(): boolean {
  return CHROMIUM !== undefined;
}

/** Whether there is none; then the suite says so, as its only test. */
export function noChromium(): boolean {
  if (hasChromium()) return false;
  it('needs chromium, which is not installed here: nothing was looked at', () => undefined);
  return true;
}

async function makeActing(config: string): Promise<void> {
  await writeFile(join(config, 'rules', 'budget_rebalance.yaml'), PROPORTIONAL);
  // whether its pause is under way just then depends on the hour, and nothing is approved beside it
  const stopLoss = join(config, 'rules', 'stop_loss.yaml');
  const text = await readFile(stopLoss, 'utf8');
  await writeFile(stopLoss, text.replace('least_budget: 20', 'least_budget: 1000000'));
}

export class BrowserHouse {
  readonly house: House;
  /** The folder of its rules, which a test may edit. */
  readonly config: string;
  /** What pages wrote to their console. */
  readonly complaints: string[] = [];
  readonly #browser: Browser;
  readonly #data: string;

  private constructor(house: House, browser: Browser, data: string) {
    this.house = house;
    this.config = join(data, 'config');
    this.#browser = browser;
    this.#data = data;
  }

  /** @param rules as they are shipped, or so that there are actions to approve */
  static async open(rules: 'shipped' | 'acting'): Promise<BrowserHouse> {
    const data = await passableFolder();
    const config = join(data, 'config');
    await cp(join(root, 'config'), config, { recursive: true });
    if (rules === 'acting') await makeActing(config);
    const house = await openHouse({
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
    const browser = await chromium.launch({
      executablePath: CHROMIUM as string,
      args: ['--no-sandbox', '--disable-gpu'],
    });
    const opened = new BrowserHouse(house, browser, data);
    await opened.#liveThroughTheDay();
    return opened;
  }

  async #liveThroughTheDay(): Promise<void> {
    const { processor, meter } = this.house;
    // a tick before the events would make all of them late
    await until('every partition is owned', () => processor.owned === processor.workers.length);
    const end = Date.now();
    const mine = ({ data: { campaign_id, lead_id } }: DemoEvent) =>
      campaign_id === 'c4' || Number(lead_id) <= 12;
    const day = demoDay(7, end).filter(mine);
    await this.send(day);
    await until(
      'the day has arrived',
      async () => (await meter.total('weir_intake_entries_total')) >= day.length,
    );
    await until('the day is applied', () => processor.drained());
    const tick = { d: JSON.stringify({ type: 'tick', time: end }) };
    await Promise.all(processor.logs.map((log) => log.append(tick)));
    await this.untilWritten();
  }

  async close(): Promise<void> {
    await this.#browser.close();
    await this.house.close();
    await rm(this.#data, { recursive: true, force: true });
  }

  async send(events: readonly object[]): Promise<void> {
    await this.house.connection.ask('sending events', (client) =>
      Promise.all(events.map((event) => client.xadd(PUBLIC_STREAM, '*', 'd', JSON.stringify(event)))),
    );
  }

  async untilWritten(): Promise<void> {
    const { processor } = this.house;
    await until('the events are applied', () => processor.drained());
    await until(
      'the history is written',
      async () => (await processor.deliver?.lag()) === 0 && (await processor.mirror?.lag()) === 0,
    );
  }

  async open(options: BrowserContextOptions = {}): Promise<Page> {
    const context = await this.#browser.newContext({ locale: 'en-GB', ...options });
    context.setDefaultTimeout(60_000);
    const page = await context.newPage();
    page.on('pageerror', (error) => this.complaints.push(error.message));
    page.on('console', (line) => {
      // a browser tells of every answer that is no success, and this one is about the page itself
      if (line.type() === 'error' && !line.text().startsWith('Failed to load resource'))
        this.complaints.push(line.text());
    });
    return page;
  }

  async picture(page: Page, name: string): Promise<void> {
    if (PICTURES === undefined) return;
    await mkdir(PICTURES, { recursive: true });
    await page.screenshot({ path: join(PICTURES, `${name}.png`), fullPage: true });
  }
}
