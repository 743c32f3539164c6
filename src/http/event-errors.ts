/** Where in a request an event was wrong, and what was probably meant: for programs, beside the sentence for people. */

import type { Rejected } from '../processor/write-events.ts';

export interface EventError {
  /** JSON pointer into the request; of NDJSON the first step is the line, from 0. */
  readonly pointer: string;
  readonly detail: string;
}

/** Of each event that is refused. */
export function eventErrors(
  rejected: readonly Rejected[],
  texts: readonly string[],
  isOne: boolean,
): EventError[] {
  return rejected.map(({ index, reason, problem }) => ({
    pointer: `${isOne ? '' : `/${index}`}${pointerOf(reason, problem, texts[index] ?? '')}`,
    detail: problem,
  }));
}

/** What was meant, where every event that is refused for its type means the same one. */
export function meantType(rejected: readonly Rejected[]): string | undefined {
  const meant = new Set(
    rejected.map(({ reason, problem }) =>
      reason === 'unknown_type' ? /did you mean (\S+)\?$/.exec(problem)?.[1] : undefined,
    ),
  );
  return meant.size === 1 ? [...meant][0] : undefined;
}

/** Sentences about a field begin with it: `cost must be …`, `channels[1].budget must be …`, `lead_id is missing`. */
function pointerOf(reason: Rejected['reason'], problem: string, text: string): string {
  if (reason === 'unknown_type' || reason === 'reserved_type') return '/type';
  if (reason === 'future_time') return '/time';
  if (reason === 'duplicate_in_request') return '/id';
  const [, field] = /^([A-Za-z_][\w.[\]]*) (?:is|must)\b/.exec(problem) ?? [];
  if (field === undefined) return '';
  const event = JSON.parse(text) as Record<string, unknown>;
  const inData = event.data !== undefined && !ENVELOPE.has(field);
  return `${inData ? '/data' : ''}/${field.replace(/\.|\[/g, '/').replaceAll(']', '')}`;
}

const ENVELOPE: ReadonlySet<string> = new Set(['id', 'type', 'time', 'source', 'event_source', 'data']);
