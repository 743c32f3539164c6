/** The mailbox: what a partition will tell others with its next commit; news of the same entity replaces older news. */

import type { Mail, MailTarget } from '../core/mail.ts';

interface Letter {
  readonly target: MailTarget;
  readonly seq: number;
  /** Definition keys of the states to send; absent where `body` says all. */
  readonly states: Set<string> | undefined;
  readonly body: object;
}

export class Mailbox {
  #letters = new Map<string, Letter>();
  /** Numbers given, in all. */
  sent = 0;

  /** The number of the next piece. */
  number(): number {
    this.sent += 1;
    return this.sent;
  }

  /** @param states what has to be sent, together with what waits here under the same key */
  put(key: string, target: MailTarget, seq: number, body: object, states?: Iterable<string>): void {
    let all: Set<string> | undefined;
    if (states !== undefined) {
      // several times a second for the same parts: what waits already is added to
      all = this.#letters.get(key)?.states ?? new Set();
      for (const state of states) all.add(state);
    }
    this.#letters.set(key, { target, seq, states: all, body });
  }

  /**
   * Everything put in since the last call, by number. States are written only now, as they are: they are absolute,
   * so the newest serves, and between two commits many steps may have wanted to send the same.
   */
  take(stateOf: (key: string, definition: string) => unknown): Mail[] {
    if (this.#letters.size === 0) return [];
    const letters = [...this.#letters].sort(([, a], [, b]) => a.seq - b.seq);
    this.#letters = new Map();
    return letters.map(([key, { target, body, states }]) => {
      if (states === undefined) return [target, JSON.stringify(body)];
      const written: Record<string, unknown> = {};
      for (const definition of states) {
        const state = stateOf(key, definition);
        if (state !== undefined) written[definition] = state;
      }
      return [target, JSON.stringify({ ...body, states: written })];
    });
  }
}
