/** Who may do what: every route names a permission, every caller has a role, and nothing else is allowed. */

import { createHash, timingSafeEqual } from 'node:crypto';
import type { Context } from 'hono';
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
}

/** The roles that have a permission. */
export function rolesWith(permission: Permission): readonly Role[] {
  return ROLES.filter((role) => PERMISSIONS[role].includes(permission));
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
  const caller = identify(c, options);
  if (caller === undefined) return UNAUTHORIZED;
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

function identify(c: Context, { tokens, remoteAddress }: AccessOptions): Caller | undefined {
  const known = tokens();
  if (known.length === 0) return isLocal(c, remoteAddress(c)) ? LOCAL : undefined;
  const text = /^Bearer +(\S{1,500})$/i.exec(c.req.header('authorization') ?? '')?.[1];
  if (text === undefined) return undefined;
  const digest = Buffer.from(tokenDigest(text), 'hex');
  let found: Caller | undefined;
  // all are compared, each in constant time: how long it takes says nothing about any of them
  for (const token of known)
    if (timingSafeEqual(digest, Buffer.from(token.sha256, 'hex')))
      found = { name: token.name, role: token.role };
  return found;
}

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
