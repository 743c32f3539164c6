/** How entities are named: `kind:id`, where several key fields make one id joined with `/`. */

/** The id of key values; `/` and `%` inside a value of a several-field key are escaped, so ids never collide. */
export function entityId(values: readonly string[]): string {
  if (values.length === 1) return values[0] as string;
  return values.map((value) => value.replace(/[%/]/g, (c) => (c === '%' ? '%25' : '%2F'))).join('/');
}

/** The key values of an id made of `count` fields; a kind without key fields has one entity, called as the kind. */
export function keyValues(id: string, count: number): string[] {
  if (count === 0) return [];
  if (count === 1) return [id];
  return id.split('/').map((part) => part.replaceAll('%2F', '/').replaceAll('%25', '%'));
}

export function entityKey(kind: string, id: string): string {
  return `${kind}:${id}`;
}

/** Kind and id of an entity key. */
export function splitEntityKey(key: string): { kind: string; id: string } {
  const colon = key.indexOf(':');
  return { kind: key.slice(0, colon), id: key.slice(colon + 1) };
}

/** Order of entity keys among timers due at the same time: by code unit. */
export function compareKeys(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
