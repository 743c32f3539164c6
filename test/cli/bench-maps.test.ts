/** The maps under bench/maps give the events they promise, and those are events that weir takes. */

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { mappedEvents } from '../../src/cli/import/mapped-events.ts';
import { toMicros } from '../../src/core/units.ts';
import { builtInEvents } from '../../src/rules/events/catalogue.ts';
import { readRowMapping } from '../../src/rules/row-mapping.ts';
import { scratchFolder } from './scratch-folder.ts';

type Event = Readonly<Record<string, unknown>>;

async function mapped(t: TestContext, map: string, lines: readonly string[]): Promise<Event[][]> {
  const path = join(import.meta.dirname, '../../bench/maps', map);
  const read = readRowMapping(path, readFileSync(path, 'utf8'));
  assert.ok(read.ok);
  const folder = scratchFolder(t, { 'a.csv': `${lines.join('\n')}\n` });
  const rows: Event[][] = [];
  for await (const { events } of mappedEvents(join(folder, 'a.csv'), read.mapping, { from: 1, start: 0 })) {
    for (const { id: _id, time: _time, type, ...data } of events) {
      const known = builtInEvents.get(String(type));
      assert.ok(known, String(type));
      const asRead: Record<string, unknown> = { ...data };
      for (const field of known.ids) if (field in asRead) asRead[field] = String(asRead[field]);
      assert.equal(known.check(asRead), undefined);
    }
    rows.push([...events]);
  }
  return rows;
}

const types = (rows: Event[][]) => rows.map((events) => events.map(({ type }) => String(type)).join(' '));

test('hillstrom: a lead, its mail, what it opened and bought', async (t) => {
  const rows = await mapped(t, 'hillstrom.yaml', [
    'recency,history_segment,history,mens,womens,zip_code,newbie,channel,segment,visit,conversion,spend',
    '10,2) $100 - $200,142.44,1,0,Surburban,0,Phone,Womens E-Mail,1,1,29.99',
    '6,3) $200 - $350,329.08,1,1,Rural,1,Web,No E-Mail,1,0,0',
    '9,5) $500 - $750,675.83,1,0,Rural,1,Multichannel,Mens E-Mail,0,0,0',
  ]);
  assert.deepEqual(types(rows), [
    'lead.created email.sent content.opened content.completed',
    'lead.created content.opened',
    'lead.created email.sent',
  ]);
  assert.deepEqual(
    rows.map(([created]) => [created?.lead_id, created?.source]),
    [
      [1, 'phone'],
      [2, 'web'],
      [3, 'multichannel'],
    ],
  );
  assert.deepEqual(
    rows.flat().flatMap(({ content_id }) => content_id ?? []),
    ['womens-mail', 'womens-mail', 'womens-mail', 'shop', 'mens-mail'],
  );
});

test('facebook-ads: clicks that cost what was spent, enquiries, sales', async (t) => {
  const rows = await mapped(t, 'facebook-ads.yaml', [
    'ad_id,xyz_campaign_id,fb_campaign_id,age,gender,interest,Impressions,Clicks,Spent,Total_Conversion,Approved_Conversion',
    '1,916,103916,30-34,M,15,7350,3,1.429999948,2,1',
    '2,916,103917,30-34,F,16,693,0,0,1,0',
    '3,936,103920,45-49,F,20,1000,1,0.5,0,0',
    '4,936,103920,45-49,F,20,10,0,0,0,0',
  ]);
  const clicks = 'campaign.click campaign.click campaign.click';
  assert.deepEqual(types(rows), [
    `${clicks} campaign.application campaign.application campaign.conversion`,
    'campaign.application',
    'campaign.click',
    '',
  ]);
  const costs = rows[0]?.flatMap(({ cost }) => (cost === undefined ? [] : toMicros(cost as number)));
  assert.deepEqual(costs, [476_667, 476_667, 476_666]);
  assert.deepEqual(
    rows[0]?.map(({ metadata }) => (metadata as Event | undefined)?.impressions),
    [7350, undefined, undefined, undefined, undefined, undefined],
  );
  assert.equal(rows[2]?.[0]?.campaign_id, '936');
});

test('facebook-ads: spend without a click stops the import instead of being lost', async (t) => {
  const lines = [
    'ad_id,xyz_campaign_id,age,gender,interest,Impressions,Clicks,Spent,Total_Conversion,Approved_Conversion',
  ];
  await assert.rejects(
    mapped(t, 'facebook-ads.yaml', [...lines, '1,916,30-34,M,15,7350,0,1.5,0,0']),
    /row 1.*nothing to spread/,
  );
});
