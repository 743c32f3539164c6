/** A certificate that nobody has signed but itself, made by openssl, for tests of TLS. */

import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';

export interface OwnCertificate {
  /** Paths of files that are gone after the test, and their texts. */
  readonly keyFile: string;
  readonly certFile: string;
  readonly key: string;
  readonly cert: string;
}

/** @param names such as `DNS:localhost`; undefined, and the test left out, where there is no openssl */
export function ownCertificate(t: TestContext, ...names: readonly string[]): OwnCertificate | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'weir-tls-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const [keyFile, certFile] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  const kind = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  const whose = ['-days', '2', '-subj', '/CN=weir', '-addext', `subjectAltName=${names.join(',')}`];
  try {
    execFileSync('openssl', [...kind, ...whose, '-keyout', keyFile, '-out', certFile], { stdio: 'ignore' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    t.skip('openssl is not installed: node bin/setup.mjs --for-tests gets it, as root on Debian or Ubuntu');
    return undefined;
  }
  return { keyFile, certFile, key: readFileSync(keyFile, 'utf8'), cert: readFileSync(certFile, 'utf8') };
}
