/** page: how large the dashboard's first page is, and how soon a browser has it ready, on this machine. */

import { BrowserHouse, hasChromium } from '../test/flow/browser-house.ts';
import type { Bench, Options, Outcome } from './bench.ts';
import { median, quantile } from './quantile.ts';
import { number, table } from './table.ts';

interface Visit {
  /** Everything that was loaded, as it came over the wire. */
  readonly bytes: number;
  /** From asking for the page to each of these, milliseconds. */
  readonly answered: number;
  readonly painted: number;
  /** Its script has run: what can be clicked does something. */
  readonly interactive: number;
}

const PAINTED = `performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0`;
const TIMES = `(({ responseEnd, domContentLoadedEventEnd }) => [responseEnd, domContentLoadedEventEnd])(performance.getEntriesByType('navigation')[0])`;

async function run(options: Options): Promise<Outcome> {
  if (!hasChromium()) throw new Error('chromium is not installed: apt-get install chromium');
  const { visits } = options as Record<'visits', number>;
  const at = await BrowserHouse.open('shipped');
  try {
    // compiled and warm, as the page of the second visitor is
    await visit(at);
    const found: Visit[] = [];
    for (let n = 0; n < visits; n++) found.push(await visit(at));
    return outcome(found, at.complaints);
  } finally {
    await at.close();
  }
}

/** With an empty cache. */
async function visit(at: BrowserHouse): Promise<Visit> {
  const page = await at.open();
  const client = await page.context().newCDPSession(page);
  let bytes = 0;
  client.on('Network.loadingFinished', ({ encodedDataLength }) => {
    bytes += encodedDataLength;
  });
  await client.send('Network.enable');
  await page.goto(`${at.house.url}/`, { waitUntil: 'load' });
  const [answered, interactive] = (await page.evaluate(TIMES)) as [number, number];
  const painted = (await page.evaluate(PAINTED)) as number;
  await page.context().close();
  return { bytes, answered, painted, interactive };
}

function outcome(found: readonly Visit[], complaints: readonly string[]): Outcome {
  const of = (name: keyof Visit) => found.map((one) => one[name]);
  const row = (title: string, name: keyof Visit) => [
    title,
    ...[median(of(name)), quantile(of(name), 0.95), Math.max(...of(name))].map((value) => number(value, 0)),
  ];
  return {
    table: `Today, ${number(found.length)} times with an empty cache\n${table([
      ['', 'p50', 'p95', 'max'],
      row('bytes over the wire', 'bytes'),
      row('page is answered, ms', 'answered'),
      row('first paint, ms', 'painted'),
      row('interactive, ms', 'interactive'),
    ])}`,
    exact: complaints.length === 0,
    figures: {
      page_bytes: Math.max(...of('bytes')),
      answered_p50_ms: median(of('answered')),
      painted_p50_ms: median(of('painted')),
      interactive_p50_ms: median(of('interactive')),
      interactive_p95_ms: quantile(of('interactive'), 0.95),
      exact: complaints.length === 0,
    },
  };
}

export const page: Bench = {
  about: 'how large the first page of the dashboard is, and how soon it can be used',
  defaults: { visits: 20 },
  run,
};
