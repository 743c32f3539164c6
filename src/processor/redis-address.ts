/** Where a Redis is, taken out of its URL. */

import { WeirError } from '../core/errors.ts';

/** `redis://…`, `rediss://…` (TLS) or `unix:/path`; or the path of a unix socket. */
export type RedisTarget = string | { readonly path: string };

/** A path, or a host and port. */
export interface RedisAddress {
  readonly path?: string;
  readonly host?: string;
  readonly port?: number;
  readonly db?: number;
  readonly username?: string;
  readonly password?: string;
  readonly tls?: { readonly ca?: string };
}

/** @param ca certificate authority for TLS, where the system's do not know it */
export function addressOf(target: RedisTarget, ca?: string): RedisAddress {
  if (typeof target !== 'string') return { path: target.path };
  const url = URL.canParse(target) ? new URL(target) : undefined;
  if (url?.protocol === 'unix:') return { path: decodeURIComponent(url.pathname) };
  if (!url?.hostname || (url.protocol !== 'redis:' && url.protocol !== 'rediss:'))
    throw new WeirError(
      'config_invalid',
      // Not shown: it may hold a password.
      'reading the address of Redis: it is not a URL; write redis://host:6379, rediss:// for TLS or unix:/path',
    );
  const db = Number(url.pathname.slice(1) || 0);
  if (!Number.isInteger(db))
    throw new WeirError('config_invalid', `reading the address of Redis: ${url.pathname} is not a database`);
  return {
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: Number(url.port || 6379),
    db,
    ...(url.username ? { username: decodeURIComponent(url.username) } : {}),
    ...(url.password ? { password: decodeURIComponent(url.password) } : {}),
    ...(url.protocol === 'rediss:' ? { tls: ca === undefined ? {} : { ca } } : {}),
  };
}
