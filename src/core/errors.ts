/** The one error class, with a closed list of codes; docs/operations.md explains each. */

export type ErrorCode =
  | 'config_invalid'
  | 'redis_settings'
  | 'redis_away'
  | 'history_away'
  | 'fenced'
  | 'stale_position'
  | 'lost_tail'
  | 'newer_state'
  | 'expression_failed'
  | 'wrong_usage'
  | 'setup_failed'
  | 'event_refused'
  | 'not_allowed'
  | 'no_answer';

/**
 * Message form: what was being done: what was wrong, with the value; what to do.
 * `context` holds the values for logs; it never holds personal data.
 */
export class WeirError extends Error {
  readonly code: ErrorCode;
  readonly context: Readonly<Record<string, unknown>>;

  constructor(
    code: ErrorCode,
    message: string,
    options: { cause?: unknown; context?: Record<string, unknown> } = {},
  ) {
    super(message, { cause: options.cause });
    this.name = 'WeirError';
    this.code = code;
    this.context = options.context ?? {};
  }
}
