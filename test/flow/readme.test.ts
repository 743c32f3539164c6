/** What README.md tells a newcomer to type works: its marked commands run against a running weir, their output compared. */

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { type House, openHouse } from '../../src/cli/house.ts';
import { type Block, blocksOf, root } from '../document-blocks.ts';

const blocks = blocksOf('README.md');
const shell = blocks.filter(({ language }) => language === 'sh');

/** The text check block behind a command, if one stands there before the next command. */
function outputOf(command: Block): Block | undefined {
  const next = blocks[blocks.indexOf(command) + 1];
  return next?.language === 'text' && next.info === 'check' ? next : undefined;
}

/** Times, hashes and ids differ from run to run; `…` stands for anything. */
function expectation(text: string): RegExp {
  const pattern = steady(text)
    .replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
    .replaceAll('…', '.*');
  return new RegExp(`${pattern}\\s*$`);
}

function steady(text: string): string {
  return text
    .replace(/\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d\.\d{3}Z)?/g, 'TIME')
    .replace(/\([0-9a-f]{16}\)/g, '(HASH)');
}

describe('README.md', () => {
  let folder: string;
  let house: House;

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'weir-test-'));
    symlinkSync(join(root, 'bin'), join(folder, 'bin'));
    cpSync(join(root, 'config'), join(folder, 'config'), { recursive: true });
    house = await openHouse({
      environment: {
        redisUrl: undefined,
        host: '127.0.0.1',
        port: 0,
        config: join(folder, 'config'),
        data: join(folder, '.weir'),
        instance: 'readme',
      },
      clockMode: 'live',
      onNotice: () => undefined,
    });
  });
  after(async () => {
    await house.close();
    rmSync(folder, { recursive: true, force: true });
  });

  function run(command: string): Promise<{ code: number; out: string; err: string }> {
    const { hostname, port } = new URL(house.url);
    const text = command.replaceAll('127.0.0.1:8080', `${hostname}:${port}`);
    const { REDIS_URL: _, WEIR_CONFIG: __, ...env } = process.env;
    return new Promise((resolve) => {
      execFile(
        'sh',
        ['-c', text],
        { cwd: folder, env: { ...env, PORT: port, HOST: hostname } },
        (error, out, err) => resolve({ code: error ? Number(error.code) : 0, out, err }),
      );
    });
  }

  /** Until everything sent is applied: a reader of the page types more slowly than that. */
  async function untilApplied(): Promise<void> {
    for (let waited = 0; !(await house.processor.drained()); waited += 20) {
      assert.ok(waited < 20_000, 'the events are applied within 20 s');
      await sleep(20);
    }
  }

  test('the commands of npm exist', () => {
    const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
      scripts: Record<string, string>;
    };
    const page = readFileSync(join(root, 'README.md'), 'utf8');
    const named = [...page.matchAll(/\bnpm (?:run )?([a-z]+)/g)].map((match) => match[1] as string);
    assert.ok(named.includes('demo') && named.includes('test') && named.includes('start'));
    for (const name of named) assert.ok(Object.hasOwn(scripts, name), `npm run ${name}`);
  });

  test('every other command is marked to be run', () => {
    const unmarked = shell.filter(
      ({ info, text }) => info === '' && !/^(?:npm (?:run |)\w+\n?)+$/.test(text),
    );
    assert.deepEqual(unmarked, []);
    assert.ok(shell.filter(({ info }) => info.startsWith('check')).length >= 3);
  });

  test('the demo ends by itself with its one line', async () => {
    const { code, out, err } = await run('PORT=0 WEIR_DATA=demo-data bin/weir demo --for 4s');
    assert.equal(code, 0, err);
    const last = JSON.parse(out.trim().split('\n').at(-1) as string) as Record<string, unknown>;
    assert.deepEqual(Object.keys(last), ['events', 'decisions', 'lag', 'events_per_second']);
    assert.match(out, /decision engagement_score lead:\d+ .* → .* \(.*\)/);
  });

  for (const command of shell.filter(({ info }) => info.startsWith('check'))) {
    test(`line ${command.line}: ${command.text.split('\n')[0]}`, async () => {
      const lines = command.text.split('\n');
      let output = '';
      for (const [i, line] of lines.entries()) {
        const { code, out, err } = await run(line);
        const fails = command.info === 'check fails' && i === lines.length - 1;
        assert.equal(code, fails ? 1 : 0, `${line}\n${out}${err}`);
        output += out;
        await untilApplied();
      }
      const expected = outputOf(command);
      if (expected) assert.match(steady(output), expectation(expected.text));
    });
  }
});
