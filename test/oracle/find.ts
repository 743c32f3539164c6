/** What a rule finds when it runs: the shapes, from the features just as they are. */

import type { Factors, Pick, Rule } from './definition.ts';
import type { Finding, Reason } from './entity.ts';
import type { Place, Scope } from './formula.ts';
import { sixDecimals } from './ordering.ts';

type Shape = Factors | Pick | Extract<Rule['shape'], { is: 'value' }>;

/**
 * @param scope the entity's values and the rule's params
 * @param listed names of a pick so far
 */
export async function find(
  shape: Shape,
  scope: Scope,
  place: Place,
  listed: readonly string[] = [],
): Promise<Finding> {
  if (shape.is === 'factors') return addUp(shape, scope, place);
  if (shape.is === 'value') {
    const value = await shape.formula.evaluate(scope, place);
    if (value === undefined) return { is: 'nothing' };
    return { is: 'value', value, reasons: [{ name: '', inputs: inputsOf(shape.formula.reads, scope) }] };
  }
  const holding = new Set<string>();
  for (const line of shape.lines) {
    const holds = await line.when.evaluate(scope, place).catch(() => false);
    const stays =
      listed.includes(line.name) && line.until && (await line.until.evaluate(scope, place)) !== true;
    if (holds === true || stays) holding.add(line.name);
  }
  return { is: 'lines', holding };
}

async function addUp(shape: Factors, scope: Scope, place: Place): Promise<Finding> {
  const reasons: Reason[] = [];
  let sum = 0;
  for (const { name, formula, min, max } of shape.factors) {
    const inputs = inputsOf(formula.reads, scope);
    const value = await formula.evaluate(scope, place);
    if (value === undefined) {
      reasons.push({ name, points: 0, no_data: true, inputs });
      continue;
    }
    if (typeof value !== 'number' || !Number.isFinite(value)) throw new Error(`factor ${name} is no number`);
    const points = between(value, min, max);
    reasons.push({ name, points: sixDecimals(points), inputs });
    sum += points;
  }
  const total = sixDecimals(between(sum, shape.clamp?.[0], shape.clamp?.[1]));
  if (!shape.classes) return { is: 'value', value: total, reasons };
  const fits = shape.classes.find(
    ({ above, from }) => (above === undefined || total > above) && (from === undefined || total >= from),
  );
  return { is: 'value', value: { value: total, ...(fits ? { class: fits.class } : {}) }, reasons };
}

/** The lines that stand, as the pick's value: their texts filled in, one per value of `one_per`. */
export async function standingLines(
  shape: Pick,
  names: ReadonlySet<string>,
  scope: Scope,
  place: Place,
  leaving: readonly Record<string, unknown>[] = [],
): Promise<{ value: Record<string, unknown>[]; reasons: Reason[] }> {
  const value: Record<string, unknown>[] = [];
  const reasons: Reason[] = [];
  const taken = new Set<unknown>();
  for (const { name, fields, reads } of shape.lines) {
    if (!names.has(name)) continue;
    const item = leaving.find((line) => line.name === name) ?? (await filledIn(name, fields, scope, place));
    const one = shape.onePer === undefined ? undefined : item[shape.onePer];
    if (one !== undefined && taken.has(one)) continue;
    taken.add(one);
    value.push(item);
    reasons.push({ name, inputs: inputsOf(reads, scope) });
  }
  const all = shape.lines.flatMap(({ reads }) => reads);
  if (reasons.length === 0) reasons.push({ name: '', inputs: inputsOf(all, scope) });
  return { value, reasons };
}

async function filledIn(
  name: string,
  fields: Pick['lines'][number]['fields'],
  scope: Scope,
  place: Place,
): Promise<Record<string, unknown>> {
  const item: Record<string, unknown> = { name };
  for (const [key, text] of fields) {
    const rendered = await text.render(scope, place);
    if (rendered !== undefined) item[key] = rendered;
  }
  return item;
}

export function inputsOf(reads: readonly string[], scope: Scope): Record<string, unknown> {
  return Object.fromEntries(reads.map((name) => [name, scope[name] ?? null]));
}

function between(value: number, min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY): number {
  return Math.max(min, Math.min(max, value));
}
