/** One rule of one entity at one moment: whether it runs, what it then holds, publishes or withdraws. */

import { judgeAllocation } from './allocation.ts';
import { bare, classOf, type Moment, namesOf, publish } from './decision.ts';
import type { Rule } from './definition.ts';
import type { Entity, Finding, Verdict } from './entity.ts';
import { verdictOf } from './entity.ts';
import { fail, stop } from './failure.ts';
import { find, standingLines } from './find.ts';
import type { Place, Scope } from './formula.ts';
import { canonical, sameJson } from './ordering.ts';

/** Runs the rule if it may and leaves the result in the entity's values and verdict. */
export async function judge(rule: Rule, entity: Entity, moment: Moment, place: Place): Promise<void> {
  const verdict = verdictOf(entity, rule.name);
  const scope = { ...entity.values, params: rule.params };
  const runs = mayRun(rule, verdict, scope, moment.now);
  const { shape } = rule;
  if (shape.is === 'allocate') {
    await judgeAllocation({ ...rule, shape }, entity, verdict, scope, moment, place, runs);
  } else {
    if (runs) verdict.finding = await run({ ...rule, shape }, verdict, scope, moment.now, place);
    await settle(rule, entity, verdict, scope, moment, place);
  }
  entity.values[rule.name] = verdict.value;
}

/** A rule runs when an input changed, but within `every` of a run in which `when` held only once that is over. */
function mayRun(rule: Rule, verdict: Verdict, scope: Scope, now: number): boolean {
  // Running again on the same inputs finds the same; only an allocation would be told twice.
  if (rule.every === undefined && rule.shape.is !== 'allocate') return true;
  const inputs = canonical(rule.reads.map((name) => scope[name] ?? null));
  if (inputs !== verdict.inputs) verdict.waiting = true;
  verdict.inputs = inputs;
  const resting = rule.every !== undefined && verdict.ran !== undefined && now < verdict.ran + rule.every;
  if (resting || !verdict.waiting) return false;
  verdict.waiting = false;
  return true;
}

type Found = Rule & { readonly shape: Exclude<Rule['shape'], { is: 'allocate' }> };

async function run(rule: Found, verdict: Verdict, scope: Scope, now: number, place: Place): Promise<Finding> {
  try {
    if (rule.when && (await rule.when.evaluate(scope, place)) !== true) return { is: 'nothing' };
    verdict.ran = now;
    return await find(rule.shape, scope, place);
  } catch (error) {
    return { is: 'failure', message: (error as Error).message };
  }
}

async function settle(
  rule: Rule,
  entity: Entity,
  verdict: Verdict,
  scope: Scope,
  moment: Moment,
  place: Place,
): Promise<void> {
  const { finding } = verdict;
  if (finding.is === 'failure') return fail(rule, entity, verdict, moment, finding.message);
  verdict.failing = false;
  if (finding.is === 'nothing') {
    stop(verdict);
    if (verdict.published !== undefined)
      publish(rule, entity, verdict, moment, { value: undefined, reasons: [] });
    return;
  }
  if (finding.is === 'value') {
    verdict.value = finding.value;
    if (!worthTelling(verdict.published, finding.value, rule.changeOver)) {
      verdict.dueSince = undefined;
      return;
    }
    verdict.dueSince ??= moment.now;
    if (moment.now - verdict.dueSince >= rule.hold) publish(rule, entity, verdict, moment, finding);
    return;
  }
  turnNames(rule, verdict, finding.holding, moment.now);
  if (rule.shape.is !== 'pick') return;
  const { value, reasons } = await standingLines(rule.shape, verdict.names, scope, place);
  verdict.value = value;
  if (!sameJson(namesOf(value).sort(), namesOf(verdict.published).sort()))
    publish(rule, entity, verdict, moment, { value, reasons });
}

function worthTelling(published: unknown, value: unknown, changeOver: number): boolean {
  if (published === undefined || classOf(published) !== classOf(value)) return true;
  const before = bare(published);
  const now = bare(value);
  if (typeof before === 'number' && typeof now === 'number') return Math.abs(now - before) > changeOver;
  return !sameJson(before, now);
}

/** Each name comes and goes by itself, once it has been so for `hold`. */
function turnNames(rule: Rule, verdict: Verdict, holding: ReadonlySet<string>, now: number): void {
  for (const name of new Set([...holding, ...verdict.names])) {
    if (holding.has(name) === verdict.names.has(name)) {
      verdict.turned.delete(name);
      continue;
    }
    const since = verdict.turned.get(name) ?? now;
    verdict.turned.set(name, since);
    if (now - since < rule.hold) continue;
    verdict.turned.delete(name);
    if (holding.has(name)) verdict.names.add(name);
    else verdict.names.delete(name);
  }
  for (const name of verdict.turned.keys())
    if (holding.has(name) === verdict.names.has(name)) verdict.turned.delete(name);
}

/** The first time after `now` at which the rule has something to do although nothing else happens. */
export function nextOwnTime(rule: Rule, verdict: Verdict, now: number): number {
  const times = [...verdict.turned.values()].map((since) => since + rule.hold);
  if (verdict.dueSince !== undefined) times.push(verdict.dueSince + rule.hold);
  if (verdict.waiting && verdict.ran !== undefined && rule.every !== undefined)
    times.push(verdict.ran + rule.every);
  const action = verdict.value as { status?: unknown; expires_at?: number } | undefined;
  if (rule.shape.is === 'allocate' && action?.status === 'pending' && action.expires_at !== undefined)
    times.push(action.expires_at);
  return Math.min(Number.POSITIVE_INFINITY, ...times.filter((time) => time > now));
}
