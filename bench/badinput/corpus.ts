/** Reads bad input from directories: each of the five formats is told by the file that a directory holds. */

import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';

/** One input; `valid` as its corpus says, absent where it says nothing. */
export type Input = { readonly name: string; readonly valid?: boolean | undefined } & (
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'format'; readonly format: string; readonly text: string }
  | { readonly kind: 'document'; readonly bytes: Buffer }
  | { readonly kind: 'bytes'; readonly bytes: Buffer }
  | { readonly kind: 'event'; readonly event: unknown }
);

/** What each file holds; documents stand one a file in folders of these names. */
const READERS: Readonly<Record<string, (path: string) => Input[]>> = {
  'strings.json': readStrings,
  'cases.json': readCases,
  'cases.txt': readByteCases,
  'events.json': readEvents,
  test_parsing: readDocuments,
  test_transform: readDocuments,
};

/**
 * @param directories each a corpus, or a folder of corpora
 * @throws Error when a directory holds none, or a file is not of its format
 */
export function readCorpora(directories: readonly string[]): Input[] {
  return directories.flatMap((directory) => {
    const inputs = [directory, ...foldersIn(directory)].flatMap(readCorpus);
    if (inputs.length === 0)
      throw new Error(
        `${directory} holds no bad input: no ${Object.keys(READERS).join(', ')} there or one level below`,
      );
    return inputs;
  });
}

function foldersIn(directory: string): string[] {
  return readdirSync(directory)
    .map((name) => join(directory, name))
    .filter((path) => statSync(path).isDirectory())
    .sort();
}

function readCorpus(directory: string): Input[] {
  return Object.entries(READERS).flatMap(([file, read]) => {
    const path = join(directory, file);
    return existsSync(path) ? read(path) : [];
  });
}

function readList<Item>(path: string): Item[] {
  const list: unknown = JSON.parse(readFileSync(path, 'utf8'));
  if (!Array.isArray(list)) throw new Error(`${path} holds no list`);
  return list as Item[];
}

function readStrings(path: string): Input[] {
  return readList<string>(path).map((text, i) => ({ kind: 'text', name: `string ${i}`, text }));
}

interface FormatCase {
  readonly format: string;
  readonly description: string;
  readonly data: string;
  readonly valid: boolean;
}

function readCases(path: string): Input[] {
  return readList<FormatCase>(path).map(({ format, description, data, valid }) => ({
    kind: 'format',
    name: `${format}: ${description}`,
    format,
    text: data,
    valid,
  }));
}

/** `num:valid:TEXT`, `num:valid hex:HEX`, `num:invalid hex:HEX:…`. */
function readByteCases(path: string): Input[] {
  const inputs: Input[] = [];
  for (const line of readFileSync(path, 'utf8').split(/\r?\n/)) {
    const found = /^([\d.]+):(valid|valid hex|invalid hex):([^:]*)/.exec(line);
    if (!found) continue;
    const [, name, how, rest] = found as unknown as [string, string, string, string];
    const bytes = how === 'valid' ? Buffer.from(rest) : Buffer.from(rest.replaceAll(' ', ''), 'hex');
    inputs.push({ kind: 'bytes', name: `bytes ${name}`, bytes, valid: how !== 'invalid hex' });
  }
  return inputs;
}

interface ShapedEvent {
  readonly name: string;
  readonly event: unknown;
  readonly expect: 'accepted' | 'dead' | 'refused';
}

function readEvents(path: string): Input[] {
  return readList<ShapedEvent>(path).map(({ name, event, expect }) => ({
    kind: 'event',
    name,
    event,
    valid: expect === 'accepted',
  }));
}

/** `y_` must parse, `n_` must be refused, `i_` and others either. */
function readDocuments(path: string): Input[] {
  return readdirSync(path)
    .sort()
    .map((file) => ({
      kind: 'document' as const,
      name: `${basename(path)}/${file}`,
      bytes: readFileSync(join(path, file)),
      valid: file.startsWith('y_') ? true : file.startsWith('n_') ? false : undefined,
    }));
}
