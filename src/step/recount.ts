/** recount: features that are fed by decisions, counted over any span of time instead of their own window. */

import type { Decision } from '../core/decision.ts';
import { keyValues } from '../core/entity-key.ts';
import type { Millis } from '../core/units.ts';
import type { Frame } from '../rules/expression/expression.ts';
import type { KindPlan, Plan } from '../rules/plan.ts';
import type { FedNode, Feed } from '../rules/plan-node.ts';

/** From `from` on and before `to`. */
export interface RecountSpan {
  readonly from: Millis;
  readonly to: Millis;
}

interface Counted {
  readonly node: FedNode;
  readonly state: unknown;
}

/**
 * Counts the named features of a shared kind over the decisions it is given. A windowed aggregate serves any span:
 * times are drawn together into the newer half of its window, which keeps their order and lets none fall out.
 */
export class Recount {
  readonly #plan: Plan;
  readonly #part: KindPlan;
  readonly #span: RecountSpan;
  readonly #window: Millis;
  readonly #counted = new Map<number, Counted>();

  /** @param window only features that look back exactly this far are counted */
  constructor(plan: Plan, kind: string, names: readonly string[], window: Millis, span: RecountSpan) {
    this.#plan = plan;
    this.#part = plan.kindOf.get(`${kind}.part`) as KindPlan;
    this.#span = span;
    this.#window = window;
    this.#part.nodes.forEach((node, index) => {
      if (node.type !== 'fed' || node.window !== window || !names.includes(node.name)) return;
      if (this.#rulesFeeding(index).length > 0)
        this.#counted.set(index, { node, state: node.aggregate.create() });
    });
  }

  /** The rules whose decisions must be given. */
  get rules(): string[] {
    return [...new Set([...this.#counted.keys()].flatMap((index) => this.#rulesFeeding(index)))];
  }

  take(decision: Decision): void {
    const { time } = decision;
    const { from, to } = this.#span;
    if (time < from || time >= to) return;
    const drawn = Math.floor(to - ((to - time) * this.#window) / (2 * Math.max(1, to - from)));
    for (const feed of this.#part.feeds.get(`decision.${decision.rule}`) ?? []) {
      const counted = this.#counted.get(feed.node);
      const fed = counted && fedBy(feed, this.#plan, decision);
      if (counted && fed) counted.node.aggregate.add(counted.state, drawn, to, fed.value, fed.key, feed.rank);
    }
  }

  /** By name; features without data are left out. */
  values(): Record<string, unknown> {
    const values: Record<string, unknown> = {};
    for (const { node, state } of this.#counted.values()) {
      const value = node.aggregate.value(state, this.#span.to);
      if (value !== undefined) values[node.name] = value;
    }
    return values;
  }

  #rulesFeeding(index: number): string[] {
    return [...this.#part.feeds].flatMap(([type, feeds]) =>
      type.startsWith('decision.') && feeds.some((feed) => feed.node === index)
        ? [type.slice('decision.'.length)]
        : [],
    );
  }
}

/** What a feature of a shared kind takes of a decision; undefined when it passes it by. */
export function feedValue(plan: Plan, kind: string, node: number, decision: Decision): unknown {
  const feeds = plan.kindOf.get(`${kind}.part`)?.feeds.get(`decision.${decision.rule}`) ?? [];
  const feed = feeds.find((other) => other.node === node);
  return feed && fedBy(feed, plan, decision)?.value;
}

function fedBy(
  feed: Feed,
  plan: Plan,
  decision: Decision,
): { value: unknown; key: string | undefined } | undefined {
  const { timezone, currency } = plan.settings;
  const input = decisionRow(plan, decision);
  const frame: Frame = { slots: [], input, time: decision.time, zone: timezone, currency };
  try {
    if (feed.where !== undefined && feed.where.evaluate(frame) !== true) return undefined;
    const value = feed.value?.evaluate(frame);
    if (feed.value !== undefined && (value === undefined || value === null)) return undefined;
    const raw = feed.key === undefined ? undefined : input[feed.key];
    return {
      value,
      key: raw === undefined ? undefined : typeof raw === 'string' ? raw : JSON.stringify(raw),
    };
  } catch {
    // as in the stream: a decision whose fields the expression cannot use does not count
    return undefined;
  }
}

/** The fields that features see of a decision: its own, `new`, and the key of the entity. */
function decisionRow({ kindOf }: Plan, decision: Decision): Record<string, unknown> {
  const value = numberIn(decision.value);
  const keys = kindOf.get(decision.kind)?.key ?? [];
  const ids = keyValues(decision.entity, keys.length);
  return {
    ...decision,
    value,
    new: value,
    old: numberIn(decision.old),
    ...Object.fromEntries(keys.map((key, i) => [key, ids[i]])),
  };
}

function numberIn(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value ?? undefined;
  return (value as { value?: unknown }).value ?? value;
}
