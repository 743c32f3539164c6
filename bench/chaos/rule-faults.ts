/** Faults of rule files, read again by a running instance: what is wrong is refused, what runs wild harms nothing else. */

import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { SECOND } from '../../src/core/units.ts';
import { type Fault, owner } from './fault.ts';

const rule = (name: string, add: string) => `rule: ${name}
description: Made to do harm
owner: media@example.com
version: 1
mode: live
for: lead
factors:
  harm: '${add}'
`;

/** Of files that a person may write by mistake or with ill will. */
const FILES: Readonly<Record<string, string>> = {
  'no YAML': 'rule: [unclosed',
  'an unknown field': rule('harm', '$no_such_feature + 1'),
  'a mistake of type': rule('harm', '"a" * 2'),
  'a loop': rule('harm', '($f := function($n) { $f($n + 1) }; $f(0))'),
  'far too much work': rule('harm', '$count([1..9999999].($ * 2))'),
  'too deep a nesting': rule('harm', `${'('.repeat(50_000)}1${')'.repeat(50_000)}`),
  'far too large a text': rule('harm', '$length($join($map([1..9999], function($i) { $pad("x", 99999) })))'),
  'a rule that fails': rule('harm', '$number("x")'),
  'bytes that are no text': '\u0000\uFFFD\u0007',
};

export const RULE_FAULTS: readonly Fault[] = Object.entries(FILES).map(([name, text]) => ({
  name: `rules read again with ${name}`,
  on: 'process',
  weight: 1,
  run: async (scene) => {
    const victim = await owner(scene);
    // one that starts with such a file ends at once, and says why
    if (victim.url === undefined) return `${victim.name}, which is not up`;
    const file = join(victim.config, 'rules', 'harm.yaml');
    await writeFile(file, text);
    victim.reload();
    await sleep(scene.random.whole(SECOND, 2 * SECOND));
    await rm(file);
    victim.reload();
    await sleep(SECOND / 2);
    return victim.name;
  },
}));
