/** Two rule sets held against each other by what they mean: which rules, features and reports differ. */

import { canonicalText } from './canonical.ts';
import { featureCanon, reportCanon, ruleCanon } from './definition-canon.ts';
import type { LocatedScalar } from './located.ts';
import type { RuleDefinition } from './rule-definition.ts';
import type { RuleSet } from './rule-set.ts';

export interface DefinitionChange {
  readonly sort: 'rule' | 'feature' | 'report' | 'settings' | 'events';
  /** A feature's with its kind: `lead.completions_7d`. */
  readonly name: string;
  readonly type: 'added' | 'removed' | 'changed';
  /** In the new set, in the old one where it was removed; absent for settings and events. */
  readonly place?: LocatedScalar;
}

/** By sort and name; whatever means the same is left out: comments, formatting, order, owners and tests. */
export function compareRuleSets(old: RuleSet, next: RuleSet): DefinitionChange[] {
  const changes: DefinitionChange[] = [];
  const compare = (sort: DefinitionChange['sort'], before: Named, after: Named) => {
    for (const name of [...new Set([...before.keys(), ...after.keys()])].sort()) {
      const [was, is] = [before.get(name), after.get(name)];
      if (was?.text === is?.text) continue;
      const type = was === undefined ? 'added' : is === undefined ? 'removed' : 'changed';
      const place = (is ?? was)?.place;
      changes.push({ sort, name, type, ...(place && { place }) });
    }
  };
  compare('rule', rulesOf(old), rulesOf(next));
  compare('feature', featuresOf(old), featuresOf(next));
  compare('report', reportsOf(old), reportsOf(next));
  compare('settings', settingsOf(old), settingsOf(next));
  compare('events', eventsOf(old), eventsOf(next));
  return changes;
}

type Named = ReadonlyMap<string, { readonly text: string; readonly place?: LocatedScalar }>;

/** What the rule decides: whether it counts yet, its `mode`, is left out. */
export function behaviourOf(rule: RuleDefinition): string {
  return canonicalText({ ...(ruleCanon(rule) as object), mode: undefined });
}

function rulesOf({ rules }: RuleSet): Named {
  return new Map(
    rules.map((rule) => [
      rule.name,
      { text: canonicalText([ruleCanon(rule), rule.version]), place: rule.place },
    ]),
  );
}

function featuresOf({ features }: RuleSet): Named {
  return new Map(
    features.map((feature) => [
      `${feature.kind}.${feature.name}`,
      { text: canonicalText(featureCanon(feature)), place: feature.place },
    ]),
  );
}

function reportsOf({ reports }: RuleSet): Named {
  return new Map(
    reports.map((report) => [report.name, { text: canonicalText(reportCanon(report)), place: report.place }]),
  );
}

function settingsOf({ settings, kinds }: RuleSet): Named {
  const named = new Map(
    Object.entries(settings).map(([name, value]) => [name, { text: canonicalText(value) }]),
  );
  for (const { name, key, shared } of kinds) named.set(name, { text: canonicalText([key, shared]) });
  return named;
}

/** Types of the operators; those that weir knows are the same in both. */
function eventsOf({ ownEvents }: RuleSet): Named {
  return new Map(
    ownEvents.map((type) => [type.name, { text: canonicalText(JSON.parse(JSON.stringify(type))) }]),
  );
}
