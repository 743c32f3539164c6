/** The same stretch of a log under two rule sets: which decisions came, went, or say something else. */

import type { Decision } from '../../core/decision.ts';
import { sameValue } from '../../core/same-value.ts';

/** `reasons`: the same decision, from other facts. */
export type ChangeType = 'added' | 'removed' | 'changed' | 'reasons';

export interface DecisionChange {
  readonly type: ChangeType;
  /** Null where it was added. */
  readonly old: Decision | null;
  /** Null where it was removed. */
  readonly new: Decision | null;
}

/** Both of one partition and in its order; as texts, since nearly all of them are the same and need no look inside. */
export function changesBetween(old: readonly string[], next: readonly string[]): DecisionChange[] {
  let from = 0;
  while (from < old.length && from < next.length && same(old[from], next[from])) from++;
  let [oldEnd, nextEnd] = [old.length, next.length];
  while (oldEnd > from && nextEnd > from && same(old[oldEnd - 1], next[nextEnd - 1])) {
    oldEnd--;
    nextEnd--;
  }
  if (from === oldEnd && from === nextEnd) return [];
  return matched(parsed(old.slice(from, oldEnd)), parsed(next.slice(from, nextEnd)));
}

/** `rule` of a decision's text. */
export function ruleOf(text: string): string {
  const from = text.indexOf('"rule":"') + '"rule":"'.length;
  return text.slice(from, text.indexOf('"', from));
}

export function isShadow(text: string): boolean {
  const at = text.indexOf('"mode":"');
  return text.startsWith('shadow', at + '"mode":"'.length);
}

/** The number of a decision, its version and rule set stand in front of the kind, and mean nothing here. */
function same(a: string | undefined, b: string | undefined): boolean {
  if (a === undefined || b === undefined) return false;
  const [fromA, fromB] = [a.indexOf(',"kind":'), b.indexOf(',"kind":')];
  return a.length - fromA === b.length - fromB && a.endsWith(b.slice(fromB)) && ruleOf(a) === ruleOf(b);
}

function parsed(texts: readonly string[]): Decision[] {
  return texts.map((text) => JSON.parse(text) as Decision);
}

function matched(old: readonly Decision[], next: readonly Decision[]): DecisionChange[] {
  const waiting = new Map<string, Decision[]>();
  for (const decision of old) {
    const key = keyOf(decision);
    waiting.set(key, [...(waiting.get(key) ?? []), decision]);
  }
  const changes: DecisionChange[] = [];
  for (const decision of next) {
    const before = waiting.get(keyOf(decision))?.shift();
    if (before === undefined) changes.push({ type: 'added', old: null, new: decision });
    else if (!saysSame(before, decision)) changes.push({ type: 'changed', old: before, new: decision });
    else if (!sameValue(before.reasons, decision.reasons) || !sameValue(before.old, decision.old))
      changes.push({ type: 'reasons', old: before, new: decision });
  }
  for (const left of waiting.values())
    for (const decision of left) changes.push({ type: 'removed', old: decision, new: null });
  return changes.sort((a, b) => timeOf(a) - timeOf(b));
}

function keyOf({ rule, kind, entity, time }: Decision): string {
  return `${time} ${rule} ${kind}:${entity}`;
}

function saysSame(a: Decision, b: Decision): boolean {
  return sameValue(a.value, b.value) && a.error === b.error && sameValue(a.muted, b.muted);
}

function timeOf(change: DecisionChange): number {
  return (change.new ?? (change.old as Decision)).time;
}
