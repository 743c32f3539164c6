/** A verb of the command line. */

export interface Verb {
  /** Shown by `weir VERB --help` and after wrong usage; its first line is the form, `weir import FILE --map MAP`. */
  readonly usage: string;
  /**
   * Resolves to the exit code: 0 ok, 1 problems found, 4 refused. Throws WeirError for the rest: wrong_usage is 2,
   * what cannot be reached is 3.
   */
  run(args: readonly string[], env: NodeJS.ProcessEnv): Promise<number>;
}

/** A verb in the list of verbs, loaded when it is called. */
export interface VerbEntry {
  readonly name: string;
  /** One line for the list. */
  readonly summary: string;
  load(): Promise<Verb>;
}
