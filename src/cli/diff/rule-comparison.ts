/** What two rule sets make of one rule: decisions counted and compared, the money they move, a few examples. */

import type { Plan } from '../../rules/plan.ts';
import type { RuleNode } from '../../rules/plan-node.ts';
import {
  type ChangeType,
  changesBetween,
  type DecisionChange,
  isShadow,
  ruleOf,
} from './decision-changes.ts';
import { Money } from './money.ts';

export interface RuleComparison {
  readonly rule: string;
  readonly kind: string;
  /** Undefined where that side has no such rule, or it is off. */
  readonly modes: readonly [old: 'live' | 'shadow' | undefined, next: 'live' | 'shadow' | undefined];
  readonly versions: readonly [old: number | undefined, next: number | undefined];
  readonly published: [old: number, next: number];
  readonly changes: Record<ChangeType, number>;
  readonly money: readonly [old: Money, next: Money];
  /** The first ones; those that only have other reasons are left out. */
  readonly examples: DecisionChange[];
}

/** Only what both sides would tell is compared: decisions of a shadow rule count where no side has it live. */
export class RuleComparisons {
  readonly byRule = new Map<string, RuleComparison>();
  readonly #plans: readonly [readonly Plan[], readonly Plan[]];
  readonly #examples: number;
  readonly #tell: (change: DecisionChange) => void;

  /** @param plans of both sides, each in the order in which they were in force */
  constructor(
    plans: readonly [readonly Plan[], readonly Plan[]],
    options: {
      /** By `kind.name`. */
      readonly rules: ReadonlySet<string>;
      readonly examples: number;
      readonly onChange: (change: DecisionChange) => void;
    },
  ) {
    this.#plans = plans;
    this.#examples = options.examples;
    this.#tell = options.onChange;
    const [old, next] = plans.map(rulesOf) as [Map<string, FoundRule>, Map<string, FoundRule>];
    for (const rule of [...new Set([...old.keys(), ...next.keys()])].sort())
      if (options.rules.has(`${(next.get(rule) ?? old.get(rule))?.kind}.${rule}`))
        this.byRule.set(rule, comparison(rule, old.get(rule), next.get(rule)));
  }

  /** Decisions of one partition from the same stretch of its log. */
  compare(old: readonly string[], next: readonly string[]): void {
    const told = [old, next].map((texts, side) => texts.filter((text) => this.#counts(text, side as 0 | 1)));
    for (const change of changesBetween(told[0] as string[], told[1] as string[])) {
      const { rule } = change.new ?? (change.old as NonNullable<typeof change.old>);
      const comparison = this.byRule.get(rule) as RuleComparison;
      comparison.changes[change.type] += 1;
      if (change.type !== 'reasons' && comparison.examples.length < this.#examples)
        comparison.examples.push(change);
      this.#tell(change);
    }
  }

  #counts(text: string, side: 0 | 1): boolean {
    const comparison = this.byRule.get(ruleOf(text));
    if (comparison === undefined) return false;
    if (isShadow(text) && comparison.modes.includes('live')) return false;
    comparison.published[side] += 1;
    const plan = this.#plans[side].at(-1) as Plan;
    if (text.includes('"moved":')) comparison.money[side].add(JSON.parse(text), plan.settings.currency);
    return true;
  }
}

interface FoundRule {
  readonly kind: string;
  readonly node: RuleNode;
}

/** As they were last. */
function rulesOf(plans: readonly Plan[]): Map<string, FoundRule> {
  const found = new Map<string, FoundRule>();
  for (const kind of plans.flatMap(({ kinds }) => kinds))
    for (const node of kind.nodes)
      if (node.type === 'rule') found.set(node.rule.name, { kind: kind.name, node });
  return found;
}

function comparison(rule: string, old: FoundRule | undefined, next: FoundRule | undefined): RuleComparison {
  return {
    rule,
    kind: (next ?? (old as FoundRule)).kind,
    modes: [old?.node.rule.mode, next?.node.rule.mode] as RuleComparison['modes'],
    versions: [old?.node.rule.version, next?.node.rule.version],
    published: [0, 0],
    changes: { added: 0, removed: 0, changed: 0, reasons: 0 },
    money: [new Money(), new Money()],
    examples: [],
  };
}

export function differs({ changes }: RuleComparison): boolean {
  return changes.added + changes.removed + changes.changed > 0;
}
