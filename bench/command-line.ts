/** The words after `npm run bench --`: a bench's name, where its figures are written, and whole numbers by option. */

import type { Bench, Files, Options } from './bench.ts';

export class UsageError extends Error {}

export interface Call {
  readonly name: string;
  readonly json: string | undefined;
  /** A folder for all that was measured: a page, its pictures and the figures. */
  readonly into: string | undefined;
  readonly options: Options;
  readonly files: Files;
}

/** @throws UsageError naming what there is instead */
export function readCall(words: readonly string[], benches: Readonly<Record<string, Bench>>): Call {
  const [name, ...rest] = words;
  const known = [...Object.keys(benches), 'all'];
  if (name === undefined || !known.includes(name))
    throw new UsageError(`give the name of a bench: ${known.join(', ')}`);
  // `all` takes the options of every bench, for those that have them
  const defaults: Options =
    benches[name]?.defaults ?? Object.assign({}, ...Object.values(benches).map((bench) => bench.defaults));
  const options: Record<string, number> = {};
  const files: Record<string, string[]> = {};
  let json: string | undefined;
  let into: string | undefined;
  for (let i = 0; i < rest.length; i += 2) {
    const option = (rest[i] as string).replace(/^--/, '').replaceAll('-', '_');
    if (benches[name]?.flags?.includes(option)) {
      options[option] = 1;
      i -= 1;
      continue;
    }
    const text = rest[i + 1];
    if (text === undefined) throw new UsageError(`${rest[i]} needs a value`);
    if (option === 'json') {
      json = text;
      continue;
    }
    if (option === 'into') {
      into = text;
      continue;
    }
    if (benches[name]?.files?.includes(option)) {
      const end = rest.findIndex((word, at) => at > i && word.startsWith('--'));
      files[option] = rest.slice(i + 1, end < 0 ? undefined : end);
      i += (files[option]?.length ?? 0) - 1;
      continue;
    }
    if (!(option in defaults)) {
      const own = [
        ...(benches[name]?.files ?? []).map((file) => `--${file} FILE…`),
        ...(benches[name]?.flags ?? []).map((flag) => `--${flag}`),
        ...Object.entries(defaults).map(([key, value]) => `--${key.replaceAll('_', '-')} ${value}`),
      ];
      throw new UsageError(`${name} takes --json FILE --into FOLDER ${own.join(' ')}, not ${rest[i]}`);
    }
    const value = Number(text);
    if (!Number.isSafeInteger(value) || value < 0)
      throw new UsageError(`${rest[i]} takes a whole number, not ${text}`);
    options[option] = value;
  }
  return { name, json, into, options, files };
}
