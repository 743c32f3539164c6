/** The addresses that webhooks may reach: a table of both kinds, and every writing held against Node's own parser. */

import assert from 'node:assert/strict';
import { isIP, SocketAddress } from 'node:net';
import { test } from 'node:test';
import fc from 'fast-check';
import { addressBytes, isLoopbackAddress, isPublicAddress } from '../../src/core/public-address.ts';

const OPEN = [
  ...['1.1.1.1', '8.8.8.8', '9.255.255.255', '11.0.0.0', '100.63.255.255', '100.128.0.0', '126.255.255.255'],
  ...['128.0.0.1', '169.253.255.255', '172.15.255.255', '172.32.0.0', '192.167.255.255', '192.169.0.0'],
  ...['198.17.255.255', '198.20.0.0', '223.255.255.255'],
  ...['2606:4700::1111', '2a00:1450:4003:80e::200e', '2001:4860:4860::8888', '3ffd::1'],
];

const CLOSED = [
  ...['0.0.0.0', '0.1.2.3', '10.0.0.0', '10.255.255.255', '100.64.0.1', '100.127.255.255', '127.0.0.1'],
  ...['127.255.255.254', '169.254.169.254', '169.254.0.0', '172.16.0.1', '172.31.255.255', '192.0.0.192'],
  ...['192.0.2.1', '192.88.99.1', '192.168.0.1', '192.168.255.255', '198.18.0.1', '198.19.255.255'],
  ...['198.51.100.7', '203.0.113.9', '224.0.0.1', '239.255.255.255', '240.0.0.1', '255.255.255.255'],
  ...[
    '::',
    '::1',
    '::ffff:8.8.8.8',
    '::ffff:7f00:1',
    '::ffff:169.254.169.254',
    '::8.8.8.8',
    '64:ff9b::8.8.8.8',
  ],
  ...[
    '64:ff9b:1::1',
    '100::1',
    'fc00::1',
    'fd00:ec2::254',
    'fdff::',
    'fe80::1',
    'febf::1',
    'fec0::1',
    'ff02::1',
  ],
  ...['2001::1', '2001:0:4136:e378::', '2001:10::1', '2001:20::1', '2001:db8::1', '2002:7f00:1::', '3fff::1'],
  // writings that some resolver or program takes for an address
  ...[
    '2130706433',
    '0x7f000001',
    '0177.0.0.1',
    '127.1',
    '08.8.8.8',
    '8.8.8.8 ',
    '8.8.8',
    '8.8.8.8.8',
    '256.1.1.1',
  ],
  ...[
    'fe80::1%eth0',
    '2606:4700::1111%1',
    '[2606:4700::1111]',
    '2606::4700::1111',
    '',
    'hooks.example.com',
    ':::',
  ],
];

test('the public internet is open, everything else is closed', () => {
  for (const address of OPEN) assert.equal(isPublicAddress(address), true, address);
  for (const address of CLOSED) assert.equal(isPublicAddress(address), false, address);
});

test('loopback is this machine and nothing else', () => {
  for (const address of ['127.0.0.1', '127.9.9.9', '::1', '0:0:0:0:0:0:0:1'])
    assert.equal(isLoopbackAddress(address), true, address);
  for (const address of ['128.0.0.1', '::2', '::', '::ffff:127.0.0.1', 'localhost', '127.1'])
    assert.equal(isLoopbackAddress(address), false, address);
});

test('an address is read as Node reads it, and what Node refuses is none', () => {
  const written = fc.oneof(
    fc.ipV4(),
    fc.ipV6(),
    fc.ipV4Extended(),
    fc.string({ unit: fc.constantFrom(...'0123456789abf.:x%'), maxLength: 24 }),
  );
  fc.assert(
    fc.property(written, (address) => {
      const bytes = addressBytes(address);
      const family = isIP(address.split('%')[0] as string);
      if (bytes === undefined) return family === 0 || address.includes('%');
      const text =
        bytes.length === 4
          ? bytes.join('.')
          : Array.from({ length: 8 }, (_, i) =>
              (((bytes[2 * i] as number) << 8) | (bytes[2 * i + 1] as number)).toString(16),
            ).join(':');
      const form = { 4: 'ipv4', 6: 'ipv6' } as const;
      const canonical = (one: string) =>
        new SocketAddress({ address: one, family: form[family as 4 | 6] }).address;
      return canonical(text) === canonical(address);
    }),
    { numRuns: 2000 },
  );
});
