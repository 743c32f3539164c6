/** Rules that decide otherwise than an earlier set's, under the same version. */

import { behaviourOf, compareRuleSets } from './compare-rule-sets.ts';
import type { LocatedScalar } from './located.ts';
import type { Plan } from './plan.ts';
import type { Problem } from './problem.ts';
import type { RuleSet } from './rule-set.ts';

interface Loaded {
  readonly set: RuleSet;
  readonly plan: Plan;
}

/**
 * A version must rise with the behaviour. What a rule reads may change its decisions too: that is a warning, since
 * the decision names the whole set beside the version.
 * @param name how the earlier set is called
 */
export function versionProblems(old: Loaded, next: Loaded, name: string): Problem[] {
  const before = new Map(old.set.rules.map((rule) => [rule.name, rule]));
  const changed = new Set(
    compareRuleSets(old.set, next.set)
      .filter(({ sort, type }) => sort === 'feature' && type === 'changed')
      .map((change) => change.name),
  );
  return next.set.rules.flatMap((rule): Problem[] => {
    const was = before.get(rule.name);
    if (was === undefined) return [];
    if (rule.version < was.version)
      return [
        problem(
          rule.place,
          'error',
          `version ${rule.version} of \`${rule.name}\` is below that of ${name}, ${was.version}`,
        ),
      ];
    if (rule.version > was.version) return [];
    if (behaviourOf(rule) !== behaviourOf(was))
      return [
        problem(
          rule.place,
          'error',
          `\`${rule.name}\` decides otherwise than at ${name}, and its version is still ${was.version}; make it ${was.version + 1}`,
        ),
      ];
    const read = madeFrom(next.plan, `${rule.kind.text}.${rule.name}`).filter((feature) =>
      changed.has(feature),
    );
    if (read.length === 0) return [];
    const features = read.map((feature) => `\`${feature}\``).join(', ');
    return [
      problem(
        rule.place,
        'warning',
        `\`${rule.name}\` reads ${features}, changed since ${name}, under the same version ${rule.version}`,
      ),
    ];
  });
}

/** The features of a rule's own, not those behind other rules: these have versions themselves. */
function madeFrom({ reads, kinds }: Plan, rule: string): string[] {
  const rules = new Set(
    kinds.flatMap((kind) =>
      kind.nodes.flatMap((node) => (node.type === 'rule' ? [`${kind.name}.${node.name}`] : [])),
    ),
  );
  const seen = new Set([rule]);
  for (const name of seen)
    if (name === rule || !rules.has(name)) for (const read of reads.get(name) ?? []) seen.add(read);
  return [...seen].filter((name) => !rules.has(name)).sort();
}

function problem({ source, span }: LocatedScalar, severity: Problem['severity'], message: string): Problem {
  return { ...source.position(span.start), length: span.end - span.start, message, severity };
}
