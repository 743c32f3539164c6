/** A proxy on a free port in front of a server: passes, swallows, drips or cuts what goes through it. */

import { type AddressInfo, createConnection, createServer, type Socket } from 'node:net';

/**
 * blackhole: nothing passes and nothing closes; deaf: requests pass, replies do not; mute: requests do not pass;
 * drip: one byte a second each way.
 */
export type ProxyMode = 'through' | 'blackhole' | 'deaf' | 'mute' | 'drip';

export type ProxyTarget = { readonly path: string } | { readonly host: string; readonly port: number };

export interface TcpProxy {
  readonly port: number;
  /** Where new connections go. */
  target: ProxyTarget;
  mode: ProxyMode;
  /** Called with each piece of a request before it passes. */
  onRequest: ((piece: Buffer) => void) | undefined;
  /** Called with each piece of a reply before it passes; answering false cuts the connection instead. */
  onReply: ((piece: Buffer) => boolean) | undefined;
  /** Cuts every connection. */
  cut(): void;
  close(): Promise<void>;
}

const PASSES = { through: [true, true], blackhole: [false, false], deaf: [true, false], mute: [false, true] };

export async function startTcpProxy(target: ProxyTarget): Promise<TcpProxy> {
  const sockets = new Set<Socket>();
  const track = (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket)).on('error', () => undefined);
  };
  const server = createServer((client) => {
    const { target } = proxy;
    const upstream = 'path' in target ? createConnection(target.path) : createConnection(target);
    const cut = () => {
      client.destroy();
      upstream.destroy();
    };
    for (const socket of [client, upstream]) {
      track(socket);
      socket.on('close', () => proxy.mode === 'blackhole' || cut());
    }
    const [ask, answer] = [pour(upstream), pour(client)];
    client.on('data', (piece: Buffer) => {
      proxy.onRequest?.(piece);
      ask(piece, proxy.mode, 0);
    });
    upstream.on('data', (piece: Buffer) => {
      if (proxy.mode === 'through' && proxy.onReply?.(piece) === false) cut();
      else answer(piece, proxy.mode, 1);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const proxy: TcpProxy = {
    port: (server.address() as AddressInfo).port,
    target,
    mode: 'through',
    onRequest: undefined,
    onReply: undefined,
    cut: () => {
      for (const socket of sockets) socket.destroy();
    },
    close: async () => {
      proxy.cut();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return proxy;
}

/** Into a socket: at once, never, or a byte a second, and then everything behind it waits too. */
function pour(socket: Socket): (piece: Buffer, mode: ProxyMode, way: 0 | 1) => void {
  let waiting: Buffer | undefined;
  return (piece, mode, way) => {
    if (waiting) waiting = Buffer.concat([waiting, piece]);
    else if (mode !== 'drip') {
      if (PASSES[mode][way]) socket.write(piece);
    } else {
      waiting = piece;
      const dripping = setInterval(() => {
        const [first, rest] = [waiting?.subarray(0, 1), waiting?.subarray(1)];
        waiting = rest;
        if (first && first.length > 0) socket.write(first);
      }, 1_000);
      socket.once('close', () => clearInterval(dripping));
    }
  };
}
