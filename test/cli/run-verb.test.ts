/** The flags of `weir run` are checked before anything is opened. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runVerb } from '../../src/cli/run-verb.ts';
import { WeirError } from '../../src/core/errors.ts';

for (const text of ['1s', '2', 'soon', '-5s', ''])
  test(`--ttl "${text}" is refused`, async () => {
    await assert.rejects(
      runVerb.run([`--ttl=${text}`, '--config', '/nowhere'], {}),
      (error) =>
        error instanceof WeirError && error.code === 'wrong_usage' && error.message.includes('--ttl'),
    );
  });
