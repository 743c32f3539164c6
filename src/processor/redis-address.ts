/** Where a Redis is, taken out of its URL: one server, or some servers of a cluster. */

import { WeirError } from '../core/errors.ts';

/**
 * `redis://…`, `rediss://…` (TLS) or `unix:/path`; or the path of a unix socket. A cluster: several of them with commas
 * between, or `redis+cluster://…` with one server of it or more; user and password stand in the first one.
 */
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

/** Some servers of a cluster, which know the others, and how one logs in to each of them. */
export interface ClusterAddress {
  readonly nodes: readonly RedisAddress[];
  readonly login: Pick<RedisAddress, 'username' | 'password' | 'tls'>;
}

/** Undefined where the target is one server. */
export function clusterOf(target: RedisTarget, ca?: string): ClusterAddress | undefined {
  if (typeof target !== 'string') return undefined;
  const one = target.replace(/^(rediss?)\+cluster:/, '$1:');
  const [first, ...others] = one.split(',').map((text) => text.trim()) as [string, ...string[]];
  if (one === target && others.length === 0) return undefined;
  const scheme = first.startsWith('rediss:') ? 'rediss' : 'redis';
  const nodes = [first, ...others.filter((text) => text !== '')].map((text) =>
    addressOf(text.includes('://') ? text : `${scheme}://${text}`, ca),
  );
  if (nodes.some(({ db }) => db))
    throw new WeirError('config_invalid', 'reading the address of Redis: a cluster has only database 0');
  const { username, password, tls } = nodes[0] as RedisAddress;
  return {
    nodes,
    login: {
      ...(username === undefined ? {} : { username }),
      ...(password === undefined ? {} : { password }),
      ...(tls === undefined ? {} : { tls }),
    },
  };
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
      'reading the address of Redis: it is not a URL; write redis://host:6379, rediss:// for TLS or unix:/path, and for a cluster some of its servers with commas between',
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
