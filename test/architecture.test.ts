/** The house stands as drawn: floors, doors, purity, names and sizes of files, pinned packages. */

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { problemsOf, type SourceFile } from './house-rules.ts';
import { codeLines, codeOf, importsOf } from './source-text.ts';

const root = join(import.meta.dirname, '..');
const LEFT_OUT = new Set(['node_modules', '.git', '.weir', 'coverage']);

function walk(folder: string, ignored = LEFT_OUT): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
    if (ignored.has(entry.name)) return [];
    if (entry.isDirectory()) return walk(path, ignored);
    return entry.isFile() ? [path] : [];
  });
}

function read(path: string): SourceFile {
  return { path, text: readFileSync(join(root, path), 'utf8') };
}

const files = walk('');
const sources = files.filter((path) => /^(?:src|test|bench)\/.*\.ts$/.test(path)).map(read);

describe('the house', () => {
  test('every file keeps the rules of the house', () => {
    assert.ok(sources.length > 10, 'the walk finds the sources');
    assert.deepEqual(sources.flatMap(problemsOf), []);
  });

  test('files of src are small', (t) => {
    const sizes = sources
      .filter(({ path }) => path.startsWith('src/'))
      .map(({ text }) => codeLines(text))
      .sort((a, b) => a - b);
    const at = (share: number) =>
      sizes[Math.min(sizes.length - 1, Math.floor(sizes.length * share))] as number;
    t.diagnostic(
      `${sizes.length} files, median ${at(0.5)} code lines, p95 ${at(0.95)}, largest ${sizes.at(-1)}`,
    );
    assert.ok(at(0.5) <= 80, `median is ${at(0.5)} code lines`);
    assert.ok(at(0.95) <= 250, `p95 is ${at(0.95)} code lines`);
  });

  test('no file names a package registry or a folder of one machine', () => {
    // Joined from parts, so that this file does not name them either.
    const hosts = ['registry.npmjs', 'registry.yarnpkg', 'npm.pkg.github', 'deb.debian', 'npmmirror']
      .map((host) => host.replaceAll('.', '\\.'))
      .join('|');
    const folders = ['work/(?:main|shared)', 'home/[a-z]', 'Users/[A-Za-z]', 'root/'].join('|');
    const forbidden = new RegExp(`(?:${hosts})\\.|(?<![\\w.}])/(?:${folders})`);
    assert.match(`"resolved": "https://${'registry'}.npmjs.org/x"`, forbidden);
    assert.match(`cd /${'work'}/main`, forbidden);
    const named = files.filter((path) => forbidden.test(read(path).text));
    assert.deepEqual(named, []);
  });

  test('packages are pinned exactly, few, and each has its reason in docs/packages.md', () => {
    const manifest = JSON.parse(read('package.json').text) as Record<string, Record<string, string>>;
    const { dependencies = {}, devDependencies = {} } = manifest;
    for (const [name, version] of Object.entries({ ...dependencies, ...devDependencies })) {
      assert.match(version, /^\d+\.\d+\.\d+(?:-[\w.]+)?$/, `${name} is pinned`);
    }
    assert.ok(Object.keys(dependencies).length <= 16, 'at most 16 direct packages at run time');
    const named = [...read('docs/packages.md').text.matchAll(/^\| `([^`]+)` \|/gm)].map((match) => match[1]);
    assert.deepEqual(named.sort(), Object.keys(dependencies).sort());
  });
});

describe('what it is made of', () => {
  test('every package of the lockfile has its hash, but for what other platforms take in its place', () => {
    const { packages } = JSON.parse(read('package-lock.json').text) as { packages: Record<string, Locked> };
    const bare = Object.entries(packages).filter(
      ([path, { integrity, optional, os }]) =>
        path !== '' && !/^sha512-/.test(integrity ?? '') && !(optional && os !== undefined),
    );
    assert.deepEqual(
      bare.map(([path]) => path),
      [],
    );
  });

  test('its bill of materials names every package of the lockfile', () => {
    const made = spawnSync('npm', ['sbom', '--sbom-format', 'cyclonedx', '--package-lock-only'], {
      encoding: 'utf8',
      maxBuffer: 2 ** 26,
    });
    assert.equal(made.status, 0, made.stderr);
    const { components } = JSON.parse(made.stdout) as { components: { name: string; version: string }[] };
    const named = new Set(
      components.map(({ name, version }) => `${name.replace(/^.*node_modules\//, '')}@${version}`),
    );
    const { packages } = JSON.parse(read('package-lock.json').text) as { packages: Record<string, Locked> };
    for (const [path, { name, version }] of Object.entries(packages))
      if (path !== '')
        assert.ok(named.has(`${name ?? path.replace(/^.*node_modules\//, '')}@${version}`), path);
  });
});

interface Locked {
  readonly name?: string;
  readonly version: string;
  readonly integrity?: string;
  readonly optional?: boolean;
  readonly os?: readonly string[];
}

describe('the rules of the house find what they look for', () => {
  const planted: [path: string, text: string, problem: RegExp][] = [
    ['src/core/a.ts', "import { x } from '../step/step.ts';", /core imports step/],
    ['src/store/a.ts', "export { x } from '../processor/read.ts';", /store imports processor/],
    ['src/processor/a.ts', "const x = await import('../http/server.ts');", /processor imports http/],
    ['src/cli/a.ts', "import '../main.ts';", /cli imports main\.ts/],
    ['src/http/a.ts', "import {\n  x,\n  type Y,\n} from '../../test/oracle.ts';", /outside src/],
    ['src/http/a.ts', "import { Redis } from 'ioredis';", /ioredis, whose door is processor/],
    ['src/step/a.ts', "import type { Pool } from 'pg';", /pg, whose door is store/],
    ['src/cli/a.ts', "import { html } from 'hono/html';", /hono, whose door is http/],
    ['src/cli/a.ts', "import leftPad from 'left-pad';", /left-pad, which has no door/],
    ['src/step/a.ts', "import { readFileSync } from 'node:fs';", /step is pure and imports node:fs/],
    ['src/rules/a.ts', 'const now = Date.now();', /ambient.*Date\.now/],
    ['src/models/a.ts', 'const x = `${Math.random()}`;', /ambient.*Math\.random/],
    ['src/step/a.ts', 'const d = new Date();', /ambient/],
    ['src/store/a.ts', 'const url = process.env.DATABASE_URL;', /process\.env/],
    ['src/rules/a.ts', "const f = new Function('return 1');", /makes code from text/],
    ['src/store/a.ts', 'await sql.raw(text).execute(db);', /puts text into SQL/],
    ['src/core/a.ts', 'export default 1;', /default export/],
    ['src/core/string-utils.ts', 'const x = 1;', /says nothing/],
    ['src/core/EventBus.ts', 'const x = 1;', /kebab-case/],
    ['src/misplaced/a.ts', 'const x = 1;', /on no floor/],
    ['src/core/a.ts', 'x;\n'.repeat(351), /351 code lines/],
  ];
  for (const [path, text, problem] of planted) {
    test(`${path}: ${text.slice(0, 60).replaceAll('\n', ' ')}`, () => {
      const problems = problemsOf({ path, text: `/** One sentence. */\n${text}` });
      assert.equal(problems.length, 1, problems.join('\n'));
      assert.match(problems[0] as string, problem);
    });
  }

  test('an opening comment is there and is one sentence', () => {
    const text = (comment: string) => problemsOf({ path: 'src/core/a.ts', text: comment }).join();
    assert.equal(text('/** What it is: one line of\n * the tree. */\n'), '');
    assert.match(text('const x = 1;'), /does not open/);
    assert.match(text('/** no full stop */'), /not one sentence/);
    assert.match(text('/** One. Two. */'), /not one sentence/);
  });

  test('what stands in comments and texts is not code', () => {
    const text = [
      '/** One sentence. */',
      "// import { x } from '../step/step.ts'; Date.now()",
      // biome-ignore lint/suspicious/noTemplateCurlyInString: a planted text
      "const quoted = 'Date.now()' + `eval( ${'}'} new Date()`;",
      'const pattern = /[/\'"]Math.random/;',
      'const half = 4 / 2; // process.env',
    ].join('\n');
    assert.deepEqual(problemsOf({ path: 'src/core/a.ts', text }), []);
    assert.equal(codeLines(text), 3);
  });

  test('code inside a template is code, text around it is not', () => {
    // biome-ignore lint/suspicious/noTemplateCurlyInString: a planted text
    const code = codeOf('`a ${ b(`c ${d} e`) } f` + g', { strings: false });
    for (const name of ['b', 'd', 'g']) assert.match(code, new RegExp(`\\b${name}\\b`));
    for (const name of ['a', 'c', 'e', 'f']) assert.doesNotMatch(code, new RegExp(`\\b${name}\\b`));
  });

  test('imports are found in every form', () => {
    const text =
      "import a from 'a';\nimport { b,\n c } from \"b\";\nexport * from 'c';\nimport 'd';\n" +
      "const e = await import('e');\nimport type { F } from 'f'; const from = 'g';";
    assert.deepEqual(importsOf(text), ['a', 'b', 'c', 'd', 'e', 'f']);
  });
});
