/** Loads a rule set: texts of YAML files in, checked definitions and their compiled plan out, or every problem. */

import { SECOND } from '../core/units.ts';
import { canonicalHash } from './canonical.ts';
import { checkTests } from './check-tests.ts';
import { compilePlan, type Definitions, type LoadOptions } from './compile-plan.ts';
import { decisionEvent } from './decision-event.ts';
import { DeclaredNames } from './declared-names.ts';
import { featureCanon, reportCanon, ruleCanon } from './definition-canon.ts';
import { Diagnostics } from './diagnostics.ts';
import { type ReadDocuments, readDocuments } from './documents.ts';
import { builtInEvents, extendCatalogue, limitCatalogue } from './events/catalogue.ts';
import { type Plan, SHARED_INTERVAL } from './plan.ts';
import type { Problem } from './problem.ts';
import type { ReportDefinition } from './report-definition.ts';
import type { RuleDefinition } from './rule-definition.ts';
import { isQuery, type KindDefinition, type RuleSet } from './rule-set.ts';

export interface RuleFile {
  /** As it is shown to people: relative to where they stand. */
  readonly path: string;
  readonly text: string;
}

export type LoadedRuleSet =
  | { readonly ok: true; readonly set: RuleSet; readonly plan: Plan; readonly warnings: readonly Problem[] }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** All or nothing: with any problem there is no plan. */
export function loadRuleSet(files: readonly RuleFile[], options: LoadOptions = {}): LoadedRuleSet {
  const loading = load(files, options);
  for (;;) {
    const { done, value } = loading.next();
    if (done) return value;
  }
}

/**
 * The same, some milliseconds at a time: what else this process has to do goes on.
 * @param breathe called between two steps
 */
export async function loadRuleSetBeside(
  files: readonly RuleFile[],
  breathe: () => Promise<unknown>,
  options: LoadOptions = {},
): Promise<LoadedRuleSet> {
  const loading = load(files, options);
  for (;;) {
    const { done, value } = loading.next();
    if (done) return value;
    await breathe();
  }
}

function* load(files: readonly RuleFile[], options: LoadOptions): Generator<void, LoadedRuleSet> {
  const diagnostics = new Diagnostics();
  const all = yield* readDocuments(files, diagnostics);
  const read = options.only ? keptOnly(all, options.only) : all;
  yield;
  const definitions = define(read, diagnostics);
  const plan = yield* compilePlan(definitions, diagnostics, options);
  const tests = yield* checkTests(read.tests, definitions, diagnostics);
  for (const rule of definitions.rules)
    if (rule.mode === 'live' && !read.tests.some((test) => test.rule === rule.name))
      diagnostics.warn(rule.place, `the live rule \`${rule.name}\` has no test`);
  for (const report of definitions.reports)
    if (!read.tests.some((test) => test.rule === report.name))
      diagnostics.warn(report.place, `the report \`${report.name}\` has no test`);
  if (plan === undefined || diagnostics.errors.length > 0) return { ok: false, problems: diagnostics.errors };
  const set: RuleSet = {
    hash: plan.hash,
    settings: plan.settings,
    kinds: [...definitions.kinds.values()],
    events: plan.events,
    ownEvents: read.events.map((event) => event.type),
    features: definitions.features,
    rules: definitions.rules,
    reports: definitions.reports,
    tests,
  };
  return { ok: true, set, plan, warnings: diagnostics.warnings };
}

/** Nothing that names what is left out is left: no tests, reports, lists and subscriptions. */
function keptOnly(read: ReadDocuments, only: ReadonlySet<string>): ReadDocuments {
  return {
    ...read,
    settings: { ...read.settings, lists: [], subscribed: [] },
    features: read.features.filter(({ kind, name }) => only.has(`${kind}.${name}`)),
    featureNames: read.featureNames.filter(({ kind, name }) => only.has(`${kind.text}.${name}`)),
    rules: read.rules.filter(({ kind, name }) => only.has(`${kind?.text}.${name.text}`)),
    reports: [],
    tests: [],
  };
}

/** Puts the documents together: names declared once, about kinds that exist. */
function define(read: ReadDocuments, diagnostics: Diagnostics): Definitions {
  const kinds = new Map(read.settings.kinds.map((kind) => [kind.name, kind]));
  const catalogue = declareEvents(read, diagnostics);
  const declared = new DeclaredNames(diagnostics);
  for (const kind of kinds.values()) declared.addKind(kind.name, kind.key, kind.place);
  const queries = new Set(read.features.filter(isQuery).map((feature) => feature.place));
  for (const { kind, name, place } of read.featureNames)
    if (isKind(kind, kinds, diagnostics))
      declared.add(kind.text, { name, sort: queries.has(place) ? 'query' : 'feature', place });
  const rules = new Map<string, RuleDefinition>();
  for (const { name, kind, rule } of read.rules) {
    const known = kind !== undefined && isKind(kind, kinds, diagnostics);
    if (rule && rules.has(rule.name)) {
      diagnostics.report(name, `the rule \`${rule.name}\` is declared twice`);
      continue;
    }
    if (known)
      declared.add(kind.text, {
        name: name.text,
        sort: 'result',
        place: name,
        ...(rule && { mode: rule.mode }),
      });
    if (known && rule) rules.set(rule.name, kinds.get(kind.text)?.shared ? slowed(rule, diagnostics) : rule);
  }
  const features = read.features.filter(
    (feature) => declared.of(feature.kind).get(feature.name)?.place === feature.place,
  );
  const kept = [...rules.values()].filter(
    (rule) => declared.of(rule.kind.text).get(rule.name)?.place === rule.place,
  );
  checkLists(read, kept, diagnostics);
  checkSubscriptions(read, kept, diagnostics);
  const events = new Map(catalogue.types.map((type) => [type.name, type]));
  for (const rule of kept)
    if (rule.mode !== 'off')
      events.set(`decision.${rule.name}`, decisionEvent(rule.name, kinds.get(rule.kind.text)?.key ?? []));
  const partial = {
    settings: read.settings.settings,
    kinds,
    catalogue,
    events,
    declared,
    features,
    rules: kept,
    reports: uniqueReports(read, diagnostics),
  };
  return { ...partial, hash: hashOf(read, partial) };
}

function checkLists(
  { settings }: ReadDocuments,
  rules: readonly RuleDefinition[],
  diagnostics: Diagnostics,
): void {
  for (const { kind, rule } of settings.lists) {
    const names = rules.filter((other) => other.kind.text === kind.text).map(({ name }) => name);
    if (!names.includes(rule.text) && !diagnostics.mayBeLost(rule.text))
      diagnostics.reportUnknown(rule, 'rule', rule.text, names, ` of ${kind.text}`);
  }
}

function checkSubscriptions(
  { settings }: ReadDocuments,
  rules: readonly RuleDefinition[],
  diagnostics: Diagnostics,
): void {
  for (const place of settings.subscribed) {
    const rule = rules.find(({ name }) => name === place.text);
    if (rule === undefined && !diagnostics.mayBeLost(place.text))
      diagnostics.reportUnknown(
        place,
        'rule',
        place.text,
        rules.map(({ name }) => name),
      );
    else if (rule && rule.mode !== 'live')
      diagnostics.warn(
        place,
        `\`${rule.name}\` is ${rule.mode}: a subscription tells decisions of live rules only`,
      );
  }
}

/** Reports are asked for by name and by path: each names one. Tests name rules and reports alike. */
function uniqueReports({ reports, rules }: ReadDocuments, diagnostics: Diagnostics): ReportDefinition[] {
  const taken = new Set(rules.map(({ name }) => name.text));
  return reports.filter((report) => {
    const { place, path } = report;
    const twice = [place, ...(path ? [path] : [])].find(({ text }) => taken.has(text));
    if (twice) diagnostics.report(twice, `another rule or report is called \`${twice.text}\` already`);
    taken.add(place.text);
    if (path) taken.add(path.text);
    return twice === undefined;
  });
}

function declareEvents(read: ReadDocuments, diagnostics: Diagnostics) {
  let catalogue = builtInEvents;
  for (const { type, place } of read.events) {
    if (catalogue.get(type.name))
      diagnostics.report(place, `the event type \`${type.name}\` is declared already`);
    else catalogue = extendCatalogue(catalogue, [type]);
  }
  const { largest } = read.settings;
  const money = new Set(
    catalogue.types.flatMap((type) => type.money.map((path) => path.split('.').at(-1) as string)),
  );
  for (const [name, { key }] of largest)
    if (!money.has(name)) diagnostics.reportUnknown(key, 'amount', name, money, ' of any event');
  return limitCatalogue(catalogue, new Map([...largest].map(([name, { amount }]) => [name, amount])));
}

function isKind(
  place: KindDefinition['place'],
  kinds: ReadonlyMap<string, KindDefinition>,
  diagnostics: Diagnostics,
): boolean {
  const kind = kinds.get(place.text);
  if (kind === undefined && !diagnostics.mayBeLost(place.text))
    diagnostics.reportUnknown(place, 'kind of entity', place.text, kinds.keys());
  return kind !== undefined;
}

/** A rule of a shared kind runs at most every ten seconds: that is how often news of the partitions comes. */
function slowed(rule: RuleDefinition, diagnostics: Diagnostics): RuleDefinition {
  const { every = SHARED_INTERVAL } = rule;
  if (typeof every === 'number' && every < SHARED_INTERVAL)
    diagnostics.report(
      rule.everyPlace ?? rule.place,
      `${rule.kind.text} is shared: its rules run at most every ${SHARED_INTERVAL / SECOND}s`,
    );
  return { ...rule, every };
}

function hashOf(read: ReadDocuments, definitions: Omit<Definitions, 'hash'>): string {
  const byName = (a: readonly unknown[], b: readonly unknown[]) => (String(a[0]) < String(b[0]) ? -1 : 1);
  return canonicalHash(
    {
      settings: definitions.settings,
      ...(read.settings.largest.size > 0 && {
        largest: [...read.settings.largest].map(([name, { amount }]) => [name, amount]).sort(byName),
      }),
      kinds: [...definitions.kinds.values()].map(({ name, key, shared }) => [name, key, shared]).sort(byName),
      events: read.events.map(({ declaration }) => [declaration.event, declaration]).sort(byName),
      features: definitions.features
        .map((feature) => [`${feature.kind}.${feature.name}`, featureCanon(feature)])
        .sort(byName),
      rules: definitions.rules
        .map((rule) => [rule.name, rule.version, rule.owner, rule.description, ruleCanon(rule)])
        .sort(byName),
      reports: definitions.reports.map((report) => [report.name, reportCanon(report)]).sort(byName),
    },
    16,
  );
}
