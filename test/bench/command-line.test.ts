/** The words after `npm run bench --`. */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Bench } from '../../bench/bench.ts';
import { readCall, UsageError } from '../../bench/command-line.ts';

const flow: Bench = {
  about: 'a bench',
  defaults: { events: 10, rounds_each: 2 },
  run: async () => ({ table: '', figures: {}, exact: true }),
};

describe('the command line of benches', () => {
  test('takes a name, a file for JSON and a folder for the rest, and whole numbers', () => {
    assert.deepEqual(
      readCall(['flow', '--rounds-each', '3', '--json', 'f.json', '--into', 'results'], { flow }),
      {
        name: 'flow',
        json: 'f.json',
        into: 'results',
        options: { rounds_each: 3 },
        files: {},
      },
    );
    const all = { name: 'all', json: undefined, into: undefined, files: {} };
    assert.deepEqual(readCall(['all'], { flow }), { ...all, options: {} });
    assert.deepEqual(readCall(['all', '--events', '3'], { flow }), { ...all, options: { events: 3 } });
    assert.throws(() => readCall(['all', '--event', '3'], { flow }), UsageError);
  });

  test('takes files by option, any number of them', () => {
    const tables: Bench = { ...flow, files: ['train', 'test'] };
    const read = (...words: string[]) => readCall(['tables', ...words], { tables });
    assert.deepEqual(read('--train', 'a.csv', 'b.csv', '--events', '3', '--test', 'c.csv'), {
      name: 'tables',
      json: undefined,
      into: undefined,
      options: { events: 3 },
      files: { train: ['a.csv', 'b.csv'], test: ['c.csv'] },
    });
    assert.throws(() => read('--train'), /--train needs a value/);
    assert.throws(() => read('--trian', 'a.csv'), /--train FILE… --test FILE… --events 10/);
  });

  test('takes flags, which have no value', () => {
    const strict: Bench = { ...flow, flags: ['limits'] };
    assert.deepEqual(readCall(['strict', '--limits', '--events', '3'], { strict }).options, {
      limits: 1,
      events: 3,
    });
    assert.deepEqual(readCall(['strict', '--events', '3', '--limits'], { strict }).options, {
      limits: 1,
      events: 3,
    });
    assert.throws(() => readCall(['strict', '--limit'], { strict }), UsageError);
  });

  test('says what there is instead of what it was given', () => {
    const refused: [words: string[], message: RegExp][] = [
      [[], /flow, all/],
      [['glow'], /flow, all/],
      [['flow', '--event', '3'], /--events 10 --rounds-each 2/],
      [['flow', '--events', 'many'], /whole number/],
      [['flow', '--events', '-1'], /whole number/],
      [['flow', '--events'], /needs a value/],
    ];
    for (const [words, message] of refused)
      assert.throws(
        () => readCall(words, { flow }),
        (error: unknown) => error instanceof UsageError && message.test(error.message),
      );
  });
});
