/** Whether a value is one of those that a type stands for. */

import { ANY, fieldOf, type ValueType } from '../../../../src/rules/expression/types/value-type.ts';

export function includes(type: ValueType, value: unknown): boolean {
  if (type === ANY) return true;
  // A function does not leave the evaluation.
  if (value === undefined) return type.absent || type.functions;
  // Where a number can be, so can what is none: text that holds no number, read by a picture.
  if (Number.isNaN(value)) return type.nothing || type.numbers !== undefined;
  if (value === null) return type.nothing;
  if (typeof value === 'number')
    return type.numbers !== undefined && type.numbers.least <= value && value <= type.numbers.most;
  if (typeof value === 'string') return type.texts === 'any' || (type.texts?.has(value) ?? false);
  if (typeof value === 'boolean') return value ? type.yes : type.no;
  if (typeof value === 'function') return type.functions;
  if (Array.isArray(value)) {
    const { items } = type;
    return items !== undefined && value.every((item) => includes(items, item));
  }
  const { fields } = type;
  // The evaluation hands out functions as empty texts or objects: they are not told apart here.
  return (
    type.functions ||
    (fields !== undefined &&
      Object.entries(value as object).every(([name, field]) => includes(fieldOf(fields, name), field)) &&
      [...fields.named].every(([name, field]) => field.absent || Object.hasOwn(value as object, name)))
  );
}
