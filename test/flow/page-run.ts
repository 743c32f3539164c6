/** Does what a page tells its reader to do: writes the files it shows, types its commands, compares what they print. */

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { type House, openHouse } from '../../src/cli/house.ts';
import { type Block, blocksOf, root } from '../document-blocks.ts';
import { passableFolder } from './temporary-postgres.ts';

/** What the reader does next: `what` is the first line of it. */
export interface Step {
  readonly what: string;
  readonly line: number;
  readonly run: (page: PageRun) => Promise<void>;
}

/**
 * The blocks of a page as steps:
 * - `sh check`: each line is a command that succeeds; `sh check fails`: the last one does not;
 * - `text check` behind it: what they print together, or the end of it, where `…` stands for anything;
 * - `sh stays`: starts weir, which runs until the page ends; its `--config` is taken over;
 * - `LANGUAGE write PATH`: the reader saves the block under this name.
 */
export function stepsOf(path: string): Step[] {
  const blocks = blocksOf(path);
  return blocks.flatMap((block, i): Step[] => {
    const { language, info, text, line } = block;
    const what = text.split('\n')[0] as string;
    const file = /^write (\S+)$/.exec(info)?.[1];
    if (file !== undefined)
      return [{ what: `save ${file}`, line, run: async (page) => page.save(file, text) }];
    if (language !== 'sh') return [];
    if (info === 'stays') return [{ what, line, run: (page) => page.start(text) }];
    if (!info.startsWith('check')) return [];
    const next = blocks[i + 1];
    const expected = next?.language === 'text' && next.info === 'check' ? next.text : undefined;
    return [{ what, line, run: (page) => page.type(block, expected) }];
  });
}

export class PageRun {
  #folder = '';
  #house: House | undefined;

  async open(): Promise<void> {
    this.#folder = await passableFolder();
    for (const name of ['bin', 'docs', 'src', 'node_modules', 'package.json'])
      symlinkSync(join(root, name), join(this.#folder, name));
    cpSync(join(root, 'config'), join(this.#folder, 'config'), { recursive: true });
  }

  async close(): Promise<void> {
    await this.#house?.close();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  save(file: string, text: string): void {
    const path = join(this.#folder, file);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, `${text}\n`);
  }

  async start(command: string): Promise<void> {
    assert.match(command, /^(?:npm start|bin\/weir run)(?: --config \S+)?$/);
    const config = /--config (\S+)/.exec(command)?.[1] ?? 'config';
    this.#house = await openHouse({
      environment: {
        redisUrl: undefined,
        host: '127.0.0.1',
        port: 0,
        config: join(this.#folder, config),
        data: join(this.#folder, '.weir'),
        instance: 'page',
      },
      clockMode: 'live',
      onNotice: () => undefined,
    });
  }

  async type({ text, info }: Pick<Block, 'text' | 'info'>, expected: string | undefined): Promise<void> {
    const lines = text.split('\n');
    let output = '';
    for (const [i, line] of lines.entries()) {
      const { code, out, err } = await this.run(line);
      const fails = info === 'check fails' && i === lines.length - 1;
      assert.equal(code > 0, fails, `${line}\n${out}${err}`);
      output += fails && out === '' ? err : out;
      await this.#untilApplied();
    }
    if (expected !== undefined) assert.match(steady(output), expectation(expected));
  }

  run(command: string): Promise<{ code: number; out: string; err: string }> {
    const { REDIS_URL: _, DATABASE_URL: __, WEIR_CONFIG: ___, ...env } = process.env;
    const { hostname, port } = new URL(this.#house?.url ?? 'http://127.0.0.1:0');
    const text = command.replaceAll('127.0.0.1:8080', `${hostname}:${port}`);
    return new Promise((resolve) => {
      execFile(
        'sh',
        ['-c', text],
        { cwd: this.#folder, env: { ...env, PORT: port || '0', HOST: hostname } },
        (error, out, err) => resolve({ code: error ? Number(error.code) : 0, out, err }),
      );
    });
  }

  /** Until everything sent is applied and kept: a reader of the page types more slowly than that. */
  async #untilApplied(): Promise<void> {
    const processor = this.#house?.processor;
    if (processor === undefined) return;
    const done = async () => (await processor.drained()) && (await processor.deliver?.lag()) === 0;
    for (let waited = 0; !(await done()); waited += 20) {
      assert.ok(waited < 20_000, 'the events are applied within 20 s');
      await sleep(20);
    }
  }
}

/** A page as tests, in its order; what it does not mark to be run must be a script of npm. */
export function testPage(path: string): void {
  describe(path, () => {
    const page = new PageRun();
    before(() => page.open());
    after(() => page.close());

    for (const { what, line, run } of stepsOf(path)) test(`line ${line}: ${what}`, () => run(page));

    test('every other command is one of npm', () => {
      const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
        scripts: Record<string, string>;
      };
      for (const { language, info, text, line } of blocksOf(path)) {
        if (language !== 'sh' || info !== '') continue;
        for (const command of text.split('\n')) {
          const name = /^npm (?:run )?([a-z]+)(?: -- [^#]*)?(?: +#.*)?$/.exec(command)?.[1];
          assert.ok(name !== undefined && Object.hasOwn(scripts, name), `line ${line}: ${command}`);
        }
      }
    });
  });
}

/** Times, hashes and ids differ from run to run; `…` stands for anything. */
function expectation(text: string): RegExp {
  const pattern = steady(text)
    .replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
    .replaceAll('…', '[^\\n]*');
  return new RegExp(`(?:^|\\n)${pattern}\\s*$`);
}

function steady(text: string): string {
  return text
    .replace(/\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d\.\d{3}Z)?/g, 'TIME')
    .replace(/\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/g, 'ID')
    .replace(/\b[0-9a-f]{16}\b/g, 'HASH')
    .replace(/TIME:\d\d\b/g, 'TIME')
    .replace(/\b\d+:\d{13}-\d+\b/g, 'LETTER');
}
