/** Decodes mail of other partitions: control entries of the types `shared.*` and `learned.example`. */

import type {
  LearnedExample,
  SharedBudget,
  SharedChanged,
  SharedErased,
  SharedKnown,
  SharedPartial,
} from '../core/mail.ts';
import { shown } from '../core/shown.ts';
import type { Item } from './decode.ts';
import type { Fields } from './normalise.ts';

/** The item; a text says what is wrong with it, undefined that the type is none of these. */
export function decodeMail(value: Fields): Item | string | undefined {
  const { type } = value;
  if (type === 'shared.resend') {
    const { owner } = value;
    if (owner === undefined || isCount(owner)) return { kind: 'resend', owner };
    return `owner must be a partition, is ${shown(owner)}`;
  }
  if (type === 'shared.known') {
    for (const name of ['partition', 'incarnation'])
      if (!isCount(value[name])) return `${name} must be a whole number, is ${shown(value[name])}`;
    if (!isMap(value.ids) || !Object.values(value.ids as object).every(Array.isArray))
      return `ids must be lists by kind, are ${shown(value.ids)}`;
    return { kind: 'known', known: value as unknown as SharedKnown };
  }
  if (type === 'learned.example') {
    const problem = exampleProblem(value);
    return problem ?? { kind: 'example', example: value as unknown as LearnedExample };
  }
  if (type === 'shared.budget') {
    const problem = budgetProblem(value);
    return problem ?? { kind: 'budget', budget: value as unknown as SharedBudget };
  }
  if (type !== 'shared.partial' && type !== 'shared.changed' && type !== 'shared.erased') return undefined;
  for (const name of ['kind', 'id'])
    if (typeof value[name] !== 'string' || value[name] === '')
      return `${name} must be text, is ${shown(value[name])}`;
  for (const name of type === 'shared.erased' ? ['time'] : ['incarnation', 'seq', 'time'])
    if (!isCount(value[name])) return `${name} must be a whole number, is ${shown(value[name])}`;
  if (type === 'shared.erased') return { kind: 'erased', erased: value as unknown as SharedErased };
  if (type === 'shared.changed') {
    if (!isMap(value.values)) return `values must be an object, is ${shown(value.values)}`;
    return { kind: 'broadcast', change: value as unknown as SharedChanged };
  }
  if (!isCount(value.partition)) return `partition must be a whole number, is ${shown(value.partition)}`;
  if (!isMap(value.states)) return `states must be an object, is ${shown(value.states)}`;
  return { kind: 'partial', partial: value as unknown as SharedPartial };
}

function budgetProblem(value: Fields): string | undefined {
  for (const name of ['kind', 'id', 'campaign_id', 'action_id', 'action', 'rule'])
    if (typeof value[name] !== 'string' || value[name] === '')
      return `${name} must be text, is ${shown(value[name])}`;
  if (!isCount(value.time)) return `time must be a whole number, is ${shown(value.time)}`;
  const { budget } = value;
  if (typeof budget === 'number' && Number.isFinite(budget) && budget >= 0) return undefined;
  return `budget must be an amount from 0, is ${shown(budget)}`;
}

function exampleProblem(value: Fields): string | undefined {
  for (const name of ['kind', 'name'])
    if (typeof value[name] !== 'string') return `${name} must be text, is ${shown(value[name])}`;
  for (const name of ['partition', 'incarnation', 'seq', 'time'])
    if (!isCount(value[name])) return `${name} must be a whole number, is ${shown(value[name])}`;
  const { inputs, outcome, told } = value;
  if (!Array.isArray(inputs) || !inputs.every(isInput)) return `inputs must be a list, is ${shown(inputs)}`;
  if (typeof outcome !== 'boolean') return `outcome must be true or false, is ${shown(outcome)}`;
  if (told !== undefined && !(typeof told === 'number' && told >= 0 && told <= 1))
    return `told must be a probability, is ${shown(told)}`;
  return undefined;
}

function isInput(value: unknown): boolean {
  return value === null || typeof value === 'number' || typeof value === 'string';
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function isMap(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
