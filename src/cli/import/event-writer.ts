/** Where imported and sent events go. */

import type { Millis } from '../../core/units.ts';

export interface WriteReceipt {
  readonly accepted: number;
  /** What was refused, by its place in the batch. */
  readonly rejected: readonly { readonly index: number; readonly problem: string }[];
}

export interface EventWriter {
  /** When it resolves, the accepted events are in the logs; it rejects when that is not known. */
  write(events: readonly Readonly<Record<string, unknown>>[]): Promise<WriteReceipt>;
  /** An event of before may have come and be known no longer; absent where that cannot be asked. */
  horizon?(): Promise<Millis>;
  close(): Promise<void>;
}

/** What a verb was told about where to write. */
export interface WriterChoice {
  /** A running weir; absent: the writer's own default. */
  readonly url: string | undefined;
  readonly env: NodeJS.ProcessEnv;
}

export type OpenWriter = (choice: WriterChoice) => Promise<EventWriter>;
