/** Explanations as text for people. */

import type { Decision } from '../../core/decision.ts';
import type { Judged } from '../../rules/expression/judgement.ts';
import type { OpenAction } from '../../step/actions/open-actions.ts';
import type { ExplainedReason, ExplainedResult } from '../../step/explain.ts';
import { show } from '../expected-value.ts';

export interface Explanation {
  readonly kind: string;
  readonly id: string;
  readonly stream_time: string;
  readonly results: readonly ExplainedResult[];
  /** How it was made, where it is of the past. */
  readonly made_from?: string;
}

/** What had been decided until then, as HTTP answers it. */
export interface PastExplanation {
  readonly kind: string;
  readonly id: string;
  readonly at: string;
  readonly decisions: readonly (Omit<Decision, 'id' | 'time'> & {
    readonly decision_id: string;
    readonly decided_at: string;
  })[];
  readonly untold: readonly string[];
}

export function explanationText({ kind, id, stream_time, results, made_from }: Explanation): string {
  const how = made_from === undefined ? '' : `, ${made_from}`;
  return [`${kind} ${id}   at ${stream_time}${how}`, '', ...results.flatMap(resultLines), ''].join('\n');
}

export function pastText({ kind, id, at, decisions, untold }: PastExplanation): string {
  const lines = decisions.flatMap((decision) => {
    const { rule, version, mode, value, decided_at, decision_id, rules, reasons, error } = decision;
    return [
      `${rule} (v${version}, ${mode}) = ${valueText(value)}   decided ${decided_at.slice(0, 16)}, ${decision_id}, under rule set ${rules}`,
      ...reasons.map((reason) => recordedLine(reason)),
      ...(error === undefined ? [] : [`  ! ${error}`]),
      '',
    ];
  });
  return [
    `${kind} ${id}   at ${at}, from what had been decided until then`,
    '',
    ...lines,
    ...(untold.length === 0 ? [] : [`nothing decided until then: ${untold.join(', ')}`, '']),
  ].join('\n');
}

function recordedLine({ name, points, no_data, inputs }: Decision['reasons'][number]): string {
  const given = Object.entries(inputs).map(([input, value]) => `${input}=${shown(value)}`);
  return `  ${pointsText(points).padEnd(8)} ${name.padEnd(14)} ${no_data ? 'no data  ' : ''}${given.join(' ')}`;
}

function valueText(value: unknown): string {
  const cls = (value as { class?: string } | null)?.class;
  const text = show((value as { value?: unknown } | null)?.value ?? value);
  return `${text}${cls === undefined ? '' : ` -> ${cls}`}`;
}

function resultLines(result: ExplainedResult): string[] {
  const { rule, version, mode, value, published, decided_at, when, nearest } = result;
  const last = decided_at === null ? '' : `, last ${decided_at.slice(0, 16)}`;
  return [
    `${rule} (v${version}, ${mode}) = ${valueText(value)}   published ${published}x${last}`,
    ...result.reasons.map(reasonLine),
    ...(result.actions ?? []).map(actionLine),
    ...result.looked_up.map(lookedUpLine),
    ...(result.late
      ? [`  late: ${result.amends ? `it amends decision ${result.amends}` : 'the first decision'}`]
      : []),
    ...(result.error === null ? [] : [`  ! ${result.error}`]),
    ...(result.not_published === null ? [] : [`  not told: ${result.not_published}`]),
    ...(when?.holds === true ? [`  when: ${when.text} holds`] : []),
    ...(nearest === null
      ? []
      : [`  nearest: ${nearest.name}, which needs ${nearest.missing.map(missingText).join('; and ')}`]),
    ...(result.next_change === null
      ? []
      : [`  next change: ${result.next_change.at.slice(0, 16)} (${result.next_change.because})`]),
    '',
  ];
}

/** `applications_7d >= 5 (it is 3, 2 too low)`. */
export function missingText({ text, operator, left, right, off_by, value, no_data, error }: Judged): string {
  const is = () => {
    if (error !== undefined) return error;
    if (no_data) return 'no data';
    if (operator === undefined) return value === false ? 'it is not so' : `it is ${shown(value)}`;
    // what is written as it is needs no repeating
    const beside = text.trimEnd().endsWith(` ${JSON.stringify(right)}`) ? '' : ` against ${shown(right)}`;
    const off =
      off_by === undefined ? '' : `, ${round(off_by)} too ${operator.startsWith('>') ? 'low' : 'high'}`;
    return `it is ${shown(left)}${beside}${'<>'.includes(operator[0] as string) ? off : ''}`;
  };
  return `${text} (${is()})`;
}

function actionLine({ id, action, status, line, expires_at }: OpenAction): string {
  const until = expires_at === null ? '' : ` until ${expires_at.slice(0, 16)}`;
  return `  action ${id}: ${action}${line === undefined ? '' : ` for ${line}`} is ${status}${until}`;
}

function lookedUpLine({ name, of, age_seconds }: ExplainedResult['looked_up'][number]): string {
  if (of === null) return `  ${name}: nothing to look at`;
  return `  ${name}: of ${of}, ${age_seconds === null ? 'which told nothing yet' : `as told ${age_seconds} s ago`}`;
}

function reasonLine(reason: ExplainedReason): string {
  const { points, holds } = reason;
  const mark = points !== undefined ? pointsText(points) : holds ? 'yes' : holds === false ? 'no' : '';
  const inputs = Object.entries(reason.inputs).map(([name, { at_decision, now }]) => {
    const then = at_decision === null || show(at_decision) === show(now) ? '' : ` (was ${show(at_decision)})`;
    return `${name}=${shown(now)}${then}`;
  });
  const stays = reason.stays_until ? ` stays until ${reason.stays_until.text}` : '';
  return `  ${mark.padEnd(8)} ${reason.name.padEnd(14)} ${reason.no_data ? 'no data  ' : ''}${inputs.join(' ')}${stays}`;
}

function pointsText(points: number | undefined): string {
  if (points === undefined) return '';
  return points >= 0 ? `+${round(points)}` : round(points);
}

function shown(value: unknown): string {
  return value === null || value === undefined ? '–' : show(value);
}

function round(value: number): string {
  return String(Math.round(value * 100) / 100);
}
