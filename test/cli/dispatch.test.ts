/** The command line finds verbs, explains itself, and turns errors into messages and exit codes. */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { readArguments, wholeNumber } from '../../src/cli/arguments.ts';
import { dispatch } from '../../src/cli/dispatch.ts';
import type { VerbEntry } from '../../src/cli/verb.ts';
import { verbs } from '../../src/cli/verbs.ts';
import { WeirError } from '../../src/core/errors.ts';

async function run(words: string[], list: readonly VerbEntry[] = verbs) {
  let [out, err] = ['', ''];
  const outputs = {
    out: (text: string) => {
      out += text;
    },
    err: (text: string) => {
      err += text;
    },
  };
  const code = await dispatch(words, {}, list, outputs);
  return { code, out, err };
}

function verbThat(act: (args: readonly string[]) => number): VerbEntry {
  const verb = { usage: 'weir act [THING]\n\nmore', run: async (args: readonly string[]) => act(args) };
  return { name: 'act', summary: 'Acts', load: async () => verb };
}

describe('dispatch', () => {
  test('--help lists every verb, --version has the version of package.json', async () => {
    for (const words of [[], ['--help'], ['-h'], ['help']]) {
      const { code, out } = await run(words);
      assert.equal(code, 0);
      for (const { name, summary } of verbs) assert.match(out, new RegExp(`^ {2}${name} +${summary}`, 'm'));
    }
    assert.match((await run(['--version'])).out, /^weir \d+\.\d+\.\d+\n$/);
  });

  test('each verb explains itself without running', async () => {
    for (const { name } of verbs) {
      for (const words of [
        [name, '--help'],
        ['help', name],
        [name, 'x', '-h'],
      ]) {
        const { code, out, err } = await run(words);
        assert.deepEqual([code, err], [0, '']);
        assert.match(out, new RegExp(`^weir ${name}`, 'm'));
        // at least one example
        assert.match(out, new RegExp(`^ {2}(?:[A-Z_]+=\\S+ )?weir ${name}\\b`, 'm'), name);
      }
    }
  });

  test('an unknown verb or flag is wrong usage, with what was probably meant', async () => {
    const { code, err } = await run(['imprt', 'x']);
    assert.equal(code, 2);
    assert.match(err, /unknown verb "imprt"; did you mean "import"\?/);
    assert.equal((await run(['--nonsense'])).code, 2);
  });

  test('the verb gets its words, global flags before it too, and gives the exit code', async () => {
    const seen: (readonly string[])[] = [];
    const act = verbThat((args) => seen.push(args) + 3);
    assert.equal((await run(['--config', 'rules', '--json', 'act', 'x', '--', '--help'], [act])).code, 4);
    assert.deepEqual(seen, [['x', '--', '--help', '--config', 'rules', '--json']]);
  });

  test('errors become messages and exit codes; only wrong usage shows the form', async () => {
    const failing = (error: unknown) =>
      run(
        ['act'],
        [
          verbThat(() => {
            throw error;
          }),
        ],
      );
    const usage = await failing(new WeirError('wrong_usage', 'the THING is missing'));
    assert.deepEqual(
      [usage.code, usage.err],
      [2, 'weir act: the THING is missing\nUsage: weir act [THING]\n'],
    );
    assert.equal((await failing(new WeirError('redis_away', 'gone'))).code, 3);
    assert.equal((await failing(new WeirError('config_invalid', 'bad'))).code, 1);
    const unexpected = await failing(new TypeError('a slip'));
    assert.equal(unexpected.code, 1);
    assert.match(unexpected.err, /unexpected error\nTypeError: a slip\n +at /);
  });
});

describe('readArguments', () => {
  const read = (...args: string[]) =>
    readArguments(
      args,
      { map: { type: 'string' }, 'dry-run': { type: 'boolean' } },
      { least: 1, most: 1, what: 'FILE' },
    );
  const refuses = (args: string[], problem: RegExp) =>
    assert.throws(
      () => read(...args),
      (error: WeirError) => error.code === 'wrong_usage' && problem.test(error.message),
    );

  test('flags and words, global flags included', () => {
    const { flags, words } = read('a.csv', '--map', 'm', '--dry-run', '--url=http://x');
    assert.deepEqual({ ...flags }, { map: 'm', 'dry-run': true, url: 'http://x' });
    assert.deepEqual(words, ['a.csv']);
  });

  test('what does not fit is said in words', () => {
    refuses([], /^FILE is missing$/);
    refuses(['a', 'b'], /"b" is one word too many/);
    refuses(['a', '--mpa', 'x'], /^unknown flag --mpa; did you mean --map\?$/);
    refuses(['a', '-x'], /^unknown flag -x$/);
    refuses(['a', '--map'], /^--map needs a value$/);
    refuses(['a', '--dry-run=1'], /^--dry-run takes no value$/);
  });

  test('whole numbers', () => {
    assert.equal(wholeNumber('from', '12', 1), 12);
    assert.equal(wholeNumber('from', undefined, 1), undefined);
    for (const text of ['0', '-1', '1.5', 'x', '', '99999999999999999999'])
      assert.throws(() => wholeNumber('from', text, 1), /--from must be a whole number from 1 up/);
  });
});
