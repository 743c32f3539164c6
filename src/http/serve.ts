/** Listens for HTTP and closes gracefully. */

import type { AddressInfo } from 'node:net';
import { type HttpBindings, serve } from '@hono/node-server';
import type { Context, Hono } from 'hono';
import { WeirError } from '../core/errors.ts';
import { type Millis, SECOND } from '../core/units.ts';

export interface Listening {
  readonly url: string;
  close(): Promise<void>;
}

/** How long a request may take to arrive: who sends slower, so as to hold connections, is cut off. */
export interface Slowness {
  readonly headers: Millis;
  readonly request: Millis;
  /** How often connections are looked at. */
  readonly check: Millis;
  /** How long answers under way may take when the server closes: who does not read keeps nobody from ending. */
  readonly goodbye: Millis;
}

const SLOWNESS: Slowness = {
  headers: 10 * SECOND,
  request: 30 * SECOND,
  check: 5 * SECOND,
  goodbye: 5 * SECOND,
};

/** Port 0 takes a free one. */
export function listen(app: Hono, hostname: string, port: number, slowness = SLOWNESS): Promise<Listening> {
  return new Promise((resolve, reject) => {
    const server = serve(
      {
        fetch: app.fetch,
        hostname,
        port,
        serverOptions: {
          headersTimeout: slowness.headers,
          requestTimeout: slowness.request,
          connectionsCheckingInterval: slowness.check,
        },
      },
      () => {
        const { address, port: bound, family } = server.address() as AddressInfo;
        const host = family === 'IPv6' ? `[${address}]` : address;
        resolve({
          url: `http://${host}:${bound}`,
          close: () =>
            new Promise((closed) => {
              server.close(() => closed());
              if (!('closeIdleConnections' in server)) return;
              server.closeIdleConnections();
              setTimeout(() => server.closeAllConnections(), slowness.goodbye).unref();
            }),
        });
      },
    );
    server.on('error', (error: NodeJS.ErrnoException) => {
      const advice =
        error.code === 'EADDRINUSE'
          ? 'set PORT to another one, or to 0 for a free one'
          : 'check HOST and PORT';
      reject(new WeirError('wrong_usage', `listening on ${hostname}:${port}: ${error.message}; ${advice}`));
    });
  });
}

/** The other end of a request's connection; undefined where there is none. */
export function remoteAddress(c: Context): string | undefined {
  return (c.env as HttpBindings | undefined)?.incoming?.socket.remoteAddress;
}

/** Ends a request's connection at once, whatever was still to be sent. */
export function hangUp(c: Context): void {
  (c.env as HttpBindings | undefined)?.outgoing?.destroy();
}
