/** Names and e-mail addresses, where the caller may see them. */

import type { KeptEntity, KeptPerson } from '../../core/history/kept-entity.ts';
import type { History } from '../../core/history.ts';
import type { Visit } from './visit.ts';

export async function personsOf(
  visit: Visit,
  history: History,
  kind: string,
  rows: readonly KeptEntity[],
): Promise<ReadonlyMap<string, KeptPerson>> {
  if (!visit.may('personal') || rows.length === 0) return new Map();
  return history.persons(
    kind,
    rows.map(({ id }) => id),
  );
}
