/** Takes personal fields out of an event's data before anything keeps it: moved to its person, or made coarse. */

import type { EventType, FieldKind } from '../rules/event-catalogue.ts';
import type { Fields } from './normalise.ts';
import { hashText } from './payload-hash.ts';

/**
 * The data without personal fields, and those by their names; undefined when there are none. A stray, which the type
 * does not declare, is nobody's record: it is made coarse or left out.
 */
export function takePersonal(
  data: Fields,
  type: EventType,
  strays: ReadonlyMap<string, FieldKind> = NONE,
): Taken | undefined {
  if (!hasAny(data, type.personal) && !hasAny(data, strays.keys())) return undefined;
  const rest: Fields = {};
  let person: Record<string, string> | undefined;
  // copied rather than deleted from: objects that lost a field by `delete` are slow to read
  for (const key in data) {
    const value = data[key];
    const declared = type.personal.includes(key);
    const kind = declared ? type.shape.find(({ name }) => name === key)?.kind : strays.get(key);
    if (!declared && kind === undefined) rest[key] = value;
    else if (kind === 'ip') rest[key] = typeof value === 'string' ? networkOf(value, declared) : null;
    else if (kind === 'agent') rest[key] = typeof value === 'string' ? agentFamily(value) : null;
    // an id that is personal names a session or a device: it is nobody's record, so it is not kept at all
    else if (declared && value !== null && kind !== 'id') {
      person ??= {};
      person[key] = typeof value === 'string' ? value : JSON.stringify(value);
    }
  }
  return { data: rest, person, visitor: visitorOf(data, type) };
}

/**
 * Of a session, else of address and browser together: 24 bits of a hash, so few that each belongs to many visitors and
 * none can be told by it; undefined where the event has neither.
 */
function visitorOf(data: Fields, type: EventType): number | undefined {
  let session: unknown;
  let address: unknown;
  for (const { name, kind, personal } of type.shape) {
    if (!personal) continue;
    if (kind === 'id') session ??= data[name];
    else if (kind === 'ip') address ??= data[name];
  }
  if (typeof session === 'string') return hashText(session) & 0xffffff;
  // a network is not a visitor
  return typeof address === 'string' && !address.includes('/')
    ? hashText(`${address}\n${data.user_agent ?? ''}`) & 0xffffff
    : undefined;
}

const NONE: ReadonlyMap<string, FieldKind> = new Map();

function hasAny(data: Fields, names: Iterable<string>): boolean {
  for (const name of names) if (data[name] !== undefined) return true;
  return false;
}

/** What nobody has checked may be no address at all. */
function networkOf(value: string, checked: boolean): string | null {
  return checked || /^(?:\d{1,3}\.){3}(?:\d{1,3}|0\/24)$/.test(value) ? cutAddress(value) : null;
}

interface Taken {
  readonly data: Fields;
  readonly person: Record<string, string> | undefined;
  readonly visitor: number | undefined;
}

/**
 * An IPv4 address cut to its /24 network, an IPv6 address to its /48; an IPv4 address inside IPv6 counts as IPv4.
 * What is cut already stays.
 */
export function cutAddress(address: string): string {
  if (address.includes('/')) return address;
  const groups = address.toLowerCase().split(':');
  const last = groups.at(-1) as string;
  if (last.includes('.')) {
    if (groups.length === 1 || isMapped(groups)) return `${last.slice(0, last.lastIndexOf('.'))}.0/24`;
    groups.splice(-1, 1, '0', '0');
  }
  const gap = address.indexOf('::') < 0 ? -1 : address.startsWith('::') ? 0 : groups.indexOf('');
  const present = groups.filter((group) => group !== '');
  if (gap >= 0) present.splice(gap, 0, ...new Array<string>(8 - present.length).fill('0'));
  const network = present.slice(0, 3).map((group) => Number.parseInt(group, 16).toString(16));
  return `${network.join(':')}::/48`;
}

function isMapped(groups: readonly string[]): boolean {
  const before = groups.slice(0, -1);
  return before.at(-1) === 'ffff' && before.slice(0, -1).every((group) => /^0*$/.test(group));
}

const FAMILIES = new Set(['bot', 'edge', 'firefox', 'chrome', 'safari', 'other']);

/** The family of a browser, or `bot`, or `other`; of a family itself that one. */
export function agentFamily(agent: string): string {
  if (FAMILIES.has(agent)) return agent;
  if (/bot|crawl|spider|slurp|curl\/|wget\/|python|headless/i.test(agent)) return 'bot';
  if (/Edg(?:e|A|iOS)?\//.test(agent)) return 'edge';
  if (/(?:Firefox|FxiOS)\//.test(agent)) return 'firefox';
  if (/OPR\/|Opera|SamsungBrowser\//.test(agent)) return 'other';
  if (/(?:Chrome|Chromium|CriOS)\//.test(agent)) return 'chrome';
  return /Safari\//.test(agent) ? 'safari' : 'other';
}
