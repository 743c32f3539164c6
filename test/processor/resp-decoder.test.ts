/** Replies are what was encoded, however the bytes are cut into pieces. */

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { type Reply, ReplyError, RespDecoder, respCommand } from '../../src/processor/resp-decoder.ts';

type Sent = string | number | null | { readonly line: string } | { readonly error: string } | Sent[];

function encoded(sent: Sent): string {
  if (sent === null) return '$-1\r\n';
  if (typeof sent === 'number') return `:${sent}\r\n`;
  if (typeof sent === 'string') return `$${Buffer.byteLength(sent)}\r\n${sent}\r\n`;
  if (Array.isArray(sent)) return `*${sent.length}\r\n${sent.map(encoded).join('')}`;
  return 'line' in sent ? `+${sent.line}\r\n` : `-${sent.error}\r\n`;
}

/** The reply as it should come out. */
function decoded(sent: Sent): Reply {
  if (Array.isArray(sent)) return sent.map(decoded);
  if (typeof sent !== 'object' || sent === null) return sent;
  return 'line' in sent ? sent.line : new ReplyError(sent.error);
}

const line = fc.string({ maxLength: 12 }).map((text) => text.replaceAll(/[\r\n]/g, ' '));
const { reply } = fc.letrec<{ reply: Sent }>((tie) => ({
  reply: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.string({ unit: 'binary', maxLength: 300 }).filter((text) => text.isWellFormed()),
    fc.constantFrom('d', 'm', '', '1767571200000-0', '\r\n', '$3\r\nabc\r\n'),
    fc.maxSafeInteger(),
    fc.constant(null),
    line.map((text) => ({ line: text })),
    line.map((text) => ({ error: text })),
    fc.array(tie('reply'), { maxLength: 6 }),
  ),
}));

function cut(bytes: Buffer, sizes: readonly number[]): Buffer[] {
  const pieces: Buffer[] = [];
  let at = 0;
  for (let i = 0; at < bytes.length; i++) {
    const size = sizes[i % sizes.length] as number;
    pieces.push(bytes.subarray(at, at + size));
    at += size;
  }
  return pieces;
}

describe('replies of Redis', () => {
  it('are the same in pieces of any size', () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(fc.array(reply, { minLength: 1, maxLength: 5 }), sizes, (sent, pieceSizes) => {
        const decoder = new RespDecoder();
        const got: Reply[] = [];
        for (const piece of cut(Buffer.from(sent.map(encoded).join('')), pieceSizes)) {
          decoder.push(piece);
          for (let next = decoder.next(false); next !== undefined; next = decoder.next(false)) got.push(next);
        }
        assert.deepEqual(got, sent.map(decoded));
      }),
    );
  });

  it('are bytes where bytes were asked for', () => {
    const decoder = new RespDecoder();
    decoder.push(
      Buffer.concat([Buffer.from('*2\r\n$2\r\n'), Buffer.from([0xff, 0xfe]), Buffer.from('\r\n:7\r\n')]),
    );
    assert.deepEqual(decoder.next(true), [Buffer.from([0xff, 0xfe]), 7]);
  });

  it('cost each byte once, however long a text is', () => {
    const decoder = new RespDecoder();
    const text = 'x'.repeat(3_000_000);
    const pieces = cut(Buffer.from(encoded(['d', text])), [1000]);
    let got: Reply | undefined;
    for (const piece of pieces) {
      assert.equal(got, undefined);
      decoder.push(piece);
      got = decoder.next(false);
    }
    assert.deepEqual(got, ['d', text]);
  });

  for (const bytes of ['HTTP/1.1 400 Bad Request\r\n', '*x\r\n', '$3x\r\n', '%1\r\n', '_\r\n'])
    it(`are refused when they are none: ${JSON.stringify(bytes)}`, () => {
      const decoder = new RespDecoder();
      decoder.push(Buffer.from(bytes));
      assert.throws(() => decoder.next(false), /repl/);
    });
});

it('a command has the length of its words in bytes', () => {
  assert.equal(respCommand(['XREAD', 5, 'é']), '*3\r\n$5\r\nXREAD\r\n$1\r\n5\r\n$2\r\né\r\n');
});
