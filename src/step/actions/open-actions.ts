/** The open actions of one entity's rules, as an explanation shows them: those of a channel are kept with its campaign. */

import type { ActionStatus, ActionWord } from '../../core/action.ts';
import type { Entity } from '../entity.ts';
import { isOpen } from './action.ts';
import { actionsOf, homeId } from './home.ts';

export interface OpenAction {
  readonly id: string;
  readonly action: ActionWord;
  readonly status: ActionStatus;
  /** The line of a pick that proposed it. */
  readonly line?: string;
  readonly requested_at: string;
  /** When silence ends it. */
  readonly expires_at: string | null;
  /** Why nobody was asked, or why somebody must be. */
  readonly because?: string;
}

/** Where the actions of an entity's rules are kept, as kind and id; itself may be among them. */
export function homesOf({ kind, id }: Entity): { readonly kind: string; readonly id: string }[] {
  const names = kind.nodes.flatMap((node) =>
    node.type === 'rule' && node.rule.acting ? [node.rule.acting.home] : [],
  );
  return [...new Set(names)].map((name) => ({
    kind: name,
    id: name === kind.name ? id : homeId(kind, id),
  }));
}

/** By rule; those without any are left out. */
export function openActions(homes: readonly Entity[], { kind, id }: Entity): Map<string, OpenAction[]> {
  const found = new Map<string, OpenAction[]>();
  for (const home of homes)
    for (const action of actionsOf(home)?.actions ?? []) {
      if (action.kind !== kind.name || action.entity !== id || !isOpen(action)) continue;
      const { id: own, word, status, line, requestedAt, deadline, because } = action;
      const told: OpenAction = {
        id: own,
        action: word,
        status,
        ...(line !== undefined && { line }),
        requested_at: new Date(requestedAt).toISOString(),
        expires_at: deadline === undefined ? null : new Date(deadline).toISOString(),
        ...(because !== undefined && { because }),
      };
      found.set(action.rule, [...(found.get(action.rule) ?? []), told]);
    }
  return found;
}
