/** Functions that fail on purpose: $error $assert. */

import { Failure } from '../failure.ts';
import { builtin } from './builtin.ts';

export const ASSERTIONS = {
  error: builtin('<s?:x>', (_run, [message]: readonly [string | undefined]) => {
    throw new Failure('D3137', message || '$error() function evaluated');
  }),
  assert: builtin('<bs?:x>', (_run, [holds, message]: readonly [boolean | undefined, string | undefined]) => {
    if (!holds) throw new Failure('D3141', message || '$assert() statement failed');
    return undefined;
  }),
};
