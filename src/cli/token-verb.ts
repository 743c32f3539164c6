/** `weir token`: makes, lists and removes the tokens that callers show. */

import { WeirError } from '../core/errors.ts';
import { ROLES, type Role } from '../http/access.ts';
import { readArguments } from './arguments.ts';
import { readEnvironment } from './environment.ts';
import { type TokenFile, tokenFile } from './token-file.ts';
import type { Verb } from './verb.ts';

const NAME = /^[A-Za-z0-9][\w.@-]{0,63}$/;

export const tokenVerb: Verb = {
  usage: `weir token new NAME --role ROLE | ls | rm NAME\n\n  --role ROLE  ${ROLES.join(', ')}\n\nA new token is shown once; only its hash is kept, in WEIR_TOKENS. With the first token callers on the same machine need one too.\n\n  weir token new ana --role budget_manager\n  weir token ls`,
  run: async (args, env) => {
    const { flags, words } = readArguments(
      args,
      { role: { type: 'string' } },
      { least: 1, most: 2, what: 'new, ls or rm' },
    );
    const [what, name] = words as [string, string?];
    const file = tokenFile(readEnvironment(env));
    if (what === 'ls') return list(file, flags.json === true);
    if (name === undefined || !['new', 'rm'].includes(what))
      throw new WeirError(
        'wrong_usage',
        `weir token ${what}: write \`weir token new NAME --role viewer\`, \`ls\` or \`rm NAME\``,
      );
    if (what === 'rm') {
      if (file.remove(name)) return 0;
      throw new WeirError('wrong_usage', `there is no token called "${name}"; \`weir token ls\` lists them`);
    }
    if (!NAME.test(name))
      throw new WeirError(
        'wrong_usage',
        `"${name}" is no name for a token: letters, digits, _ . @ -, at most 64`,
      );
    const { role } = flags;
    if (!ROLES.includes(role as Role))
      throw new WeirError('wrong_usage', `--role: ${role ?? 'it is missing'}; roles: ${ROLES.join(', ')}`);
    const token = file.add(name, role as Role, new Date());
    process.stdout.write(flags.json ? `${JSON.stringify({ name, role, token })}\n` : `${token}\n`);
    return 0;
  },
};

function list(file: TokenFile, json: boolean): number {
  for (const { name, role, created } of file.tokens())
    process.stdout.write(
      json
        ? `${JSON.stringify({ name, role, created })}\n`
        : `${name.padEnd(20)} ${role.padEnd(15)} ${created}\n`,
    );
  return 0;
}
