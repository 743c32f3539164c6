/** Lists of entities by the three ways that they are found: near, by rare tags, and along the whole order. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { EntityRow } from '../../src/core/ports.ts';
import { openDatabase } from '../../src/store/database.ts';
import { PostgresEntities } from '../../src/store/postgres-entities.ts';
import { PostgresHistory } from '../../src/store/postgres-history.ts';
import { startTemporaryPostgres } from './temporary-postgres.ts';

/** More entities than are walked past, with tags that many and few of those at the far end have. */
const COUNT = 15_000;
const DISTINCT = COUNT / 2;
const TAGS: Readonly<Record<string, (worth: number) => boolean>> = {
  top: (worth) => worth >= DISTINCT - 100,
  many: (worth) => worth < 3_200,
  few: (worth) => worth < 40,
};

const crowd = Array.from({ length: COUNT }, (_, n) => ({ id: `e${n}`, worth: n % DISTINCT, spare: n % 7 }));

test('a list is the same whichever way it is found', { timeout: 120_000 }, async (t) => {
  const postgres = await startTemporaryPostgres();
  t.after(() => postgres.stop());
  const database = openDatabase(postgres.url);
  t.after(() => database.close());
  const sink = new PostgresEntities(database);
  for (let from = 0; from < COUNT; from += 3_000)
    await sink.apply(crowd.slice(from, from + 3_000).map(rowOf), []);
  const history = new PostgresHistory(database);
  for (const [tag, fits] of Object.entries(TAGS))
    for (const descending of [true, false]) {
      const expected = crowd
        .filter(({ worth, spare }) => fits(worth) && spare >= 3)
        .sort((a, b) => (a.worth - b.worth || (a.id < b.id ? -1 : 1)) * (descending ? -1 : 1));
      const query = {
        ...{ kind: 'lead', tags: [tag], ranks: [{ name: 'spare', min: 3 }] },
        order: { by: 'worth', descending },
      };
      // the way that was needed is remembered, and leads to the same
      assert.equal(
        (await history.entities({ ...query, limit: 20 })).rows.length,
        Math.min(20, expected.length),
      );
      const first = await history.entities({ ...query, limit: 20 });
      const second = await history.entities({ ...query, limit: 20, after: first.next ?? '' });
      assert.deepEqual(
        [...first.rows, ...second.rows].map(({ id }) => id),
        expected.slice(0, 40).map(({ id }) => id),
        `${tag}, ${descending ? 'descending' : 'ascending'}`,
      );
    }
});

function rowOf({ id, worth, spare }: (typeof crowd)[number]): EntityRow {
  return {
    ...{ kind: 'lead', id, partition: 0, values: { worth, spare } },
    decisions: {},
    tags: Object.keys(TAGS).filter((tag) => TAGS[tag]?.(worth)),
    ranks: [
      ['worth', worth],
      ['spare', spare],
    ],
    person: undefined,
    asOf: 0,
    entry: '1-0',
  };
}
