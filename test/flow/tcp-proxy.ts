/** A proxy on a free port in front of a socket: passes, swallows or cuts what goes through it. */

import { type AddressInfo, createConnection, createServer, type Socket } from 'node:net';

/** blackhole: nothing passes and nothing closes; deaf: requests pass, replies do not. */
export type ProxyMode = 'through' | 'blackhole' | 'deaf';

export interface TcpProxy {
  readonly port: number;
  mode: ProxyMode;
  /** Called with each piece of a reply before it passes; answering false cuts the connection instead. */
  onReply: ((piece: Buffer) => boolean) | undefined;
  /** Cuts every connection. */
  cut(): void;
  close(): Promise<void>;
}

export async function startTcpProxy(target: { readonly path: string }): Promise<TcpProxy> {
  const sockets = new Set<Socket>();
  const track = (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket)).on('error', () => undefined);
  };
  const server = createServer((client) => {
    const upstream = createConnection(target.path);
    const cut = () => {
      client.destroy();
      upstream.destroy();
    };
    for (const socket of [client, upstream]) {
      track(socket);
      socket.on('close', () => proxy.mode === 'blackhole' || cut());
    }
    client.on('data', (piece: Buffer) => {
      if (proxy.mode !== 'blackhole') upstream.write(piece);
    });
    upstream.on('data', (piece: Buffer) => {
      if (proxy.mode !== 'through') return;
      if (proxy.onReply?.(piece) === false) cut();
      else client.write(piece);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const proxy: TcpProxy = {
    port: (server.address() as AddressInfo).port,
    mode: 'through',
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
