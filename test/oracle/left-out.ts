/** What the oracle leaves to other tests: what is learned, what was told of shared entities, and all made of either. */

import { Formula } from './formula.ts';
import { list } from './load-feature.ts';
import { loadRule } from './load-rule.ts';

type Yaml = Record<string, unknown>;

/** Verbs of features that learn: their tests are in test/step and test/models. */
const LEARNED = ['learn', 'forecast', 'anomaly'];

/** Names as `kind.name`, of features and rules. */
export type LeftOut = ReadonlySet<string>;

export function leftOutOf(documents: readonly Yaml[]): LeftOut {
  const out = new Set<string>();
  const facts = [...factsOf(documents)];
  for (let before = -1; before !== out.size; ) {
    before = out.size;
    for (const { kind, name, isLearned, reads, needs } of facts)
      if (isLearned || reads.some((of) => out.has(of)) || needs.some((of) => out.has(of)))
        out.add(`${kind}.${name}`);
  }
  return out;
}

/** The fields of rows that are not left out. */
export function fieldsKept(of: string, fields: readonly string[], out: LeftOut): string[] {
  return fields.filter((field) => !out.has(`${of}.${field}`));
}

/** A value of the engine without the fields that the oracle's rows do not have. */
export function withoutLeftOut(value: unknown, out: LeftOut): unknown {
  if (out.size === 0) return value;
  const names = new Set([...out].map((name) => name.slice(name.indexOf('.') + 1)));
  const strip = (inner: unknown): unknown => {
    if (Array.isArray(inner)) return inner.map(strip);
    if (typeof inner !== 'object' || inner === null) return inner;
    return Object.fromEntries(
      Object.entries(inner).flatMap(([name, of]) => (names.has(name) ? [] : [[name, strip(of)]])),
    );
  };
  return strip(value);
}

interface Fact {
  readonly kind: string;
  readonly name: string;
  readonly isLearned: boolean;
  /** What it reads of its own kind or of others. */
  readonly reads: readonly string[];
  /** The rules whose decisions feed it. */
  readonly needs: readonly string[];
}

function* factsOf(documents: readonly Yaml[]): Generator<Fact> {
  const rules = documents.filter(({ rule, mode }) => rule !== undefined && mode !== 'off');
  const kindOfRule = new Map(rules.map((rule) => [String(rule.rule), String(rule.for)]));
  for (const { features } of documents)
    for (const [kind, declared] of Object.entries((features ?? {}) as Record<string, Record<string, Yaml>>))
      for (const [name, yaml] of Object.entries(declared)) {
        // what an owner told last depends on when it came: test/step/shared-kinds.test.ts
        const isTold = yaml.last !== undefined && yaml.of !== undefined;
        const isLearned = isTold || LEARNED.some((verb) => yaml[verb] !== undefined);
        const needs = eventsOf(yaml).flatMap((type) => {
          const rule = type.startsWith('decision.') ? type.slice('decision.'.length) : '';
          return kindOfRule.has(rule) ? [`${kindOfRule.get(rule)}.${rule}`] : [];
        });
        yield { kind, name, isLearned, reads: isLearned ? [] : readsOf(kind, yaml), needs };
      }
  for (const rule of rules) {
    const kind = String(rule.for);
    const isMarginal = (rule.allocate as Yaml | undefined)?.using === 'marginal';
    const reads = isMarginal ? [] : loadRule(rule, () => '').reads.map((name) => `${kind}.${name}`);
    yield { kind, name: String(rule.rule), isLearned: isMarginal, reads, needs: [] };
  }
}

function eventsOf(yaml: Yaml): string[] {
  return [
    ...list(yaml.on),
    ...list(yaml.count),
    ...list(yaml.since),
    ...list(yaml.series),
    ...list(yaml.screen),
  ];
}

/** `rows` reads nothing: its fields are left out one by one. */
function readsOf(kind: string, yaml: Yaml): string[] {
  if (yaml.calc !== undefined) return new Formula(yaml.calc).reads.map((name) => `${kind}.${name}`);
  const named = typeof yaml.count === 'string' && !yaml.count.includes('.') ? yaml.count : undefined;
  const of = named ?? (yaml.of === undefined ? undefined : String(yaml.of));
  if (of === undefined) return [];
  const texts = [yaml.where, yaml.order, yaml.last, yaml.sum, yaml.avg, yaml.min, yaml.max, yaml.tally];
  const reads = texts.flatMap((text) => (text === undefined ? [] : new Formula(text).reads));
  return [...reads, ...list(yaml.by)].map((name) => `${of}.${name}`);
}
