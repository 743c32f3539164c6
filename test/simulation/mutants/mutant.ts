/** A planted bug: a few words of the source put otherwise, at one place or at several where one layer masks another. */

export interface Change {
  /** From the root of the repository. */
  readonly file: string;
  /** Stands there once. */
  readonly from: string;
  readonly to: string;
}

export interface Mutant {
  readonly name: string;
  /** So few seeds catch it that samples leave it out. */
  readonly rare?: true;
  /** Where the bug is. */
  readonly layer:
    | 'step'
    | 'worker'
    | 'script'
    | 'intake'
    | 'post'
    | 'history'
    | 'outside'
    | 'actions'
    | 'rules';
  /** What would be wrong. */
  readonly what: string;
  readonly changes: readonly Change[];
}
