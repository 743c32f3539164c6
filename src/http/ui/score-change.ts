/** What became of a score of late, and which of its factors did most of that. */

import { html } from 'hono/html';
import type { Decision, Reason } from '../../core/decision.ts';
import type { History } from '../../core/history.ts';
import { DAY } from '../../core/units.ts';
import type { Html } from './html-parts.ts';
import type { Visit } from './visit.ts';

export interface ScoreChange {
  /** Undefined where there was no score a day ago. */
  readonly by: number | undefined;
  /** The factor that changed most in that direction, and what it read then and now; undefined where none did. */
  readonly because: { readonly factor: string; readonly by: number; readonly inputs: Inputs } | undefined;
}

type Inputs = readonly (readonly [name: string, then: unknown, now: unknown])[];

/**
 * From what stood a day before `visit.show.now` to what was decided last. Where the factor that did most of it reads
 * another score, what did most of that one is told: that is what happened.
 */
export async function scoreChange(
  visit: Visit,
  history: History,
  rule: string,
  [kind, id]: readonly [kind: string, id: string],
): Promise<ScoreChange | undefined> {
  const stood = await history.decisionsAt(kind, id, visit.show.now - DAY);
  const changeOf = async (name: string): Promise<ScoreChange | undefined> => {
    const [last] = (await history.decisionsOf(kind, id, { rule: name, limit: 1 })).rows;
    if (last === undefined || last.error !== undefined) return undefined;
    const before = stood.find((one) => one.rule === name && one.error === undefined);
    return { by: before && scoreOf(last) - scoreOf(before), because: becauseOf(before?.reasons ?? [], last) };
  };
  const change = await changeOf(rule);
  const inner = change?.because?.inputs.map(([input]) => input).find((input) => isScore(visit, kind, input));
  const deeper = inner === undefined ? undefined : (await changeOf(inner))?.because;
  return change && deeper ? { ...change, because: deeper } : change;
}

function isScore({ options }: Visit, kind: string, name: string): boolean {
  const node = options
    .plan()
    .kindOf.get(kind)
    ?.nodes.find((one) => one.name === name);
  return node?.type === 'rule' && node.rule.shape.type === 'factors';
}

function scoreOf({ value }: Decision): number {
  const score = typeof value === 'object' && value !== null && 'value' in value ? value.value : value;
  return typeof score === 'number' ? score : 0;
}

function becauseOf(before: readonly Reason[], { reasons }: Decision): ScoreChange['because'] {
  const then = new Map(before.map((reason) => [reason.name, reason]));
  const changes = reasons.map((reason) => ({
    reason,
    by: (reason.points ?? 0) - (then.get(reason.name)?.points ?? 0),
  }));
  const sum = changes.reduce((total, { by }) => total + by, 0);
  const [most] = changes.sort((a, b) => (b.by - a.by) * (sum < 0 ? -1 : 1));
  if (!most || most.by === 0) return undefined;
  const { name, inputs } = most.reason;
  return {
    factor: name,
    by: most.by,
    inputs: Object.entries(inputs).map(([input, now]) => [input, then.get(name)?.inputs[input], now]),
  };
}

/** `▲ +6`: the direction by shape as well as by sign. */
export function changeMark({ texts, show }: Visit, change: ScoreChange | undefined): Html {
  if (change?.by === undefined) return change ? html`<small>${texts.new_score}</small>` : '–';
  const by = Math.round(change.by * 100) / 100;
  if (by === 0) return '=';
  return html`<span class="${by > 0 ? 'came' : 'went'}"><span aria-hidden="true">${by > 0 ? '↑' : '↓'}</span> ${show.signed(by)}</span>`;
}

/** `Completion +5: completion rate 80 → 100`. */
export function changeReason({ show }: Visit, change: ScoreChange | undefined): Html {
  if (!change?.because) return '';
  const { factor, by, inputs } = change.because;
  const read = inputs.map(([name, then, now], i) => {
    const was = then === undefined || show.value(then) === show.value(now) ? '' : `${show.value(then)} → `;
    return html`${i > 0 ? ', ' : ''}${show.label(name).toLowerCase()} ${was}<b>${show.value(now)}</b>`;
  });
  return html`${show.label(factor)} ${show.signed(by)}<small>${read.length > 0 ? ': ' : ''}${read}</small>`;
}
