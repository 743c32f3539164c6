/** What $replace puts in the place of a match: a function's answer, or a text in which `$1` stands for a group. */

import { Callable } from '../callable.ts';
import { Failure } from '../failure.ts';
import type { Run } from '../run.ts';
import type { Found } from './matches.ts';

export function replacementOf(replacement: string | Callable): (run: Run, found: Found) => unknown {
  if (typeof replacement === 'string') return (_run, found) => filled(replacement, found);
  return (run, { describe }) => {
    if (!(replacement instanceof Callable)) throw new Failure('T1006', replacement);
    return replacement.call(run, [undefined, describe()]);
  };
}

/** `$$` is a sign, `$0` the match, `$n` a group, as many digits as there may be groups. */
function filled(text: string, found: Found): string {
  const { groups } = found;
  const digits = groups.length === 0 ? 1 : Math.floor(Math.log(groups.length) * Math.LOG10E) + 1;
  let result = '';
  let at = 0;
  for (let sign = text.indexOf('$'); sign >= 0 && at < text.length; sign = text.indexOf('$', at)) {
    result += text.slice(at, sign);
    at = sign + 1;
    const next = text.charAt(at);
    if (next === '$' || next === '0') {
      result += next === '$' ? '$' : found.text;
      at += 1;
      continue;
    }
    let group = Number.parseInt(text.slice(at, at + digits), 10);
    if (digits > 1 && group > groups.length) group = Number.parseInt(text.slice(at, at + digits - 1), 10);
    if (Number.isNaN(group)) result += '$';
    else {
      result += groups[group - 1] ?? '';
      at += String(group).length;
    }
  }
  return result + text.slice(at);
}
