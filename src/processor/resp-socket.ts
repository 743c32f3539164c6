/** One socket to Redis for reads: requests in order, each with a deadline of its own, and no second try of anything. */

import { connect as connectPlain, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { type Millis, SECOND } from '../core/units.ts';
import type { RedisAddress } from './redis-address.ts';
import { type Reply, ReplyError, RespDecoder, respCommand } from './resp-decoder.ts';

interface Waiting {
  readonly raw: boolean;
  /** An error answered to it harms nobody. */
  readonly optional: boolean;
  readonly within: Millis;
  /** When the wait for it began, or the last byte came. */
  since: number;
  resolve(reply: Reply): void;
  reject(error: Error): void;
}

/** How often deadlines are looked at. */
const LOOK: Millis = SECOND / 4;

export class RespSocket {
  readonly #socket: Socket;
  readonly #decoder = new RespDecoder();
  readonly #waiting: Waiting[] = [];
  readonly #looking: NodeJS.Timeout;
  readonly #onLost: () => void;
  #lost: Error | undefined;

  /** Connects at once; requests may be made at once too. `onLost` is called when the socket is gone, for whatever reason. */
  constructor(address: RedisAddress, options: { name?: string; within: Millis; onLost: () => void }) {
    this.#onLost = options.onLost;
    this.#socket = openSocket(address);
    this.#socket.setNoDelay(true).setKeepAlive(true, 5 * SECOND);
    this.#socket.on('data', (piece: Buffer) => this.#take(piece));
    this.#socket.on('error', (error) => this.#fail(error));
    this.#socket.on('close', () => this.#fail(new Error('the connection was closed')));
    this.#looking = setInterval(() => this.#look(), LOOK);
    this.#looking.unref();
    const ignored = () => undefined;
    for (const command of greeting(address)) this.ask(command, options.within).catch(ignored);
    // not everybody may name a connection
    if (options.name !== undefined)
      this.#send(['CLIENT', 'SETNAME', options.name], options.within, false, true).catch(ignored);
  }

  get isLost(): boolean {
    return this.#lost !== undefined;
  }

  /** Rejects with what went wrong; an error that Redis answers ends the connection as well. */
  ask(command: readonly (string | number)[], within: Millis, raw = false): Promise<Reply> {
    return this.#send(command, within, raw, false);
  }

  close(): void {
    this.#fail(new Error('the connection is closed'));
  }

  #send(
    command: readonly (string | number)[],
    within: Millis,
    raw: boolean,
    optional: boolean,
  ): Promise<Reply> {
    if (this.#lost) return Promise.reject(this.#lost);
    return new Promise((resolve, reject) => {
      this.#waiting.push({ raw, optional, within, since: performance.now(), resolve, reject });
      this.#socket.write(respCommand(command));
    });
  }

  #take(piece: Buffer): void {
    const [first] = this.#waiting;
    if (first) first.since = performance.now();
    this.#decoder.push(piece);
    try {
      for (;;) {
        const reply = this.#decoder.next(this.#waiting[0]?.raw ?? false);
        if (reply === undefined) return;
        const asked = this.#waiting.shift();
        if (!asked) throw new Error('a reply came that nobody asked for');
        if (reply instanceof ReplyError && !asked.optional) {
          asked.reject(reply);
          this.#fail(reply);
          return;
        }
        const [next] = this.#waiting;
        if (next) next.since = performance.now();
        asked.resolve(reply);
      }
    } catch (error) {
      this.#fail(error as Error);
    }
  }

  /** A reply may lie in the socket while this process was busy: only after a look there is a deadline over. */
  #look(): void {
    const [first] = this.#waiting;
    if (!first || performance.now() - first.since < first.within) return;
    const { since } = first;
    setImmediate(() => {
      if (this.#waiting[0] === first && first.since === since)
        this.#fail(new Error(`no answer within ${first.within} ms`));
    });
  }

  #fail(error: Error): void {
    if (this.#lost) return;
    this.#lost = error;
    clearInterval(this.#looking);
    this.#socket.destroy();
    for (const { reject } of this.#waiting.splice(0)) reject(error);
    this.#onLost();
  }
}

function openSocket({ path, host, port, tls }: RedisAddress): Socket {
  if (path !== undefined) return connectPlain({ path });
  const place = { host: host as string, port: port as number };
  if (!tls) return connectPlain(place);
  return connectTls({ ...place, ...tls, ...(isIP(place.host) ? {} : { servername: place.host }) });
}

/** What Redis is told first: who we are and which database we mean. */
function greeting({ username, password, db }: RedisAddress): string[][] {
  const commands: string[][] = [];
  if (password !== undefined)
    commands.push(username === undefined ? ['AUTH', password] : ['AUTH', username, password]);
  if (db) commands.push(['SELECT', String(db)]);
  return commands;
}
