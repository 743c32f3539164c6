/** An import gives the same events at every run, goes on where it stopped, and hides nothing that was refused. */

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import fc from 'fast-check';
import { importFile } from '../../src/cli/import/import-file.ts';
import { ImportProgress } from '../../src/cli/import/import-progress.ts';
import { mappedEvents } from '../../src/cli/import/mapped-events.ts';
import { sortedFile } from '../../src/cli/import/sorted-file.ts';
import { usualRow } from '../../src/cli/import/usual-row.ts';
import { WeirError } from '../../src/core/errors.ts';
import { type RowMapping, readRowMapping } from '../../src/rules/row-mapping.ts';
import { scratchFolder } from './scratch-folder.ts';

type Event = Readonly<Record<string, unknown>>;

const START = Date.UTC(2026, 0, 5);
const MAP = "{'type': 'lead.created', 'lead_id': id, 'name': name}";

function mappingOf(expression: string): RowMapping {
  const read = readRowMapping('map.yaml', `events: |\n  ${expression}\n`);
  assert.ok(read.ok);
  return read.mapping;
}

async function eventsOf(file: string, expression = MAP, from = 1): Promise<Event[]> {
  const events: Event[] = [];
  for await (const row of mappedEvents(file, mappingOf(expression), { from, start: START }))
    events.push(...row.events);
  return events;
}

function rows(count: number): string {
  return `id,name\n${Array.from({ length: count }, (_, i) => `${i + 1},n${i + 1}\n`).join('')}`;
}

describe('mappedEvents', () => {
  test('ids and times come from the file name and the row number', async (t) => {
    const folder = scratchFolder(t, { 'a.csv': rows(2) });
    assert.deepEqual(await eventsOf(join(folder, 'a.csv')), [
      { id: 'a.csv:1', time: START + 1_000, type: 'lead.created', lead_id: '1', name: 'n1' },
      { id: 'a.csv:2', time: START + 2_000, type: 'lead.created', lead_id: '2', name: 'n2' },
    ]);
    const two = await eventsOf(
      join(folder, 'a.csv'),
      "[{'type': 'a.b'}, {'type': 'a.c', 'time': 5, 'id': 'own'}]",
      2,
    );
    assert.deepEqual(two, [
      { id: 'a.csv:2:1', time: START + 2_000, type: 'a.b' },
      { id: 'own', time: 5, type: 'a.c' },
    ]);
  });

  test('CSV as it comes: byte order mark, CRLF, quotes, blank lines', async (t) => {
    const text = '\uFEFFid,name\r\n1,"a, ""b""\nc"\r\n\r\n2,d\r\n';
    const folder = scratchFolder(t, { 'a.csv': text });
    const events = await eventsOf(join(folder, 'a.csv'));
    assert.deepEqual(
      events.map(({ lead_id, name }) => [lead_id, name]),
      [
        ['1', 'a, "b"\nc'],
        ['2', 'd'],
      ],
    );
  });

  test('NDJSON keeps JSON values and counts rows, not blank lines', async (t) => {
    const folder = scratchFolder(t, { 'a.ndjson': '{"id":1,"name":null}\n\n{"id":"x","name":[2]}\n' });
    const events = await eventsOf(join(folder, 'a.ndjson'));
    assert.deepEqual(
      events.map(({ id, lead_id, name }) => [id, lead_id, name]),
      [
        ['a.ndjson:1', 1, null],
        ['a.ndjson:2', 'x', [2]],
      ],
    );
  });

  test('a file that cannot be read says where', async (t) => {
    const folder = scratchFolder(t, {
      'short.csv': 'id,name\n1,a\n2\n',
      'twice.csv': 'id,id\n1,2\n',
      'bad.ndjson': '{"id":1}\n{"id":\n',
      'list.ndjson': '[1]\n',
      'a.xlsx': '',
    });
    const fails = (name: string, problem: RegExp) => assert.rejects(eventsOf(join(folder, name)), problem);
    await fails('short.csv', /short\.csv.*line 3/s);
    await fails('twice.csv', /column "id" stands twice/);
    await fails('bad.ndjson', /line 2/);
    await fails('list.ndjson', /line 1 is not a JSON object/);
    await fails('a.xlsx', /only \.csv/);
    await fails('none.csv', /no such file/);
  });

  test('a row that the expression fails on is named', async (t) => {
    const folder = scratchFolder(t, { 'a.csv': 'id,name\n1,2\n2,x\n' });
    await assert.rejects(
      eventsOf(join(folder, 'a.csv'), "{'type': 'a.b', 'n': $number(name)}"),
      (error: WeirError) => error.code === 'expression_failed' && /row 2 of a\.csv/.test(error.message),
    );
  });
});

describe('usualRow', () => {
  const usual = async (row: Record<string, unknown>) =>
    usualRow(row, { row: 1, file: 'a.csv', start: START });

  test('an event as it is; a row of campaign_events with its columns and metadata as fields', async () => {
    const event = { id: 'e', type: 'lead.created', lead_id: 7 };
    assert.deepEqual(await usual(event), [event]);
    const row = {
      ...{ id: '12', campaign_id: 'c1', event_type: 'click', timestamp: '2026-01-05 10:00:00.5+00' },
      ...{ user_agent: 'firefox', location: '', channel: 'jooble', cost: '1.250000' },
      ...{ metadata: '{"click_id":"k"}', source: 's', event_id: '', repeated: 'f', partition: '3' },
    };
    assert.deepEqual(await usual(row), [
      {
        ...{ id: 'campaign_events:12', source: 's', type: 'campaign.click' },
        time: '2026-01-05 10:00:00.5+00:00',
        data: { campaign_id: 'c1', channel: 'jooble', cost: 1.25, user_agent: 'firefox', click_id: 'k' },
      },
    ]);
    const [own] = await usual({ ...row, event_id: 'e9', cost: 'much', event_type: 'market.seen' });
    assert.deepEqual(
      [own?.id, own?.type, (own?.data as Event | undefined)?.cost],
      ['e9', 'market.seen', 'much'],
    );
    await assert.rejects(usual({ campaign_id: 'c1' }), /campaign_id, event_type and timestamp/);
  });
});

describe('sortedFile', () => {
  test('by time, and in the order of the file where times are the same; each event once', async (t) => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(fc.nat(5), { maxLength: 3 }), { maxLength: 30 }),
        fc.integer({ min: 1, max: 7 }),
        async (rows, perRun) => {
          const folder = join(scratchFolder(t, {}), 'sorted');
          let place = 0;
          const events = rows.map((times) => times.map((time) => ({ id: place++, time: START + time })));
          const given = async function* () {
            for (const [index, list] of events.entries()) yield { row: index + 1, events: list, bytes: 0 };
          };
          const path = await sortedFile(given(), folder, () => undefined, perRun);
          const found = readFileSync(path, 'utf8').split('\n').filter(Boolean);
          const expected = events.flat().sort((a, b) => a.time - b.time || a.id - b.id);
          assert.deepEqual(
            found.map((text) => JSON.parse(text)),
            expected,
          );
        },
      ),
      { numRuns: 30 },
    );
  });

  test('a time that cannot be read is named with its row', async (t) => {
    const folder = scratchFolder(t, { 'a.csv': 'id,time\n1,soon\n' });
    const rows = mappedEvents(join(folder, 'a.csv'), mappingOf("{'type': 'a.b', 'time': time}"), {
      from: 1,
      start: START,
    });
    await assert.rejects(sortedFile(rows, join(folder, 's')), /row 1: "soon" is not a time/);
  });
});

describe('importFile', () => {
  /** A writer that keeps what it is given and fails once `good` batches were taken. */
  function importer(t: TestContext, count: number, good = Number.POSITIVE_INFINITY) {
    const folder = scratchFolder(t, { 'a.csv': rows(count) });
    const written: Event[][] = [];
    const file = join(folder, 'a.csv');
    const progress = new ImportProgress(folder, file, ['map']);
    const writer = {
      write: async (events: readonly Event[]) => {
        if (written.length >= good) throw new WeirError('redis_away', 'gone');
        written.push([...events]);
        return { accepted: events.length, rejected: [] };
      },
      close: async () => undefined,
    };
    return { folder, written, task: { file, mapping: mappingOf(MAP), start: START, progress, writer } };
  }

  const ids = (batches: Event[][]) => batches.flat().map(({ id }) => id);

  test('writes every event once, in order, in batches', async (t) => {
    const { written, task } = importer(t, 1_234);
    assert.deepEqual(await importFile(task), { row: 1_234, accepted: 1_234, rejected: 0, done: true });
    assert.deepEqual(
      written.map(({ length }) => length),
      [500, 500, 234],
    );
    assert.deepEqual(
      ids(written),
      Array.from({ length: 1_234 }, (_, i) => `a.csv:${i + 1}`),
    );
  });

  test('goes on behind the last confirmed row, and a finished import does nothing', async (t) => {
    const { written, task, folder } = importer(t, 1_234, 1);
    await assert.rejects(importFile(task), /gone/);
    assert.equal(written.length, 1);
    const later: Event[][] = [];
    const write = async (events: readonly Event[]) => {
      later.push([...events]);
      return { accepted: events.length, rejected: [] };
    };
    const again = {
      ...task,
      progress: new ImportProgress(folder, task.file, ['map']),
      writer: { write, close: task.writer.close },
    };
    assert.deepEqual(await importFile(again), { row: 1_234, accepted: 1_234, rejected: 0, done: true });
    assert.deepEqual(
      [...ids(written), ...ids(later)],
      Array.from({ length: 1_234 }, (_, i) => `a.csv:${i + 1}`),
    );
    assert.equal((await importFile(again)).done, true);
    assert.equal(ids(later).length, 734);
  });

  test('--from begins anew whatever was reached, another map too', async (t) => {
    const { written, task, folder } = importer(t, 3);
    await importFile(task);
    assert.deepEqual(await importFile({ ...task, from: 3 }), {
      row: 3,
      accepted: 1,
      rejected: 0,
      done: true,
    });
    await importFile({ ...task, progress: new ImportProgress(folder, task.file, ['other map']) });
    assert.deepEqual(
      written.map(({ length }) => length),
      [3, 1, 3],
    );
  });

  test('rows that dedup has forgotten are not imported again', async (t) => {
    const { task, written } = importer(t, 3);
    await importFile(task);
    const writer = { ...task.writer, horizon: async () => START + 2_000 };
    await assert.rejects(
      importFile({ ...task, from: 1, writer }),
      (error: WeirError) => error.code === 'wrong_usage' && /row 1 again/.test(error.message),
    );
    assert.equal(written.length, 1);
    // the row of that very time is still known
    assert.equal((await importFile({ ...task, from: 2, writer })).accepted, 2);
  });

  test('a batch is never longer than what dedup remembers', async (t) => {
    const { task, written } = importer(t, 5);
    const mapping = mappingOf(`{'type': 'a.b', 'time': ${START} + $number(id) * 6 * 3600000}`);
    await importFile({ ...task, mapping });
    assert.deepEqual(
      written.map(({ length }) => length),
      [3, 2],
    );
  });

  test('refused events are told with their rows and counted', async (t) => {
    const { task } = importer(t, 4);
    const told: [number, unknown, string][] = [];
    const reached = await importFile({
      ...task,
      writer: {
        write: async (events) => ({ accepted: events.length - 1, rejected: [{ index: 2, problem: 'no' }] }),
        close: task.writer.close,
      },
      onRejected: (row, event, problem) => told.push([row, event.lead_id, problem]),
    });
    assert.deepEqual(told, [[3, '3', 'no']]);
    assert.deepEqual(reached, { row: 4, accepted: 3, rejected: 1, done: true });
  });

  test('rows without events are passed over', async (t) => {
    const { task, written } = importer(t, 3);
    const mapping = mappingOf("id = '2' ? {'type': 'a.b'}");
    assert.deepEqual(await importFile({ ...task, mapping }), {
      row: 3,
      accepted: 1,
      rejected: 0,
      done: true,
    });
    assert.deepEqual(ids(written), ['a.csv:2']);
  });
});
