/** The rule files of a `config/` folder → the rule set: local and shared kinds, and reports. */

import { parseAllDocuments } from 'yaml';
import type { Feature, Grouped, Kind, Report, Rule, RuleSet } from './definition.ts';
import { Formula } from './formula.ts';
import { fieldsKept, type LeftOut, leftOutOf } from './left-out.ts';
import { list, loadFeature } from './load-feature.ts';
import { loadRule } from './load-rule.ts';

export interface RuleFile {
  readonly path: string;
  readonly text: string;
}

type Yaml = Record<string, unknown>;

export function documentsOf(files: readonly RuleFile[]): Yaml[] {
  return files
    .filter(({ path }) => /\.ya?ml$/.test(path))
    .flatMap(({ text }) => parseAllDocuments(text).map((document) => (document.toJS() ?? {}) as Yaml));
}

export function loadRuleSet(files: readonly RuleFile[]): RuleSet {
  const documents = documentsOf(files);
  const settings = documents.find((document) => document.entities !== undefined);
  if (!settings) throw new Error('no file declares entities');
  const leftOut = leftOutOf(documents);
  const kinds = Object.entries(settings.entities as Record<string, { key?: unknown; shared?: boolean }>).map(
    ([name, { key, shared = false }]) => loadKind(name, list(key), shared, documents, leftOut),
  );
  const shared = kinds.filter((kind) => kind.shared);
  for (const kind of shared) nameTallies(kind, kinds);
  return {
    zone: String(settings.timezone ?? 'UTC'),
    currency: String(settings.currency ?? 'EUR'),
    kinds: childrenFirst(kinds.filter((kind) => !kind.shared)),
    shared: childrenFirst(shared),
    leftOut,
    reports: documents.filter(({ report }) => report !== undefined).map(loadReport),
  };
}

function loadReport({ report, params = {}, value }: Yaml): Report {
  return { name: String(report), params: params as Yaml, value: new Formula(value) };
}

function loadKind(
  name: string,
  key: string[],
  shared: boolean,
  documents: readonly Yaml[],
  leftOut: LeftOut,
): Kind {
  const features: Feature[] = [];
  for (const document of documents) {
    const declared = (document.features as Record<string, Record<string, Yaml>> | undefined)?.[name];
    for (const [feature, yaml] of Object.entries(declared ?? {})) {
      if (leftOut.has(`${name}.${feature}`)) continue;
      const rows =
        yaml.rows === undefined ? {} : { rows: fieldsKept(String(yaml.of), list(yaml.rows), leftOut) };
      features.push(belongsTo(key, loadFeature(feature, { ...yaml, ...rows })));
    }
  }
  const labelOf = (feature: string) => {
    const rows = features.find((each) => each.name === feature);
    return rows?.is === 'group' ? String(rows.fields[0]) : 'name';
  };
  const rules = documents
    .filter((document) => document.rule !== undefined && document.for === name)
    .filter((document) => document.mode !== 'off' && !leftOut.has(`${name}.${document.rule}`))
    .map((document) => loadRule(document, labelOf, shared));
  return { name, key, shared, facts: inOrder([...features, ...rules]), leftOut };
}

/** Parts that say nothing else belong to the parent that their key names. */
function belongsTo(key: string[], feature: Feature): Feature {
  return feature.is === 'group' && feature.by.length === 0 ? { ...feature, by: key } : feature;
}

/** Each fact after those it reads; the place (zone, currency) before all, since any expression may need it. */
function inOrder(facts: (Feature | Rule)[]): (Feature | Rule)[] {
  const byName = new Map(facts.map((fact) => [fact.name, fact]));
  const done = new Set<string>();
  const order: (Feature | Rule)[] = [];
  function visit(name: string, above: readonly string[]): void {
    const fact = byName.get(name);
    if (!fact || done.has(name)) return;
    if (above.includes(name)) throw new Error(`cycle: ${[...above, name].join(' -> ')}`);
    for (const read of readBy(fact)) visit(read, [...above, name]);
    done.add(name);
    order.push(fact);
  }
  for (const name of ['timezone', 'currency', ...byName.keys()]) visit(name, []);
  return order;
}

function readBy(fact: Feature | Rule): readonly string[] {
  if (fact.is === 'rule') return fact.reads;
  if (fact.is === 'calc') return fact.formula.reads;
  if (fact.is === 'group' || fact.is === 'screen') return [];
  return fact.on.flatMap(({ type }) =>
    type.startsWith('decision.') ? [type.slice('decision.'.length)] : [],
  );
}

function childrenFirst(kinds: Kind[]): Kind[] {
  const order: Kind[] = [];
  function visit(kind: Kind | undefined): void {
    if (!kind || order.includes(kind)) return;
    for (const fact of kind.facts)
      if (fact.is === 'group') visit(kinds.find((each) => each.name === fact.of));
    order.push(kind);
  }
  for (const kind of kinds) visit(kind);
  return order;
}

/** What a tally of a rule's result lists with 0: every name, class or text of a line that it can give. */
function nameTallies(kind: Kind, kinds: readonly Kind[]): void {
  for (const fact of kind.facts) {
    if (fact.is !== 'group' || fact.verb !== 'tally') continue;
    const [name, field = 'name'] = String(fact.value?.text).trim().split('.');
    const rule = kinds.find((each) => each.name === fact.of)?.facts.find((each) => each.name === name);
    if (rule?.is === 'rule') (fact as { names: Grouped['names'] }).names = givenBy(rule, field);
  }
}

function givenBy({ shape }: Rule, field: string): string[] {
  if (shape.is === 'factors') return (shape.classes ?? []).map((line) => line.class);
  if (shape.is !== 'pick') return [];
  if (field === 'name') return shape.lines.map(({ name }) => name);
  return shape.lines.flatMap(({ fields }) =>
    fields.flatMap(([key, text]) =>
      key === field && text.literal !== undefined ? [String(text.literal)] : [],
    ),
  );
}
