/** Sorts the documents of all files into settings, features, rules, event types and tests. */

import type { Diagnostics } from './diagnostics.ts';
import { EVENT_KEYS, type OwnEvent, readEvent } from './event-definition.ts';
import { readFeatures } from './feature-definition.ts';
import type { LocatedMap, LocatedScalar } from './located.ts';
import { MapReader } from './map-reader.ts';
import { readYaml } from './read-yaml.ts';
import { type ReportDefinition, readReport } from './report-definition.ts';
import { RULE_KEYS, type RuleDefinition, readRule } from './rule-definition.ts';
import type { FeatureDefinition } from './rule-set.ts';
import type { RuleTest } from './rule-test.ts';
import {
  DEFAULT_SETTINGS,
  readSettings,
  SETTINGS_KEYS,
  type SettingsDefinition,
} from './settings-definition.ts';
import { SourceFile } from './source-file.ts';

export interface ReadDocuments {
  settings: SettingsDefinition;
  readonly features: FeatureDefinition[];
  /** Every declared feature, also those too broken to be used. */
  readonly featureNames: {
    readonly kind: LocatedScalar;
    readonly name: string;
    readonly place: LocatedScalar;
  }[];
  readonly rules: {
    readonly name: LocatedScalar;
    readonly kind: LocatedScalar | undefined;
    readonly rule: RuleDefinition | undefined;
  }[];
  readonly events: OwnEvent[];
  readonly reports: ReportDefinition[];
  readonly tests: RuleTest[];
}

export function* readDocuments(
  files: readonly { readonly path: string; readonly text: string }[],
  diagnostics: Diagnostics,
): Generator<void, ReadDocuments> {
  const read: ReadDocuments = {
    settings: { settings: DEFAULT_SETTINGS, kinds: [], lists: [], largest: new Map(), subscribed: [] },
    features: [],
    featureNames: [],
    rules: [],
    events: [],
    reports: [],
    tests: [],
  };
  let settings: LocatedMap | undefined;
  for (const { path, text } of files) {
    yield;
    const source = new SourceFile(path, text);
    for (const map of readYaml(source, diagnostics)) {
      const sort = sortOf(map);
      const first = map.entries.values().next().value;
      if (sort === 'settings') {
        if (settings && first)
          diagnostics.report(first.key, `the settings stand already in ${settings.source.path}`);
        else read.settings = readSettings(map, diagnostics);
        settings ??= map;
      } else if (sort === 'features') readFeatureDocument(map, read, diagnostics);
      else if (sort === 'rule') readRuleDocument(map, read, diagnostics);
      else if (sort === 'event') {
        const event = readEvent(map, diagnostics);
        if (event) read.events.push(event);
      } else if (sort === 'report') {
        const { report, tests } = readReport(map, diagnostics);
        if (report) read.reports.push(report);
        read.tests.push(...tests);
      } else if (first) {
        const known = ['rule', 'features', 'event', 'report', ...SETTINGS_KEYS];
        diagnostics.reportUnknown(first.key, 'key', first.key.text, known);
        diagnostics.lose(source.text.slice(map.span.start, map.span.end));
      }
    }
  }
  if (settings === undefined && !diagnostics.mayBeLost('entities'))
    diagnostics.report(
      nowhere(files[0]?.path),
      'no file has `entities`, the kinds that rules are for: weir.yaml is missing',
    );
  return read;
}

function sortOf(map: LocatedMap): 'rule' | 'features' | 'event' | 'report' | 'settings' | undefined {
  for (const sort of ['rule', 'features', 'event', 'report'] as const) if (map.entries.has(sort)) return sort;
  const keys = [...map.entries.keys()];
  if (keys.some((key) => SETTINGS_KEYS.includes(key))) return 'settings';
  // A document whose first key is misspelt is still recognised by the others, so that only that key is reported.
  if (keys.filter((key) => RULE_KEYS.includes(key)).length >= 3) return 'rule';
  return keys.filter((key) => EVENT_KEYS.includes(key)).length >= 2 ? 'event' : undefined;
}

function readFeatureDocument(map: LocatedMap, read: ReadDocuments, diagnostics: Diagnostics): void {
  const reader = new MapReader(map, diagnostics, ['features']);
  for (const [kind, { key, value }] of reader.submap('features')?.entries ?? []) {
    if (value.type !== 'map') {
      if (value.type === 'list' || !value.broken)
        diagnostics.report(key, `the features of \`${kind}\` must be a map of names`);
      continue;
    }
    for (const [name, entry] of value.entries) read.featureNames.push({ kind: key, name, place: entry.key });
    read.features.push(...readFeatures(kind, value, diagnostics));
  }
}

function readRuleDocument(map: LocatedMap, read: ReadDocuments, diagnostics: Diagnostics): void {
  const { rule, name, tests } = readRule(map, diagnostics);
  const kind = map.entries.get('for')?.value;
  if (name)
    read.rules.push({ name, kind: kind?.type === 'scalar' && kind.text !== '' ? kind : undefined, rule });
  read.tests.push(...tests);
}

function nowhere(path = 'config'): { source: SourceFile; span: { start: number; end: number } } {
  return { source: new SourceFile(path, ''), span: { start: 0, end: 1 } };
}
