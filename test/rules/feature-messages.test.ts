/** Every mistake that a feature can have, what is said about it and where. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { featureProblems, featuresText, problemsOf } from './rule-files.ts';

/** The kind, the features (the first at line 3, column 5) and what is said. */
const MISTAKES: readonly (readonly [kind: string, features: string, ...problems: string[]])[] = [
  [
    'lead',
    'x: { avg: cost, max: 3, on: content.opened }',
    '3:21: two aggregates in one feature: `avg` and `max`',
  ],
  ['lead', 'x: { cuont: content.opened }', '3:10: unknown key `cuont` (did you mean `count`?)'],
  ['lead', 'x: { count: content.opened, windw: 7d }', '3:33: unknown key `windw` (did you mean `window`?)'],
  [
    'lead',
    'x: { count: content.opend }',
    '3:17: unknown event type `content.opend` (did you mean `content.opened`?)',
  ],
  ['lead', 'x: { count: decision.y }', '3:17: unknown event type `decision.y`'],
  [
    'lead',
    'x: { count: content.opened, window: 7 }',
    '3:41: `window` must be a duration such as 30m, 6h or 7d, is `7`',
  ],
  [
    'lead',
    'x: { count: content.opened, window: 0d }',
    '3:41: `window` must be a duration such as 30m, 6h or 7d, is `0d`',
  ],
  ['lead', 'x: { count: content.opened, window: 401d }', '3:41: a window reaches back at most 400d'],
  [
    'lead',
    'x: { count: content.opened, window: 300d, ago: 101d }',
    '3:41: a window reaches back at most 400d, `ago` included',
  ],
  [
    'lead',
    'x: { count: content.opened, window: 361h }',
    '3:41: a window that reaches back this far is kept in whole days',
  ],
  [
    'lead',
    'x: { count: content.opened, window: 7d, ago: 30m }',
    '3:50: a window that reaches back this far is kept in whole hours',
  ],
  ['lead', 'x: { count: content.opened, step: 10s }', '3:33: `step` needs a `window` to divide'],
  ['lead', 'x: { series: content.opened, step: 10s }', '3:10: `window` is missing'],
  [
    'lead',
    'x: { series: content.opened, window: 1h, once: lead_id }',
    '3:46: `once` does not go with `series`',
  ],
  [
    'lead',
    'x: { count: content.opened, window: 25s, step: 10s }',
    '3:52: `window` must be a multiple of `step`',
  ],
  [
    'lead',
    'x: { count: content.opened, window: 20s, ago: 5s, step: 10s }',
    '3:61: `ago` must be a multiple of `step`',
  ],
  [
    'lead',
    'x: { count: content.opened, window: 2h, step: 1s }',
    '3:51: this window has 7200 steps, more than 1000; take a wider `step`',
  ],
  ['lead', 'x: { since: content.opened, step: 10s }', '3:33: `step` does not go with `since`'],
  ['lead', 'x: { count: content.opened, ago: 7d }', '3:33: `ago` needs a `window` to shift'],
  ['lead', 'x: { count: content.opened, until: 7d }', '3:33: `until` does not go with `count`'],
  ['lead', 'x: { last: status, on: lead.created, once: lead_id }', '3:42: `once` does not go with `last`'],
  [
    'lead',
    'x: { distinct: content_id, on: content.opened, keep: 1000000 }',
    '3:58: `keep` must be a whole number from 1 to 10000, is `1000000`',
  ],
  ['lead', 'x: { last: status }', '3:10: `on` is missing'],
  [
    'lead',
    'x: { last: status, no: lead.created }',
    '3:10: `on` is missing',
    '3:24: unknown key `no` (did you mean `on`?)',
  ],
  ['channel', 'x: { p100: cost, on: campaign.click }', '3:10: unknown key `p100`'],
  ['channel', 'x: { p0: cost, on: campaign.click }', '3:10: unknown key `p0`'],
  [
    'lead',
    'x: { since: lead.created, unit: dya }',
    '3:37: `unit` must be one of day, hour, minute (did you mean `day`?)',
  ],
  [
    'lead',
    'x: { latest: led_id, on: content.opened }',
    '3:18: unknown field `led_id` of content.opened (did you mean `lead_id`?)',
  ],
  ['lead', 'x: content.opened', '3:8: a feature is a map such as { count: content.opened, window: 7d }'],
  [
    'lead',
    'X: { count: content.opened }',
    '3:5: `X` is no name: names have small letters, digits and _, and start with a letter',
  ],
  [
    'lead',
    'lead_id: { count: content.opened }',
    '3:5: `lead_id` is a key field of lead, choose another name',
  ],
  [
    'lead',
    'params: { count: content.opened }',
    '3:5: no feature may be called `params`: the word has a meaning of its own',
  ],
  [
    'lead',
    'lead: { count: content.opened }',
    '3:5: no feature may be called `lead`: the word has a meaning of its own',
  ],
  ['led', 'x: { count: content.opened }', '2:3: unknown kind of entity `led` (did you mean `lead`?)'],
  [
    'source',
    'x: { count: lead }',
    '3:5: which source? lead has no feature `source` (name the features of lead that say it: by: …)',
  ],

  [
    'lead',
    'x: { last: email, on: lead.created }',
    '3:16: `email` is personal: personal fields are never used in features',
  ],
  [
    'lead',
    'x: { count: lead.created, where: email = "a" }',
    '3:38: `email` is personal: personal fields are never used in features',
  ],
  [
    'lead',
    'x: { distinct: "email & name", on: lead.created }',
    '3:21: `email` is personal: personal fields are never used in features',
    '3:29: `name` is personal: personal fields are never used in features',
  ],
  [
    'lead',
    'x: { count: lead.created, once: email }',
    '3:37: `email` is personal: personal fields are never used in features',
  ],
  [
    'channel',
    'x: { sum: cst, on: campaign.click }',
    '3:15: unknown field `cst` of campaign.click (did you mean `cost`?)',
  ],
  [
    'channel',
    'x: { sum: 2 * csot, on: campaign.click }',
    '3:19: unknown field `csot` of campaign.click (did you mean `cost`?)',
  ],
  [
    'lead',
    'x: { last: status, on: [lead.created, content.opened] }',
    '3:16: unknown field `status` of content.opened',
  ],
  [
    'lead',
    'x: { count: content.opened, where: content_tpe = "blog" }',
    '3:40: unknown field `content_tpe` of content.opened (did you mean `content_type`?)',
  ],
  [
    'lead',
    'x: { count: content.opened, once: conten_id }',
    '3:39: unknown field `conten_id` of content.opened (did you mean `content_id`?)',
  ],
  [
    'channel',
    'x: { last: budget, on: campaign.created, each: chanels }',
    '3:52: unknown list `chanels` of campaign.created (did you mean `channels`?)',
  ],
  [
    'lead',
    'x: { sum: cost, on: campaign.click }',
    '3:25: campaign.click cannot feed a feature of lead: it goes where its campaign_id belongs',
  ],
  [
    'channel',
    'x: { count: campaign.created }',
    '3:17: campaign.created cannot feed a feature of channel: it has no field `channel`',
  ],

  [
    'lead',
    'x: { avg: hour, from: content.sent, to: content.opened, match: content_id }',
    '3:15: `avg` must be one of days, hours, minutes (did you mean `hours`?)',
  ],
  ['lead', 'x: { avg: hours, from: content.sent, to: content.opened }', '3:10: `match` is missing'],
  [
    'lead',
    'x: { max: hours, from: content.sent, to: content.opened, match: content_id }',
    '3:10: only `avg` can be taken of pairs: { avg: hours, from: …, to: …, match: … }',
  ],

  ['campaign', 'x: { count: chanel }', '3:17: unknown kind of entity `chanel` (did you mean `channel`?)'],
  [
    'campaign',
    'x: { count: source }',
    '3:17: a source is shared: read its features with { last: FEATURE, of: source }',
  ],
  [
    'campaign',
    'x: { count: lead }',
    '3:17: a lead is no part of a campaign: its key must have `campaign_id` and more',
  ],
  ['campaign', 'x: { count: channel, by: lead_id }', '3:30: `by` must be the key of campaign: campaign_id'],
  ['campaign', 'x: { rows: [channel, y], of: channel }', '3:26: unknown feature `y` of channel'],
  [
    'campaign',
    'x: { rows: [channel], of: channel, top: 3, order: budget }',
    '3:5: `top` of a kind is for features of shared kinds, campaign is none',
  ],
  ['campaign', 'x: { median: cost, of: channel }', '3:24: `of` does not go with `median`'],
  [
    'campaign',
    'x: { count: channel, where: chanel = "a" }',
    '3:33: unknown feature `chanel` of channel (did you mean `channel`?)',
  ],

  ['lead', 'x: { calc: y + 1 }', '3:16: unknown feature `y` of lead'],
  ['lead', 'x: { calc: params.y }', '3:16: unknown feature `params` of lead'],
  [
    'lead',
    'x: { calc: y }\ny: { calc: x }',
    '3:5: features depend on each other: lead.x -> lead.y -> lead.x',
  ],
  ['lead', 'x: { learn: status = "converted" }', '3:10: `from` is missing', '3:10: `horizon` is missing'],
  [
    'lead',
    'x: { learn: opens > 3, from: [opns, lead_id, opens, opens], horizon: 6h }\nopens: { count: content.opened }',
    '3:35: unknown feature `opns` of lead (did you mean `opens`?)',
    '3:41: `lead_id` is the key of lead: it says nothing of others',
    '3:57: `opens` stands in the list twice',
    '3:74: `horizon` is between 1d and 400d',
  ],
  [
    'lead',
    'x: { learn: opens, from: opens, horzon: 30d, horizon: 500d }\nopens: { count: content.opened }',
    '3:17: `learn` must be true or false, this is a number',
    '3:37: unknown key `horzon` (did you mean `horizon`?)',
    '3:59: `horizon` is between 1d and 400d',
  ],
  [
    'lead',
    'x: { learn: opens > 3, from: x, lost: opens < 0, horizon: 30d }\nopens: { count: content.opened }',
    '3:5: features depend on each other: lead.x -> lead.x',
    '3:43: `opens < 0` never holds: `opens` is a number from 0 up',
  ],
  [
    'source',
    'x: { learn: y > 3, from: y, horizon: 30d }\ny: { count: lead.created }',
    '3:5: a feature of source cannot be learned: it is shared, and only local kinds have examples enough',
  ],
  [
    'channel',
    'x: { forecast: cpa, on: campaign.click, outcome: campaign.application }',
    '3:10: `horizon` is missing',
    '3:10: `spent` is missing',
  ],
  [
    'channel',
    'x: { forecast: cpa, horizon: 1d, on: campaign.click, spent: cots, outcome: campaign.aplication, match: click, prior: usul }',
    '3:34: `horizon` of `cpa` is 1h: what the next hour brings',
    '3:65: unknown field `cots` of campaign.click (did you mean `cost`?)',
    '3:80: unknown event type `campaign.aplication` (did you mean `campaign.application`?)',
    '3:108: unknown field `click` of campaign.click',
    '3:122: unknown feature `usul` of channel',
  ],
  [
    'channel',
    'x: { forecast: cpa, horizon: 1h, on: campaign.click, spent: cost, outcome: campaign.application, window: 1d }',
    '3:102: `window` does not go with `forecast`',
  ],
  [
    'channel',
    'x: { forecast: cpa, horizon: 1h, on: campaign.click, spent: cost, outcome: campaign.application, plan: { hours: hours, on: action.applied } }',
    '3:110: `each` is missing',
  ],
  [
    'source',
    'x: { forecast: cpa, horizon: 1h, on: campaign.click, spent: cost, outcome: campaign.application }',
    '3:5: a feature of source cannot be a forecast of `cpa`: it is shared, and what money buys is learned of each channel',
    '3:42: campaign.click cannot feed a feature of source: it has no field `source`',
  ],
  [
    'channel',
    'x: { anomaly: clicks, on: campaign.click, spent: cost }',
    '3:10: `anomaly: clicks` needs `given`: the feature with `forecast: cpa` that says what is usual',
  ],
  [
    'channel',
    'x: { anomaly: click_costs, given: y, on: campaign.click, spent: cost }\ny: { count: campaign.click }',
    '3:19: `anomaly` must be one of click_cost, clicks, applications, repeats (did you mean `click_cost`?)',
  ],
  [
    'channel',
    'x: { anomaly: click_cost, given: y, on: campaign.click, spent: cots, outcome: campaign.application }\ny: { count: campaign.click }',
    '3:38: `given` names a feature with `forecast: cpa`; `y` is none',
    '3:68: unknown field `cots` of campaign.click (did you mean `cost`?)',
    '3:74: `outcome` does not go with `anomaly: click_cost`',
  ],
  [
    'channel',
    'x: { anomaly: applications, given: respons, on: campaign.click, window: 1d }',
    '3:10: `outcome` is missing',
    '3:69: `window` does not go with `anomaly`',
  ],
  [
    'channel',
    'x: { anomaly: repeats, given: x, on: campaign.click, same: session_id, usual: $not($exists(fraud)) }',
    '3:35: `given` names a feature with `forecast: cpa`; `x` is none',
    '3:64: `session_id` is personal: personal fields are never used in features',
    '3:76: `usual` does not go with `anomaly: repeats`',
  ],
  [
    'campaign',
    'x: { anomaly: cots, on: campaign.click, step: 10m }',
    '3:19: unknown field `cots` of campaign.click (did you mean `cost`?)',
    '3:51: `step` must be one of 5m, 1h',
  ],
  ['lead', 'x: { anomaly: count }', '3:10: `on` is missing'],
  [
    'lead',
    'x: { forecast: count, on: content.opened, horizon: 1d, window: 7d }',
    '3:56: `horizon` is 1h: what the next hour brings',
    '3:60: `window` does not go with `forecast`',
  ],
  [
    'source',
    'x: { anomaly: count, on: lead.created, step: 1h }\ny: { forecast: count, on: lead.created, horizon: 1h }',
    '3:5: a feature of source cannot be an `anomaly` or a `forecast`: it is shared; keep it for a local kind',
    '4:5: a feature of source cannot be an `anomaly` or a `forecast`: it is shared; keep it for a local kind',
  ],
  ['lead', 'x: { calc: x + 1 }', '3:5: features depend on each other: lead.x -> lead.x'],
];

for (const [kind, features, ...expected] of MISTAKES)
  test(`${kind} ${features.replaceAll('\n', ' ')}`, () => {
    assert.deepEqual(featureProblems(kind, features), expected);
  });

test('a feature of another kind is named as that', () => {
  const text = `${featuresText('campaign', 'money: { count: campaign.click }')}---\n${featuresText('lead', 'x: { calc: money }')}`;
  assert.deepEqual(problemsOf(text), [
    '7:16: unknown feature `money` of lead (this is a feature of campaign)',
  ]);
});

test('a feature declared in two documents names the other place', () => {
  const text = featuresText('lead', 'x: { count: content.opened }');
  assert.deepEqual(problemsOf(`${text}---\n${text}`), [
    '7:5: `x` of lead is declared twice, also at a.yaml:3:5',
  ]);
});
