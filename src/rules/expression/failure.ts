/** Why an evaluation stopped: thrown inside compiled code, turned into an ExpressionError at its border. */

const SENTENCES: Readonly<Record<string, string>> = {
  D1001: 'a number is out of range: {value}',
  D1002: 'only a number can be negated, this is {value}',
  D1009: 'two keys of one object are both {value}',
  D1013: 'the key {value} is reserved',
  D2014: 'a range must not be longer than 10,000,000, this one would be {value}',
  D3001: 'a number that is not finite has no text',
  D3020: 'the third argument of $split must not be negative, it is {value}',
  D3030: 'cannot read {value} as a number',
  D3050: 'the second argument of $reduce must be a function with at least two parameters',
  D3060: '$sqrt needs a number that is not negative, this is {value}',
  D3061: '$power goes beyond the largest number',
  D3070: '$sort without a function needs a list of numbers or a list of texts',
  D3100: '$formatBase needs a base from 2 to 36, this is {value}',
  T0410: 'argument {index} of {token} has the wrong type: {value}',
  T0411: 'argument {index} of {token} is missing and the context cannot stand in for it',
  T0412: 'argument {index} of {token} must be a list whose items all have the right type',
  T1003: 'a key of an object must be text, this is {value}',
  T1006: 'this is no function: {value}',
  T2001: 'the left side of {token} must be a number, it is {value}',
  T2002: 'the right side of {token} must be a number, it is {value}',
  T2003: 'a range must begin with a whole number, this is {value}',
  T2004: 'a range must end with a whole number, this is {value}',
  T2006: 'the right side of ~> must be a function, it is {value}',
  T2007: 'cannot order numbers and texts together',
  T2008: 'can only order by numbers or texts, this is {value}',
  T2009: 'cannot compare a number with a text by {token}: {value}',
  T2010: 'can only compare numbers or texts by {token}, this is {value}',
  forbidden_key: 'an object must not have a key named __proto__',
  not_a_value: 'the result is a function, not a value',
  out_of_range: 'argument {index} of {token} is out of range: {value}',
  over_budget: '{value}',
  unsupported: '{value} is not supported yet in rules',
};

const LONGEST_VALUE = 60;

export class Failure {
  readonly code: string;
  readonly value: unknown;
  /** Which argument of a function is wrong, from 1. */
  readonly index: number;
  /** Offset where the guilty token ends; -1 until a call site knows it. */
  position: number;
  /** The operator or function, as written. */
  token: string;

  constructor(code: string, value?: unknown, position = -1, token = '', index = 1) {
    this.code = code;
    this.value = value;
    this.position = position;
    this.token = token;
    this.index = index;
  }

  get message(): string {
    const sentence = SENTENCES[this.code] ?? this.code;
    return sentence
      .replace('{token}', this.token)
      .replace('{index}', String(this.index))
      .replace('{value}', () => show(this.value, this.code));
  }
}

function show(value: unknown, code: string): string {
  if (code === 'over_budget' || code === 'unsupported') return String(value);
  if (value === undefined) return 'absent';
  if (typeof value === 'number') return String(value);
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object' && value !== null) return 'an object';
  const text = JSON.stringify(value) ?? 'a function';
  return text.length > LONGEST_VALUE ? `${text.slice(0, LONGEST_VALUE)}…` : text;
}
