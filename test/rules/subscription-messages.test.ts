/** Every mistake that a subscription can have, what is said about it and where; and what a right one becomes. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadRuleSet } from '../../src/rules/load-rule-set.ts';
import { inOneLine, loaded, ruleText, SETTINGS } from './rule-files.ts';

const RULES = [
  { path: 'a.yaml', text: ruleText('hot', 'mode: live\nvalue: 1') },
  { path: 'b.yaml', text: ruleText('tried', 'mode: shadow\nvalue: 1') },
];
const HOSTS = 'webhooks: { hosts: [hooks.example.com, localhost:8443, "2130706433:9"] }\n';

const filesOf = (text: string) => [{ path: 'weir.yaml', text: `${text}${SETTINGS.text}` }, ...RULES];

function problemsOf(text: string): string[] {
  const answer = loadRuleSet(filesOf(text));
  return answer.ok ? [] : answer.problems.map(inOneLine);
}

/** Of a subscription whose definition stands at 2:8 and of the allow-list after it. */
const ofOne = (definition: string, hosts = HOSTS) =>
  problemsOf(`subscriptions:\n  crm: ${definition}\n${hosts}`);

const hook = (rest: string) => ofOne(`{ rules: hot, to: webhook, ${rest} }`);

test('a subscription to the stream and one to a webhook', () => {
  const { plan } = loaded(
    filesOf(
      `subscriptions:
  crm: { rules: [hot], to: stream }
  on_call: { rules: hot, to: webhook, url: 'https://HOOKS.example.com:443/a?b=c', secret: ON_CALL_SECRET }
  trial: { rules: hot, to: webhook, url: 'http://localhost:8443/', secret: ./secret, insecure: true }
${HOSTS}`,
    ),
  );
  assert.deepEqual(plan.settings.subscriptions, [
    { name: 'crm', rules: ['hot'], to: 'stream' },
    {
      name: 'on_call',
      rules: ['hot'],
      to: 'webhook',
      url: 'https://hooks.example.com/a?b=c',
      secret: 'ON_CALL_SECRET',
    },
    {
      name: 'trial',
      rules: ['hot'],
      to: 'webhook',
      url: 'http://localhost:8443/',
      secret: './secret',
      insecure: true,
    },
  ]);
});

test('the hash of a set follows its subscriptions: a change is applied like any other', () => {
  const hashes = ['', 'subscriptions: { crm: { rules: [hot], to: stream } }\n'].map(
    (text) => loaded(filesOf(text)).plan.hash,
  );
  assert.notEqual(hashes[0], hashes[1]);
});

test('keys and words', () => {
  assert.deepEqual(problemsOf('subscriptions: { crm: stream }\n'), [
    '1:23: a subscription is a map such as { rules: [RULE], to: stream }',
  ]);
  assert.deepEqual(ofOne('{ rule: [hot], to: stream }'), [
    '2:10: unknown key `rule` (did you mean `rules`?)',
  ]);
  assert.deepEqual(ofOne('{ rules: [hot] }'), ['2:10: `to` is missing']);
  assert.deepEqual(ofOne('{ rules: [hot], to: steam }'), [
    '2:28: `to` must be one of stream, webhook (did you mean `stream`?)',
  ]);
  assert.deepEqual(ofOne('{ rules: [hot], to: stream, url: https://hooks.example.com }'), [
    '2:36: `url` is for webhooks: this subscription goes to the stream',
  ]);
  assert.deepEqual(ofOne('{ rules: [hot], to: webhook }').sort(), [
    '2:10: `secret` is missing',
    '2:10: `url` is missing',
  ]);
});

test('rules that are not there, or that tell nothing', () => {
  assert.deepEqual(ofOne('{ rules: [hott, hot], to: stream }'), [
    '2:18: unknown rule `hott` (did you mean `hot`?)',
  ]);
  const { warnings } = loaded(filesOf('subscriptions: { crm: { rules: tried, to: stream } }\n'));
  assert.ok(
    warnings
      .map(inOneLine)
      .includes('1:32: warning: `tried` is shadow: a subscription tells decisions of live rules only'),
  );
});

test('addresses', () => {
  const refused: [string, string][] = [
    [
      'hooks.example.com',
      '`url` must be an address such as https://hooks.example.com/weir, is `hooks.example.com`',
    ],
    [
      'ftp://hooks.example.com',
      '`url` must be an address such as https://hooks.example.com/weir, is `ftp://hooks.example.com`',
    ],
    ['http://hooks.example.com', 'a webhook needs TLS: the address begins with https://'],
    ['https://u:p@hooks.example.com', 'the address of a webhook has no user, password or fragment'],
    ['https://hooks.example.com/#a', 'the address of a webhook has no user, password or fragment'],
    [
      'https://hooks.example.org/',
      '`webhooks: { hosts: […] }` does not list hooks.example.org: nothing else is ever called (listed: hooks.example.com, localhost:8443, 127.0.0.1:9)',
    ],
    [
      'https://hooks.example.com:8443/',
      '`webhooks: { hosts: […] }` does not list hooks.example.com:8443: nothing else is ever called (listed: hooks.example.com, localhost:8443, 127.0.0.1:9)',
    ],
    ...['https://localhost:8443/', 'https://127.1/', 'https://0x7f000001/', 'https://017700000001/'].map(
      (url): [string, string] => [
        url,
        `${new URL(url).hostname} is not an address of the public internet: no webhook goes there`,
      ],
    ),
    ...[
      'https://10.0.0.1/',
      'https://169.254.169.254/',
      'https://[::ffff:8.8.8.8]/',
      'https://[fd00::1]/',
    ].map((url): [string, string] => [
      url,
      `${new URL(url).hostname} is not an address of the public internet: no webhook goes there`,
    ]),
  ];
  for (const [url, message] of refused)
    assert.deepEqual(hook(`url: '${url}', secret: S`), [`2:40: ${message}`]);
  assert.deepEqual(hook('url: https://hooks.example.com, secret: S, insecure: true'), [
    '2:40: `insecure` is for trials on this machine: hooks.example.com is not localhost',
  ]);
  assert.deepEqual(ofOne("{ rules: hot, to: webhook, url: 'https://a.example', secret: S }", ''), [
    '2:40: `webhooks: { hosts: […] }` does not list a.example: nothing else is ever called',
  ]);
});

test('a secret written in place is refused, and not repeated', () => {
  const problems = hook('url: https://hooks.example.com, secret: whsec_1234');
  assert.equal(problems.length, 1);
  assert.match(problems[0] as string, /never the secret itself$/);
  assert.doesNotMatch(problems[0] as string, /1234/);
});

test('hosts', () => {
  assert.deepEqual(problemsOf('webhooks: { hosts: [https://a.example/b] }\n'), [
    '1:21: `https://a.example/b` is not the name of a host such as hooks.example.com',
  ]);
  assert.deepEqual(problemsOf('webhooks: { host: [a.example] }\n'), [
    '1:13: unknown key `host` (did you mean `hosts`?)',
  ]);
});
