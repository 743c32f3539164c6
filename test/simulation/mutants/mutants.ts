/** All planted bugs. */

import { INWARD } from './inward-bugs.ts';
import type { Mutant } from './mutant.ts';
import { OUTWARD } from './outward-bugs.ts';

export const MUTANTS: readonly Mutant[] = [...INWARD, ...OUTWARD];
