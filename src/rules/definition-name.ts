/** What features, rules, parameters and kinds may be called. */

export const NAME = /^[a-z][a-z0-9_]*$/;

/** Words with a meaning of their own in expressions or tests. */
export const RESERVED_NAMES: readonly string[] = [
  ...['and', 'or', 'in', 'true', 'false', 'null', 'params'],
  ...['at', 'published', 'published_value'],
];

/** What is said of a name that does not fit `NAME`. */
export function nameRule(name: string): string {
  return `\`${name}\` is no name: names have small letters, digits and _, and start with a letter`;
}
