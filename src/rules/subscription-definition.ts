/** Reads `subscriptions:` and `webhooks:` of weir.yaml: who is told which decisions, and the hosts that may be called at all. */

import { addressBytes, isLoopbackAddress, isPublicAddress } from '../core/public-address.ts';
import { ACTIONS, type Subscription } from '../core/subscription.ts';
import { NAME, nameRule } from './definition-name.ts';
import { type Diagnostics, startOf } from './diagnostics.ts';
import type { LocatedMap, LocatedScalar } from './located.ts';
import { MapReader } from './map-reader.ts';

export interface SubscriptionsDefinition {
  readonly subscriptions: readonly Subscription[];
  /** Every rule that a subscription names, at its place. */
  readonly rules: readonly LocatedScalar[];
}

const KEYS = ['rules', 'actions', 'to', 'url', 'secret', 'insecure'];
const EXAMPLE = '{ rules: [RULE], to: stream }';
/** A variable of the environment, or a file by its path. */
const SECRET = /^(?:[A-Z][A-Z0-9_]*|\.{0,2}\/.+)$/;

export function readSubscriptions(reader: MapReader): SubscriptionsDefinition {
  const { diagnostics } = reader;
  const hosts = readHosts(reader);
  const subscriptions: Subscription[] = [];
  const rules: LocatedScalar[] = [];
  for (const [name, { key, value }] of reader.submap('subscriptions')?.entries ?? []) {
    if (!NAME.test(name)) diagnostics.report(key, nameRule(name));
    else if (name === ACTIONS.name)
      diagnostics.report(key, '`actions` is the subscription of the stream weir:actions: take another name');
    else if (value.type !== 'map')
      diagnostics.report(startOf(value), `a subscription is a map such as ${EXAMPLE}`);
    else {
      const { subscription, named } = readSubscription(key, value, hosts, diagnostics);
      if (subscription) subscriptions.push(subscription);
      rules.push(...named);
    }
  }
  return { subscriptions, rules };
}

/** As the URL parser writes them, so that there is one way to write each. */
function readHosts(reader: MapReader): string[] {
  const map = reader.submap('webhooks');
  if (map === undefined) return [];
  const { diagnostics } = reader;
  const hosts = new MapReader(map, diagnostics, ['hosts']);
  hosts.need('hosts');
  return hosts.scalars('hosts').flatMap((scalar) => {
    const host = hostOf(scalar.text);
    if (host !== undefined) return [host];
    diagnostics.report(scalar, `\`${scalar.text}\` is not the name of a host such as hooks.example.com`);
    return [];
  });
}

function hostOf(text: string): string | undefined {
  const url =
    /[/@?#\s]/.test(text) || !URL.canParse(`https://${text}`) ? undefined : new URL(`https://${text}`);
  return url?.host;
}

function readSubscription(
  place: LocatedScalar,
  map: LocatedMap,
  hosts: readonly string[],
  diagnostics: Diagnostics,
): { subscription: Subscription | undefined; named: readonly LocatedScalar[] } {
  const reader = new MapReader(map, diagnostics, KEYS);
  const actions = reader.boolean('actions') ?? false;
  if (!actions) reader.need('rules');
  reader.need('to');
  const named = reader.has('rules') ? reader.scalars('rules') : [];
  const to = reader.word('to', ['stream', 'webhook']);
  const rules = [...new Set(named.map(({ text }) => text))].sort();
  const told = { name: place.text, rules, ...(actions && { actions: true as const }) };
  if (to === 'webhook') {
    reader.need('url');
    reader.need('secret');
    const insecure = reader.boolean('insecure') ?? false;
    const url = readUrl(reader, hosts, insecure);
    const secret = readSecret(reader);
    if (url === undefined || secret === undefined) return { subscription: undefined, named };
    return { subscription: { ...told, to, url, secret, ...(insecure ? { insecure } : {}) }, named };
  }
  if (to === 'stream')
    for (const name of ['url', 'secret', 'insecure', 'actions']) {
      const key = reader.key(name);
      if (key) diagnostics.report(key, `\`${name}\` is for webhooks: this subscription goes to the stream`);
    }
  return { subscription: to && { ...told, to }, named };
}

function readUrl(reader: MapReader, hosts: readonly string[], insecure: boolean): string | undefined {
  const scalar = reader.scalar('url');
  if (scalar === undefined) return undefined;
  const { diagnostics } = reader;
  const url = URL.canParse(scalar.text) ? new URL(scalar.text) : undefined;
  if (url === undefined || !['https:', 'http:'].includes(url.protocol)) {
    reader.refuse('url', scalar, 'an address such as https://hooks.example.com/weir');
    return undefined;
  }
  const problem = problemOf(url, hosts, insecure);
  if (problem === undefined) return url.href;
  diagnostics.report(scalar, problem.message, problem.hint);
  return undefined;
}

function problemOf(
  url: URL,
  hosts: readonly string[],
  insecure: boolean,
): { message: string; hint?: string } | undefined {
  const { host, hostname, protocol } = url;
  if (url.username !== '' || url.password !== '' || url.hash !== '')
    return { message: 'the address of a webhook has no user, password or fragment' };
  const address = hostname.replace(/^\[|\]$/g, '');
  const local = hostname === 'localhost' || isLoopbackAddress(address);
  if (insecure && !local)
    return { message: `\`insecure\` is for trials on this machine: ${hostname} is not localhost` };
  if (!insecure && protocol === 'http:')
    return { message: 'a webhook needs TLS: the address begins with https://' };
  if (!insecure && (local || (addressBytes(address) !== undefined && !isPublicAddress(address))))
    return { message: `${hostname} is not an address of the public internet: no webhook goes there` };
  if (hosts.includes(host)) return undefined;
  const message = `\`webhooks: { hosts: […] }\` does not list ${host}: nothing else is ever called`;
  return hosts.length > 0 ? { message, hint: `listed: ${hosts.join(', ')}` } : { message };
}

/** What was written is not shown: it may be the secret. */
function readSecret(reader: MapReader): string | undefined {
  const scalar = reader.scalar('secret');
  if (scalar === undefined || SECRET.test(scalar.text)) return scalar?.text;
  reader.diagnostics.report(
    scalar,
    '`secret` names a variable of the environment (ON_CALL_SECRET) or a file (/run/secrets/on_call), never the secret itself',
  );
  return undefined;
}
