/** Why an evaluation stopped: thrown inside compiled code, turned into an ExpressionError at its border. */

const SENTENCES: Readonly<Record<string, string>> = {
  D1001: 'a number is out of range: {value}',
  D1002: 'only a number can be negated, this is {value}',
  D1009: 'two keys of one object are both {value}',
  D1013: 'the key {value} is reserved',
  D2014: 'a range must not be longer than 10,000,000, this one would be {value}',
  D3001: 'a number that is not finite has no text',
  D1004: 'the pattern {value} matches without taking anything, and would do so for ever',
  D3010: 'the second argument of $replace must not be an empty text',
  D3011: 'the fourth argument of $replace must not be negative, it is {value}',
  D3012: 'the function given to $replace must answer with a text, it gave {value}',
  D3020: 'the third argument of $split must not be negative, it is {value}',
  D3030: 'cannot read {value} as a number',
  D3040: 'the third argument of $match must not be negative, it is {value}',
  D3050: 'the second argument of $reduce must be a function with at least two parameters',
  D3060: '$sqrt needs a number that is not negative, this is {value}',
  D3061: '$power goes beyond the largest number',
  D3070: '$sort without a function needs a list of numbers or a list of texts',
  D3080: 'a number picture has at most two halves',
  D3081: 'a number picture has at most one decimal sign',
  D3082: 'a number picture has at most one percent sign',
  D3083: 'a number picture has at most one per-mille sign',
  D3084: 'a number picture has a percent sign or a per-mille sign, not both',
  D3085: 'a number picture needs a digit before its exponent',
  D3086: 'a number picture has other signs between its digits',
  D3087: 'a number picture has a grouping sign beside its decimal sign',
  D3088: 'the whole part of a number picture ends with a grouping sign',
  D3089: 'a number picture has two grouping signs in a row',
  D3090: 'an optional digit stands behind a digit in the whole part of a number picture',
  D3091: 'an optional digit stands before a digit in the fraction of a number picture',
  D3092: 'a number picture with an exponent has no percent or per-mille sign',
  D3093: 'the exponent of a number picture is made of digits',
  D3110: 'cannot read {value} as a time',
  D3100: '$formatBase needs a base from 2 to 36, this is {value}',
  D3130: 'numbers cannot be written like {value}',
  D3131: 'a number picture has digits of two scripts',
  D3132: 'a date picture has no component {value}',
  D3133: 'the component {value} of a date picture has no names',
  D3134: 'a time zone is written with at most four digits, not {value}',
  D3135: 'a date picture has a `[` without `]`',
  D3136: 'the date picture leaves out a component in between',
  D3137: '{value}',
  D3138: 'more than one item fits',
  D3139: 'no item fits',
  D3140: 'no URL can be made of {value}',
  D3141: '{value}',
  T0410: 'argument {index} of {token} has the wrong type: {value}',
  T0411: 'argument {index} of {token} is missing and the context cannot stand in for it',
  T0412: 'argument {index} of {token} must be a list whose items all have the right type',
  T1003: 'a key of an object must be text, this is {value}',
  T1005: 'this is no function; a $ may be missing',
  T1006: 'this is no function: {value}',
  T1007: 'this is no function; a $ may be missing',
  T1008: 'only a function can be applied in part, this is {value}',
  T1010: 'a function that matches text answers with match, start, end, groups and next',
  T2001: 'the left side of {token} must be a number, it is {value}',
  T2002: 'the right side of {token} must be a number, it is {value}',
  T2003: 'a range must begin with a whole number, this is {value}',
  T2004: 'a range must end with a whole number, this is {value}',
  T2006: 'the right side of ~> must be a function, it is {value}',
  T2007: 'cannot order numbers and texts together',
  T2008: 'can only order by numbers or texts, this is {value}',
  T2009: 'cannot compare a number with a text by {token}: {value}',
  T2010: 'can only compare numbers or texts by {token}, this is {value}',
  T2011: 'the second part of a transform must be an object, it is {value}',
  T2012: 'the third part of a transform must be texts, it is {value}',
  forbidden_key: 'an object must not have a key named __proto__',
  not_in_copy: 'a transform changes only the copy of its argument, and the pattern found something else',
  not_a_text: 'a pattern cannot search a function',
  not_a_value: 'the result is a function, not a value',
  out_of_range: 'argument {index} of {token} is out of range: {value}',
  over_budget: '{value}',
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
  if (code === 'over_budget' || code === 'D3137' || code === 'D3141') return String(value);
  if (value === undefined) return 'absent';
  if (typeof value === 'number') return String(value);
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object' && value !== null) return 'an object';
  const text = JSON.stringify(value) ?? 'a function';
  return text.length > LONGEST_VALUE ? `${text.slice(0, LONGEST_VALUE)}…` : text;
}
