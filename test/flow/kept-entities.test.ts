/** What the history says of the entities of a partition: whether it has all of them, and whether that is doubted. */

import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { openHistory } from '../../src/cli/history.ts';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../../src/store/embedded-postgres.ts';
import { passableFolder } from './temporary-postgres.ts';

describe('the entities of a partition', { timeout: 120_000 }, () => {
  let data: string;
  let postgres: EmbeddedPostgres;

  before(async () => {
    data = await passableFolder();
    postgres = await startEmbeddedPostgres(join(data, 'postgres'));
  });

  after(async () => {
    await postgres?.stop();
    await rm(data, { recursive: true, force: true });
  });

  it('takes a partition for complete only while nobody began to read it anew', async () => {
    const { entities, close } = openHistory(postgres.urls);
    const partition = 99;
    const standing = async () => (await entities.standings([partition]))[0]?.[1];
    assert.deepEqual(await standing(), { doubts: 0 });
    await entities.begun(partition, 'first');
    assert.deepEqual(await standing(), { doubts: 0 });
    assert.equal(await entities.completed(partition, 'one', 'first'), true);
    assert.deepEqual(await standing(), { doubts: 0, rules: 'one' });
    await entities.begun(partition, 'second');
    await entities.begun(partition, 'third');
    assert.equal(await entities.completed(partition, 'two', 'second'), false);
    assert.deepEqual(await standing(), { doubts: 0 });
    assert.equal(await entities.completed(partition, 'two', 'third'), true);
    assert.deepEqual(await standing(), { doubts: 0, rules: 'two' });
    await close();
  });

  it('takes no entity that was read before somebody took the log over', async () => {
    const { entities, sink, close } = openHistory(postgres.urls);
    const partition = 98;
    const [[, { doubts }]] = (await entities.standings([partition])) as [[number, { doubts: number }]];
    await entities.apply([], ['lead:nobody'], { partition, doubts });
    await sink.positions([{ stream: 'in', partition }]);
    await assert.rejects(entities.apply([], ['lead:nobody'], { partition, doubts }), {
      code: 'stale_position',
    });
    await entities.apply([], ['lead:nobody'], { partition, doubts: doubts + 1 });
    await close();
  });
});
