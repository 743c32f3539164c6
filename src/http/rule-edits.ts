/** What was edited between two rule sets, and between the files here and those in force: files and their lines. */

import { createHash } from 'node:crypto';
import type { RuleSetChange } from '../core/history/rule-set-change.ts';
import { type Hunk, lineChanges } from '../core/line-changes.ts';
import type { Millis } from '../core/units.ts';
import type { RuleFile } from '../rules/load-rule-set.ts';
import type { AppOptions } from './app.ts';

export interface FileEdit {
  /** Below the folder of the rules. */
  readonly path: string;
  readonly hunks: readonly Hunk[];
}

export interface RuleEdit {
  readonly old: string;
  /** A hash; `files-…` of files that are not in force. */
  readonly new: string;
  /** When it came into force; undefined where it has not. */
  readonly at: Millis | undefined;
  readonly files: readonly FileEdit[];
}

/** Those of one edit are looked through for a rule. */
const MOST_CHANGES = 12;
const MOST_SETS = 40;

/** Files whose texts differ, wherever the folders of both sets lie. */
export function fileEdits(old: readonly RuleFile[], next: readonly RuleFile[]): FileEdit[] {
  const [before, after] = [relativeTexts(old), relativeTexts(next)];
  return [...new Set([...before.keys(), ...after.keys()])].sort().flatMap((path) => {
    const [was = '', is = ''] = [before.get(path), after.get(path)];
    return was === is ? [] : [{ path, hunks: lineChanges(was, is) }];
  });
}

/** Of a file of a set: its path below the folder that all of them share. */
export function relativePath(files: readonly RuleFile[], path: string): string {
  return path.slice(sharedFolder(files).length);
}

function relativeTexts(files: readonly RuleFile[]): Map<string, string> {
  const folder = sharedFolder(files);
  return new Map(files.map(({ path, text }) => [path.slice(folder.length), text]));
}

/** weir.yaml stands in it. */
function sharedFolder(files: readonly RuleFile[]): string {
  const settings = files.find(({ path }) => /(?:^|\/)weir\.yaml$/.test(path))?.path;
  return settings?.slice(0, -'weir.yaml'.length) ?? '';
}

/** Names the files of this instance that are not in force; undefined where they are. */
export function filesHere(options: Pick<AppOptions, 'rulesHere' | 'ruleFiles'>):
  | {
      readonly name: string;
      readonly files: readonly RuleFile[];
      readonly edits: readonly FileEdit[];
    }
  | undefined {
  const files = options.rulesHere?.().files();
  if (files === undefined) return undefined;
  const edits = fileEdits(options.ruleFiles?.() ?? [], files);
  if (edits.length === 0) return undefined;
  const digest = createHash('sha256').update(JSON.stringify(files)).digest('hex').slice(0, 16);
  return { name: `files-${digest}`, files, edits };
}

/** Newest first: the files here where they are not in force, then what came into force. */
export async function ruleEdits(options: AppOptions, most = MOST_CHANGES): Promise<RuleEdit[]> {
  const here = filesHere(options);
  const pending = here && { old: options.plan().hash, new: here.name, at: undefined, files: here.edits };
  const changes = (await options.history?.ruleSetChanges(most)) ?? [];
  const edits = await Promise.all(changes.map((change) => editOf(options, change)));
  return [...(pending ? [pending] : []), ...edits];
}

async function editOf(options: AppOptions, { hash, previous, at }: RuleSetChange): Promise<RuleEdit> {
  const [old, next] = await Promise.all([ruleSetFiles(options, previous), ruleSetFiles(options, hash)]);
  return { old: previous, new: hash, at, files: old && next ? fileEdits(old, next) : [] };
}

const known = new WeakMap<AppOptions, Map<string, readonly RuleFile[]>>();

/** Sets never change under their hash: those that were asked for are kept. */
export async function ruleSetFiles(
  options: AppOptions,
  hash: string,
): Promise<readonly RuleFile[] | undefined> {
  if (hash === options.plan().hash) return options.ruleFiles?.();
  const kept = known.get(options) ?? new Map<string, readonly RuleFile[]>();
  known.set(options, kept);
  const files = kept.get(hash) ?? (await options.history?.ruleSet(hash));
  if (files) kept.set(hash, files);
  if (kept.size > MOST_SETS) kept.delete(kept.keys().next().value as string);
  return files;
}
