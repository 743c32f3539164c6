/** The way back to the rule set before, wanted when a rule that came with the one in force was switched off. */

/** What the owner of the partition is to write into the logs; it stands in the head until another set comes. */
export interface WayBack {
  /** The set before. */
  readonly hash: string;
  readonly rule: string;
  /** Definition of the rule that was switched off: only if the set before has another one it is a way back. */
  readonly definition: string;
  readonly error: string;
}

/** Which set was in force before; without it there is no way back. */
export class Predecessor {
  hash = '';
  wanted: WayBack | undefined;

  /** A set that goes back to the one before has none itself, so that no two sets take turns. */
  activated(hash: string, previous: string): void {
    this.hash = hash === this.hash ? '' : previous;
    this.wanted = undefined;
  }

  /** At most once for each activation. */
  switchedOff(rule: string, definition: string, error: string): void {
    if (this.hash !== '') this.wanted ??= { hash: this.hash, rule, definition, error };
  }
}
