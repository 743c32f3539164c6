/** The address of the database: judged before anything is opened, and never shown. */

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { WeirError } from '../../src/core/errors.ts';
import { openDatabase } from '../../src/store/database.ts';

describe('openDatabase', () => {
  it('takes addresses over TCP and over unix sockets', async () => {
    for (const url of [
      'postgres://me:secret@db:5432/weir',
      'postgresql://db/weir',
      'postgres://me@/x?host=%2Frun',
    ])
      await openDatabase(url).close();
  });

  it('refuses anything else without repeating it', () => {
    for (const url of ['mysql://me:secret@db/weir', 'secret', 'postgres://me:secret@db:notaport/x'])
      assert.throws(
        () => openDatabase(url),
        (error: unknown) => {
          assert.ok(error instanceof WeirError && error.code === 'config_invalid');
          assert.doesNotMatch(`${error.message} ${JSON.stringify(error.context)}`, /secret/);
          return true;
        },
      );
  });
});
