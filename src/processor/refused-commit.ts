/** Why Redis refused a commit, as an error. */

import { WeirError } from '../core/errors.ts';

const CODES = { FENCED: 'fenced', STALE: 'stale_position', LOST_TAIL: 'lost_tail' } as const;

export function refusedCommit(partition: number, reason: keyof typeof CODES): WeirError {
  return new WeirError(
    CODES[reason],
    `committing partition ${partition}: Redis answered ${reason}; memory is dropped and the partition acquired again`,
  );
}
