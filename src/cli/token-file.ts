/** The file of tokens: one JSON list, kept private, read again when it changes. */

import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { WeirError } from '../core/errors.ts';
import { ROLES, type Role, type StoredToken, tokenDigest } from '../http/access.ts';
import type { Environment } from './environment.ts';

/** Where the tokens of this environment are. */
export function tokenFile({ tokens, data }: Environment): TokenFile {
  return new TokenFile(tokens ?? join(data, 'tokens.json'));
}

interface KeptToken extends StoredToken {
  /** ISO time. */
  readonly created: string;
}

export class TokenFile {
  readonly path: string;
  private read: { readonly stamp: string; readonly tokens: readonly KeptToken[] } | undefined;

  constructor(path: string) {
    this.path = path;
  }

  /**
   * The tokens now. A file that cannot be read is no reason to let everybody in.
   * @throws WeirError config_invalid
   */
  tokens(): readonly KeptToken[] {
    const stamp = this.stamp();
    if (this.read?.stamp !== stamp)
      this.read = {
        stamp,
        tokens: stamp === '' ? [] : parseTokens(this.path, readFileSync(this.path, 'utf8')),
      };
    return this.read.tokens;
  }

  /** @returns the token itself, which is nowhere kept */
  add(name: string, role: Role, now: Date): string {
    const tokens = this.tokens();
    if (tokens.some((token) => token.name === name))
      throw new WeirError('wrong_usage', `there is a token called "${name}" already; choose another name`);
    const token = `weir_${randomBytes(32).toString('base64url')}`;
    this.write([...tokens, { name, role, sha256: tokenDigest(token), created: now.toISOString() }]);
    return token;
  }

  /** False when there is none of that name. */
  remove(name: string): boolean {
    const tokens = this.tokens();
    const left = tokens.filter((token) => token.name !== name);
    if (left.length < tokens.length) this.write(left);
    return left.length < tokens.length;
  }

  private write(tokens: readonly KeptToken[]): void {
    mkdirSync(dirname(this.path), { recursive: true });
    // put in place at once: a reader never sees half a file
    const aside = `${this.path}.new`;
    writeFileSync(aside, `${JSON.stringify(tokens, null, 2)}\n`, { mode: 0o600 });
    renameSync(aside, this.path);
    this.read = undefined;
  }

  /** Changes whenever the file does; empty without a file. */
  private stamp(): string {
    try {
      const { mtimeMs, size, ino } = statSync(this.path);
      return `${mtimeMs} ${size} ${ino}`;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
      throw new WeirError('config_invalid', `reading tokens: ${(error as Error).message}`);
    }
  }
}

function parseTokens(path: string, text: string): KeptToken[] {
  const refuse = (what: string) =>
    new WeirError('config_invalid', `reading tokens in ${path}: ${what}; mend or remove the file`);
  let list: unknown;
  try {
    list = JSON.parse(text);
  } catch (error) {
    throw refuse((error as Error).message);
  }
  if (!Array.isArray(list)) throw refuse('it holds no list');
  list.forEach((token: Partial<KeptToken> | null, i) => {
    const valid =
      typeof token?.name === 'string' &&
      ROLES.includes(token.role as Role) &&
      /^[0-9a-f]{64}$/.test(token.sha256 ?? '');
    if (!valid) throw refuse(`element ${i} needs name, role (${ROLES.join(', ')}) and sha256`);
  });
  return list as KeptToken[];
}
