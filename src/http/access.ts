/** Who may do what: every route names a permission, every caller has a role, and nothing else is allowed. */

import { createHash, timingSafeEqual } from 'node:crypto';
import type { Context } from 'hono';
import type { WebSessions } from '../processor/web-sessions.ts';
import type { Problem } from './problem.ts';

export const ROLES = ['viewer', 'editor', 'budget_manager', 'producer', 'admin'] as const;
export type Role = (typeof ROLES)[number];

/** `enter`: of every role; `personal`: sees e-mail addresses and names beside what `read` shows. */
export type Permission = 'enter' | 'read' | 'personal' | 'send' | 'operate' | 'approve' | 'administer';

const PERMISSIONS: Readonly<Record<Role, readonly Permission[]>> = {
  viewer: ['enter', 'read'],
  editor: ['enter', 'read', 'personal', 'operate'],
  budget_manager: ['enter', 'read', 'approve'],
  producer: ['enter', 'send'],
  admin: ['enter', 'read', 'personal', 'send', 'operate', 'approve', 'administer'],
};

/** A caller who is allowed in: the name is for the audit, never a secret. */
export interface Caller {
  readonly name: string;
  readonly role: Role;
}

/** A token as it is kept: who has the file cannot use what is in it. */
export interface StoredToken extends Caller {
  /** SHA-256 of the token, in hex. */
  readonly sha256: string;
}

export interface AccessOptions {
  /** The tokens now; while there is none, callers on this machine may do everything and others nothing. */
  readonly tokens: () => readonly StoredToken[];
  /** The other end of the connection; undefined when it is not known. */
  readonly remoteAddress: (c: Context) => string | undefined;
  /** Absent: there are no cookies. */
  readonly sessions?: Pick<WebSessions, 'find'> | undefined;
}

/** The roles that have a permission. */
export function rolesWith(permission: Permission): readonly Role[] {
  return ROLES.filter((role) => PERMISSIONS[role].includes(permission));
}

export function permissionsOf(role: Role): readonly Permission[] {
  return PERMISSIONS[role];
}

export function may(caller: Caller, permission: Permission): boolean {
  return PERMISSIONS[caller.role].includes(permission);
}

/**
 * Finds out who asks, for `callerOf`, and whether they may; what is returned is the refusal.
 * @param needed of an address that is not there: `nobody`, since only callers are told that
 */
export async function admit(
  c: Context,
  options: AccessOptions,
  needed: Permission | 'nobody' | undefined,
): Promise<Problem | undefined> {
  if (needed === undefined) return undefined;
  const caller = await identify(c, options);
  if (caller === undefined) return UNAUTHORIZED;
  if ('slug' in caller) return caller;
  c.set(CALLER, caller);
  if (needed === 'nobody' || may(caller, needed)) return undefined;
  return { slug: 'forbidden', status: 403, title: 'The role of this token does not allow it' };
}

const UNAUTHORIZED: Problem = {
  slug: 'unauthorized',
  status: 401,
  title: 'A valid token is needed',
  detail: 'Send Authorization: Bearer TOKEN; `weir token new NAME --role ROLE` makes one',
};

const CALLER = 'caller';

export function callerOf(c: Context): Caller {
  return c.get(CALLER) as Caller;
}

async function identify(c: Context, options: AccessOptions): Promise<Caller | Problem | undefined> {
  const known = options.tokens();
  if (known.length === 0) return isLocal(c, options.remoteAddress(c)) ? LOCAL : undefined;
  const header = c.req.header('authorization');
  if (header !== undefined) {
    const text = /^Bearer +(\S{1,500})$/i.exec(header)?.[1];
    return text === undefined ? undefined : callerWith(tokenDigest(text), known);
  }
  const session = sessionOf(c);
  const token = session && (await options.sessions?.find(session));
  // a token that was taken back takes its sessions with it
  const caller = token && callerWith(token, known);
  if (!caller) return undefined;
  return ['GET', 'HEAD'].includes(c.req.method) || isOwnOrigin(c) ? caller : FOREIGN;
}

/** @param digest of the token that was shown */
export function callerWith(digest: string, known: readonly StoredToken[]): Caller | undefined {
  const shown = Buffer.from(digest, 'hex');
  let found: Caller | undefined;
  // all are compared, each in constant time: how long it takes says nothing about any of them
  for (const token of known)
    if (timingSafeEqual(shown, Buffer.from(token.sha256, 'hex')))
      found = { name: token.name, role: token.role };
  return found;
}

export const SESSION_COOKIE = 'weir_session';

/** What is kept of the session in the cookie; undefined where there is none. */
export function sessionOf(c: Context): string | undefined {
  const cookie = new RegExp(`(?:^|; *)${SESSION_COOKIE}=([\\w-]{43})(?:;|$)`).exec(
    c.req.header('cookie') ?? '',
  )?.[1];
  return cookie === undefined ? undefined : tokenDigest(cookie);
}

/** Whether a page of this very address sent it, as browsers tell. */
export function isOwnOrigin(c: Context): boolean {
  const host = c.req.header('host');
  return host !== undefined && hostOf(c.req.header('origin')) === host;
}

export const FOREIGN: Problem = {
  slug: 'foreign-origin',
  status: 403,
  title: 'The request comes from a page of another site',
  detail: 'With a cookie, changes are taken from pages of this weir only',
};

const LOCAL: Caller = { name: 'local', role: 'admin' };
const LOOPBACK = /^(127\.\d+\.\d+\.\d+|::1|::ffff:127\.\d+\.\d+\.\d+)$/;

/** From this machine, and not by a page of another site in its browser (a foreign Origin or a rebound name). */
function isLocal(c: Context, address: string | undefined): boolean {
  if (address === undefined || !LOOPBACK.test(address)) return false;
  const names = [c.req.header('host'), hostOf(c.req.header('origin'))].filter((name) => name !== undefined);
  return names.every((name) => /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])(:\d+)?$/.test(name));
}

function hostOf(origin: string | undefined): string | undefined {
  return origin === undefined ? undefined : origin.replace(/^https?:\/\//, '');
}

/** What is kept of a token. */
export function tokenDigest(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}
