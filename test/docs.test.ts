/** The documents say what is there: links, metrics, errors, settings, words, and the examples of docs/rules.md. */

import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, test } from 'node:test';
import { referencePage } from '../bench/reference/reference-page.ts';
import { readConfig } from '../src/cli/read-config.ts';
import { runRuleTest } from '../src/cli/rule-tests.ts';
import { CATALOGUE } from '../src/rules/expression/functions/catalogue.ts';
import { loadRuleSet, type RuleFile } from '../src/rules/load-rule-set.ts';
import { formatProblems } from '../src/rules/problem.ts';
import { ROLES } from '../src/store/roles.ts';
import { blocksOf, proseOf, root } from './document-blocks.ts';

const pages = [
  'README.md',
  'CONTRIBUTING.md',
  'CHANGELOG.md',
  ...readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name.replaceAll('\\', '/')}`),
];

function read(path: string): string {
  return readFileSync(join(root, path), 'utf8');
}

function allOf(text: string, pattern: RegExp): string[] {
  return [...new Set([...text.matchAll(pattern)].map((match) => match[1] as string))].sort();
}

/** The part of a page below a heading, up to the next of the same level. */
function section(path: string, heading: string): string {
  const text = read(path);
  const from = text.indexOf(`\n## ${heading}\n`);
  assert.ok(from >= 0, `${path} has a section "${heading}"`);
  const to = text.indexOf('\n## ', from + 4);
  return text.slice(from, to < 0 ? undefined : to);
}

function anchorsOf(markdown: string): string[] {
  return [...markdown.matchAll(/^#+ (.*)$/gm)].map((match) =>
    (match[1] as string)
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

describe('the documents', () => {
  for (const page of pages) {
    test(`${page}: every link leads somewhere`, () => {
      const links = allOf(proseOf(read(page)), /\]\(([^)\s]+)\)/g).filter((link) => !/^https?:/.test(link));
      for (const link of links) {
        const [path = '', anchor] = link.split('#');
        const target = path === '' ? page : join(dirname(page), path);
        assert.ok(existsSync(join(root, target)), `${page}: ${link}`);
        if (anchor !== undefined) assert.ok(anchorsOf(read(target)).includes(anchor), `${page}: ${link}`);
      }
    });
  }

  test('every page is linked from the README or from a page that is', () => {
    const reached = new Set(['README.md']);
    for (const page of reached)
      for (const link of allOf(read(page), /\]\(([^)\s#]+\.md)[^)]*\)/g))
        if (!/^https?:/.test(link)) reached.add(join(dirname(page), link));
    assert.deepEqual(
      pages.filter((page) => !reached.has(page)),
      [],
    );
  });

  test('files and tests that are named exist', () => {
    for (const page of pages) {
      const named = allOf(read(page), /`((?:src|test|bench|config|bin|docs)\/[\w./-]+\.\w+)`/g);
      for (const path of named) assert.ok(existsSync(join(root, path)), `${page}: ${path}`);
    }
  });

  test('words that the glossary replaces are not used', () => {
    const column = [...read('docs/glossary.md').matchAll(/^\|[^|]*\|[^|]*\| ([^|]+) \|$/gm)];
    // errors have messages, an entity has a record, the environment variables
    const elsewhere = ['message', 'record', 'variable'];
    const words = column
      .slice(2)
      .flatMap((match) => (match[1] as string).split(', '))
      .filter((word) => !elsewhere.includes(word));
    assert.ok(words.includes('heartbeat') && words.length > 15);
    const pattern = new RegExp(`\\b(?:${words.join('|')})s?\\b`, 'i');
    for (const page of pages.filter((path) => path !== 'docs/glossary.md')) {
      const found = pattern.exec(proseOf(read(page)));
      assert.equal(found?.[0], undefined, page);
    }
  });
});

describe('docs/operations.md', () => {
  const operations = read('docs/operations.md');

  test('lists every metric, and no other', () => {
    const declared = allOf(read('src/http/prometheus-meter.ts'), /^ {2}(weir_[a-z_]+): \[/gm);
    assert.ok(declared.length > 20);
    assert.deepEqual(allOf(section('docs/operations.md', 'Metrics'), /^\| `(weir_[a-z_]+)/gm), declared);
    const known = [...Object.values(ROLES), ...declared.flatMap((name) => [name, `${name}_bucket`])];
    for (const page of pages)
      for (const name of allOf(read(page), /\b(weir_[a-z_]+)\b/g)) assert.ok(known.includes(name), name);
  });

  test('explains every error code, and no other', () => {
    const union = /export type ErrorCode =([^;]+);/.exec(read('src/core/errors.ts'))?.[1] ?? '';
    const codes = allOf(union, /'([a-z_]+)'/g);
    assert.ok(codes.length > 5);
    assert.deepEqual(allOf(section('docs/operations.md', 'Errors'), /^\| `([a-z_]+)` \|/gm), codes);
  });

  test('explains every variable of the environment', () => {
    const variables = allOf(read('src/cli/environment.ts'), /\benv\.([A-Z_]+)/g);
    assert.ok(variables.length > 4);
    const explained = allOf(section('docs/operations.md', 'Environment'), /^\| `([A-Z_]+)` \|/gm);
    assert.deepEqual(explained, variables);
  });

  test('no page names a variable that nothing reads', () => {
    const inSources = allOf(read('src/cli/environment.ts'), /\benv\.([A-Z_]+)/g);
    const known = [...inSources, 'WEIR_TEST_SEED', 'WEIR_SIM_SEEDS', 'WEIR_COVERAGE', 'WEIR_LABEL_IDS'];
    for (const page of pages)
      for (const name of allOf(read(page), /\b(WEIR_[A-Z_]+|[A-Z]+(?:_[A-Z]+)?_URL)(?==|`| )/g))
        assert.ok(known.includes(name) || name === 'PLATFORM_URL', `${page}: ${name}`);
  });

  test('says what is said about settings of Redis', () => {
    for (const setting of ['noeviction', 'appendonly', 'appendfsync'])
      assert.ok(operations.includes(setting));
  });
});

test('docs/reference.md is what the code says', async () => {
  assert.ok(
    read('docs/reference.md') === (await referencePage(root)),
    'it is another: run `npm run reference`',
  );
});

describe('docs/semantics.md', () => {
  test('explains every reason of a dead letter', () => {
    const union = /export type DeadReason =([^;]+);/.exec(read('src/core/decision.ts'))?.[1] ?? '';
    const rows = section('docs/semantics.md', 'Dead letters').match(/^\|.*?\|/gm) ?? [];
    const explained = allOf(rows.join('\n'), /`([a-z_0-9]+)`/g);
    assert.deepEqual(explained, allOf(union, /'([a-z_0-9]+)'/g));
  });
});

describe('docs/guarantees.md', () => {
  test('names a test for each guarantee', () => {
    const rows = section('docs/guarantees.md', 'What is promised').split('\n### ').slice(1);
    assert.ok(rows.length >= 8);
    for (const row of rows) assert.match(row, /`(?:test|bench)\/[\w./-]+\.ts`/, row.slice(0, 20));
  });
});

test('docs/subscriptions.md: its example is a part of weir.yaml', () => {
  const [example] = blocksOf('docs/subscriptions.md').filter(({ language }) => language === 'yaml');
  const files = readConfig(join(root, 'config')).map((file) =>
    file.path.endsWith('weir.yaml') ? { ...file, text: `${file.text}\n${example?.text}\n` } : file,
  );
  const loaded = loadRuleSet(files);
  assert.ok(loaded.ok, loaded.ok ? '' : formatProblems(loaded.problems, files));
  assert.deepEqual(
    loaded.plan.settings.subscriptions.map(({ to }) => to),
    ['stream', 'webhook'],
  );
});

test('excerpts on pages stand in the files they name', () => {
  let excerpts = 0;
  for (const page of pages)
    for (const { info, text, line } of blocksOf(page)) {
      if (!info.startsWith('config/')) continue;
      excerpts += 1;
      assert.ok(`\n${read(info)}`.includes(`\n${text}\n`), `${page}:${line} stands in ${info}`);
    }
  assert.ok(excerpts > 6);
});

describe('docs/rules.md', () => {
  const blocks = blocksOf('docs/rules.md');
  const shipped = readConfig(join(root, 'config'));
  const whole = blocks.filter(({ language, info }) => language === 'yaml' && info === '');
  const files: RuleFile[] = whole.map(({ text, line }) => ({ path: `docs/rules.md:${line}`, text }));

  test('its examples load together with the shipped set, and their tests pass', () => {
    const loaded = loadRuleSet([...shipped, ...files]);
    assert.ok(loaded.ok, loaded.ok ? '' : formatProblems(loaded.problems, [...shipped, ...files]));
    const tests = loaded.set.tests.filter((rule) => rule.place.source.path.startsWith('docs/'));
    assert.ok(tests.length >= 3);
    assert.deepEqual(
      tests.flatMap((rule) => runRuleTest(loaded.plan, rule)),
      [],
    );
  });

  test('what check says of the wrong example is what check says', () => {
    const wrong = blocks.find(({ info }) => info === 'wrong');
    const says = blocks.find(({ info }) => info === 'says');
    assert.ok(wrong && says);
    const all = [...shipped, { path: 'config/rules/hot_leads.yaml', text: `${wrong.text}\n` }];
    const loaded = loadRuleSet(all);
    assert.equal(loaded.ok ? 'loaded' : formatProblems(loaded.problems, all), says.text);
  });

  test('lists the functions that there are', () => {
    const listed = (info: string) => blocks.find((block) => block.info === info)?.text.split(/\s+/);
    assert.deepEqual(listed('functions'), [...CATALOGUE.keys()].sort());
  });
});
