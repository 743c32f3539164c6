/** One rule of one entity at one moment: whether it runs, what it then holds, publishes or withdraws. */

import { judgeAllocation } from './allocation.ts';
import { bare, classOf, type Moment, namesOf, publish } from './decision.ts';
import type { Pick, Rule } from './definition.ts';
import type { Entity, Finding, Reason, Verdict } from './entity.ts';
import { verdictOf } from './entity.ts';
import { fail, forget, isOpen } from './failure.ts';
import { find, standingLines } from './find.ts';
import type { Place, Scope } from './formula.ts';
import { canonical, sameJson, sixDecimals } from './ordering.ts';
import { localTime } from './zone.ts';

/** Clocks show a full hour, and dates begin, at whole quarters of an hour. */
const QUARTER = 15 * 60_000;

/** Runs the rule if it may and leaves the result in the entity's values and verdict. */
export async function judge(rule: Rule, entity: Entity, moment: Moment, place: Place): Promise<void> {
  const verdict = verdictOf(entity, rule.name);
  const scope = { ...entity.values, params: rule.params };
  const runs = mayRun(rule, verdict, scope, moment.now, place);
  const { shape } = rule;
  if (shape.is === 'allocate') {
    await judgeAllocation({ ...rule, shape }, entity, verdict, scope, moment, place, runs);
  } else {
    // between two runs nothing is found, told or held any further
    if (!runs) return;
    verdict.finding = await run({ ...rule, shape }, verdict, scope, moment.now, place);
    await settle(rule, entity, verdict, scope, moment, place);
  }
  entity.values[rule.name] = verdict.value;
}

/** A rule runs when an input changed or a hold is over, but within `every` of a run in which `when` held only once that is over. */
function mayRun(rule: Rule, verdict: Verdict, scope: Scope, now: number, place: Place): boolean {
  // Running again on the same inputs finds the same; only an allocation would be told twice.
  if (rule.every === undefined && rule.shape.is !== 'allocate') return true;
  const inputs = canonical(rule.reads.map((name) => scope[name] ?? null));
  if (inputs !== verdict.inputs) verdict.waiting = true;
  verdict.inputs = inputs;
  if (heldUntil(rule, verdict).some((time) => time <= now)) verdict.waiting = true;
  const resting =
    rule.every !== undefined && verdict.ran !== undefined && now < turnAfter(rule.every, verdict.ran, place);
  if (resting || !verdict.waiting) return false;
  verdict.waiting = false;
  return true;
}

type Found = Rule & { readonly shape: Exclude<Rule['shape'], { is: 'allocate' }> };

async function run(rule: Found, verdict: Verdict, scope: Scope, now: number, place: Place): Promise<Finding> {
  try {
    if (rule.when && (await rule.when.evaluate(scope, place)) !== true) return { is: 'nothing' };
    verdict.ran = now;
    return await find(rule.shape, scope, place, namesOf(verdict.value));
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
  if (rule.shape.is === 'pick') {
    const picked = await pickNow(rule, rule.shape, verdict, scope, moment.now, place);
    verdict.value = picked?.value;
    if (!sameJson(namesOf(picked?.value).sort(), namesOf(verdict.published).sort()))
      publish(rule, entity, verdict, moment, picked ?? WITHDRAWN);
    return;
  }
  const told = finding.is === 'value' ? finding : WITHDRAWN;
  verdict.value = told.value;
  if (!worthTelling(verdict.published, told.value, rule.changeOver)) {
    verdict.dueSince = undefined;
    return;
  }
  verdict.dueSince ??= moment.now;
  if (moment.now - verdict.dueSince >= rule.hold) publish(rule, entity, verdict, moment, told);
}

const WITHDRAWN = { value: undefined, reasons: [] };

/** The list as it stands after holds; absent when the rule does not apply. */
async function pickNow(
  rule: Rule,
  shape: Pick,
  verdict: Verdict,
  scope: Scope,
  now: number,
  place: Place,
): Promise<{ value: Record<string, unknown>[]; reasons: Reason[] } | undefined> {
  const { finding } = verdict;
  if (finding.is !== 'lines') {
    forget(verdict);
    return undefined;
  }
  turnNames(rule, verdict, finding.holding, now);
  const before = (verdict.value ?? []) as Record<string, unknown>[];
  // a line on its way out stays as it was when it last held
  const leaving = before.filter(({ name }) => !finding.holding.has(String(name)));
  return standingLines(shape, verdict.names, scope, place, leaving);
}

function worthTelling(published: unknown, value: unknown, changeOver: number): boolean {
  if (published === undefined || value === undefined) return published !== value;
  if (classOf(published) !== classOf(value)) return true;
  const before = bare(published);
  const now = bare(value);
  if (typeof before === 'number' && typeof now === 'number')
    return sixDecimals(Math.abs(now - before)) > changeOver;
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
export function nextOwnTime(rule: Rule, verdict: Verdict, now: number, place: Place): number {
  const free = rule.every === undefined ? now : turnAfter(rule.every, verdict.ran ?? now, place);
  const times = heldUntil(rule, verdict).map((time) => Math.max(time, free));
  if (verdict.waiting && verdict.ran !== undefined && rule.every !== undefined)
    times.push(turnAfter(rule.every, verdict.ran, place));
  if (rule.shape.is === 'allocate' && isOpen(verdict) && verdict.deadline !== undefined)
    times.push(verdict.deadline);
  return Math.min(Number.POSITIVE_INFINITY, ...times.filter((time) => time > now));
}

/** When a rule that ran may run again; in an hour or day of the clock it runs a second late, and looks by the quarter. */
function turnAfter(every: NonNullable<Rule['every']>, ran: number, { zone }: Place): number {
  if (typeof every === 'number') return ran + every;
  const { date } = localTime(ran, zone);
  let at = Math.floor(ran / QUARTER) * QUARTER;
  let turned: boolean;
  do {
    at += QUARTER;
    const local = localTime(at, zone);
    turned = every === 'day' ? local.date > date : local.minute === 0;
  } while (!turned);
  return at + 1000;
}

/** When what is held back has been held long enough. */
function heldUntil(rule: Rule, { turned, dueSince }: Verdict): number[] {
  return [...turned.values(), ...(dueSince === undefined ? [] : [dueSince])].map(
    (since) => since + rule.hold,
  );
}
