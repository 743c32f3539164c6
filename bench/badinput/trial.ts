/** A trial: one input at one place of one surface, and what became of it. */

import type { Input } from './corpus.ts';

/** What the sender saw at once. `pending`: taken by a stream; its fate stands in the history later. */
export type Fate = 'accepted' | 'refused' | 'skipped' | 'unanswered' | 'server_error' | Pending;

/** What to look for in the history, and whether a dead letter has to have these very bytes. */
export interface Pending {
  /** An id or a source that no other event has. */
  readonly marker?: string;
  readonly bytes?: readonly Buffer[];
}

export interface Trial {
  readonly input: Input;
  /** Such as `lead.created name` or `GET /v1/leads/{id} id`. */
  readonly place: string;
  /** What the corpus says counts here: the place is of the input's format. */
  readonly judged: boolean;
  send(): Promise<Fate>;
}

/** A way in: every trial it makes of the inputs. */
export interface Surface {
  readonly name: string;
  trials(inputs: readonly Input[]): Trial[];
}
