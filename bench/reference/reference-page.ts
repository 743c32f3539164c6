/** docs/reference.md: verbs, event types, aggregates, metrics, error codes and settings, as the code has them. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { EXIT } from '../../src/cli/dispatch.ts';
import { verbs } from '../../src/cli/verbs.ts';
import { COUNTERS, GAUGES, HISTOGRAMS, WITH_EXEMPLARS } from '../../src/http/prometheus-meter.ts';
import { aggregates } from '../../src/models/catalogue.ts';
import type { EventField } from '../../src/rules/event-catalogue.ts';
import { builtInEvents } from '../../src/rules/events/catalogue.ts';

/** @param root the folder of the repository: what stands in comments alone is read from its sources */
export async function referencePage(root: string): Promise<string> {
  const source = (path: string) => readFileSync(join(root, path), 'utf8');
  return [
    '# Reference',
    '',
    'Made from the code by `npm run reference`; a test holds it to that. Elsewhere: the language of rule files in',
    '[rules.md](rules.md), HTTP in [http.md](http.md).',
    '',
    ...(await commandLine()),
    ...eventTypes(),
    ...aggregateTable(source),
    ...metrics(),
    ...errorCodes(source),
    ...settings(source),
  ].join('\n');
}

async function commandLine(): Promise<string[]> {
  const lines = [
    '## Command line',
    '',
    '`--config DIR`, `--url URL`, `--json` and `--help` go with every verb.',
    '',
  ];
  for (const { name, summary, load } of verbs) {
    const { usage } = await load();
    lines.push(`### weir ${name}`, '', `${upper(summary)}.`, '', '```text', ...plain(usage), '```', '');
  }
  return lines;
}

function eventTypes(): string[] {
  const rows = [...builtInEvents.types]
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map(({ name, route, shape }) => {
      const shown = (required: boolean) =>
        shape
          .filter((field) => field.required === required)
          .map(fieldText)
          .join(', ');
      return [`\`${name}\``, route.map((field) => `\`${field}\``).join(', '), shown(true), shown(false)];
    });
  return [
    '## Event types',
    '',
    'Beside `type`, an event has `id`, `time` and `source`; others are [declared](how-to/add-an-event-type.md). A field is',
    'an id or text unless something else stands behind it; personal ones are *slanted*. `weir schema TYPE` has all of it.',
    '',
    ...table(['type', 'belongs to', 'must have', 'may have'], rows),
  ];
}

function fieldText({ name, kind, personal, values, rows }: EventField): string {
  const word = personal ? `*${name}*` : `\`${name}\``;
  if (values !== undefined) return `${word} (${values.join(', ')})`;
  if (rows !== undefined) return `${word} (rows of ${rows.map((row) => row.name).join(', ')})`;
  return ['id', 'text'].includes(kind) ? word : `${word} (${kind})`;
}

function aggregateTable(source: (path: string) => string): string[] {
  const catalogue = source('src/models/catalogue.ts');
  const rows = Object.entries(aggregates).map(([name, make]) => {
    const made = new RegExp(`import \\{[^}]*\\b${make.name}\\b[^}]*\\} from '\\./([\\w-]+)\\.ts'`).exec(
      catalogue,
    );
    const path = `src/models/${made?.[1]}.ts`;
    const sentence = /^\/\*\* ([\s\S]*?) \*\/$/m.exec(source(path))?.[1] as string;
    return [
      `\`${name}\``,
      upper(sentence.replace(/^`\w+`(?: and `\w+`)?: /, '').replace(/\.$/, '')),
      `\`${path}\``,
    ];
  });
  return [
    '## Aggregates',
    '',
    'What keeps a feature; [rules.md](rules.md#features) says how it is asked for,',
    '[semantics.md](semantics.md#aggregates) what it answers without data.',
    '',
    ...table(['aggregate', 'what it keeps', 'file'], rows),
  ];
}

function metrics(): string[] {
  const kinds = [
    ['counter', COUNTERS],
    ['gauge', GAUGES],
    ['histogram', HISTOGRAMS],
  ] as const;
  const rows = kinds.flatMap(([kind, declared]) =>
    Object.entries(declared).map(([name, [help, ...labels]]) => [
      `\`${name}${labels.length > 0 ? `{${labels.join(',')}}` : ''}\``,
      WITH_EXEMPLARS.includes(name) ? `${kind}, exemplars` : kind,
      help,
    ]),
  );
  return [
    '## Metrics',
    '',
    'What to make of each: [operations.md](operations.md#metrics).',
    '',
    ...table(['metric', 'kind', 'what'], rows.sort()),
  ];
}

function errorCodes(source: (path: string) => string): string[] {
  const union = /export type ErrorCode =([^;]+);/.exec(source('src/core/errors.ts'))?.[1] ?? '';
  const codes = [...union.matchAll(/'([a-z_]+)'/g)].map((match) => match[1] as keyof typeof EXIT);
  return [
    '## Error codes',
    '',
    'What happened, and what to do: [operations.md](operations.md#errors). Where one ends a command, its exit code is',
    'that of the table; otherwise 0 is fine, 1 says that problems were found, 4 that it was refused.',
    '',
    ...table(
      ['code', 'exit code'],
      codes.map((code) => [`\`${code}\``, String(EXIT[code] ?? 1)]),
    ),
  ];
}

function settings(source: (path: string) => string): string[] {
  const names = [...source('src/cli/environment.ts').matchAll(/\benv\.([A-Z_]+)/g)].map((match) => match[1]);
  return [
    '## Settings',
    '',
    'Variables of the environment, explained in [operations.md](operations.md#environment):',
    '',
    ...[...new Set(names)].sort().map((name) => `- \`${name}\``),
    '',
  ];
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|').replaceAll('\n', ' ')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line), ''];
}

/** Usage as the terminal shows it, without lines that end in blanks. */
function plain(usage: string): string[] {
  return usage
    .trimEnd()
    .split('\n')
    .map((line) => line.trimEnd());
}

function upper(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
