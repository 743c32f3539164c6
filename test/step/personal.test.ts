/** Coarse addresses and browser families. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { agentFamily, cutAddress } from '../../src/step/personal.ts';
import { decodeText, eventOf, letterOf } from './decode-event.ts';

const ADDRESSES: [string, string][] = [
  ['192.168.7.201', '192.168.7.0/24'],
  ['::ffff:192.168.7.201', '192.168.7.0/24'],
  ['0:0:0:0:0:FFFF:192.168.7.201', '192.168.7.0/24'],
  ['2001:db8:abcd:12:34:56:78:9a', '2001:db8:abcd::/48'],
  ['2001:DB8:00cd::1', '2001:db8:cd::/48'],
  ['2001:db8::1', '2001:db8:0::/48'],
  ['2001::1', '2001:0:0::/48'],
  ['::1', '0:0:0::/48'],
  ['::', '0:0:0::/48'],
  ['1::', '1:0:0::/48'],
  ['1:2:3:4:5:6:7::', '1:2:3::/48'],
  ['1::d6:192.168.0.1', '1:0:0::/48'],
  ['1:2:3:4:5:6:1.2.3.4', '1:2:3::/48'],
];

for (const [address, network] of ADDRESSES)
  test(`${address} is kept as ${network}, and stays so`, () => {
    assert.equal(cutAddress(address), network);
    assert.equal(cutAddress(network), network);
    const click = { campaign_id: 'c', channel: 'a', cost: 1, ip_address: network };
    const decoded = eventOf(decodeText(JSON.stringify({ type: 'campaign.click', ...click })));
    assert.equal(decoded.data.ip_address, network);
    assert.equal(decoded.visitor, undefined, 'a network is nobody');
  });

test('a network with an address in it is no network', () => {
  const click = { type: 'campaign.click', campaign_id: 'c', channel: 'a', cost: 1 };
  for (const ip_address of ['10.1.2.3/24', '10.1.2.0/25', '2001:db8:0:1::/48'])
    assert.equal(letterOf(decodeText(JSON.stringify({ ...click, ip_address }))).reason, 'bad_field');
});

const AGENTS: [string, string][] = [
  [
    'Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36',
    'chrome',
  ],
  [
    'Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36 Edg/140.0',
    'edge',
  ],
  ['Mozilla/5.0 (Macintosh) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Safari/605.1.15', 'safari'],
  ['Mozilla/5.0 (iPhone) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/140.0 Mobile Safari/604.1', 'chrome'],
  ['Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0', 'firefox'],
  ['Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36 OPR/120.0', 'other'],
  ['Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)', 'bot'],
  ['curl/8.5.0', 'bot'],
  ['', 'other'],
  ['ana@example.com', 'other'],
];

for (const [agent, family] of AGENTS)
  test(`${agent.slice(-50) || 'nothing'} is ${family}`, () => {
    assert.equal(agentFamily(agent), family);
    assert.equal(agentFamily(family), family);
  });
