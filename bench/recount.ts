/** `npm run recount -- --hillstrom FILE --facebook FILE`: imports the files and holds every entity against a plain recount. */

import { cpSync, createReadStream, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { parse } from 'csv-parse';
import { type House, openHouse } from '../src/cli/house.ts';
import { houseWriter } from '../src/cli/import/house-writer.ts';
import { importFile } from '../src/cli/import/import-file.ts';
import { Progress } from '../src/cli/progress.ts';
import { toMicros } from '../src/core/units.ts';
import { readEntity } from '../src/processor/read-entity.ts';
import { readRowMapping } from '../src/rules/row-mapping.ts';
import { lastLine } from './last-line.ts';
import { type Counts, recountFacebook, recountHillstrom } from './recount/recount-rows.ts';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const START = Date.UTC(2026, 0, 5);

/** One imported file: its map, and how to count it without weir. */
const SETS = {
  hillstrom: { map: here('maps/hillstrom.yaml'), recount: recountHillstrom },
  facebook: { map: here('maps/facebook-ads.yaml'), recount: recountFacebook },
} as const;

const { values } = parseArgs({ options: { hillstrom: { type: 'string' }, facebook: { type: 'string' } } });
const folder = mkdtempSync(join(tmpdir(), 'weir-recount-'));
try {
  cpSync(here('../config'), join(folder, 'config'), { recursive: true });
  cpSync(here('recount/features.yaml'), join(folder, 'config', 'features', 'recount.yaml'));
  const totals = { rows: 0, events: 0, entities: 0, wrong: 0, rejected: 0 };
  for (const [name, set] of Object.entries(SETS)) {
    const file = values[name as keyof typeof SETS];
    if (file === undefined) {
      process.stdout.write(`${name}: skipped, give --${name} FILE\n`);
      continue;
    }
    const result = await importAndCompare(file, set, join(folder, name));
    process.stdout.write(`${name}: ${JSON.stringify(result)}\n`);
    for (const key of Object.keys(totals) as (keyof typeof totals)[]) totals[key] += result[key];
  }
  process.exitCode = totals.wrong > 0 || totals.rejected > 0 || totals.entities === 0 ? 1 : 0;
  process.stdout.write(`${lastLine(totals)}\n`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function importAndCompare(file: string, set: (typeof SETS)[keyof typeof SETS], data: string) {
  const read = readRowMapping(set.map, readFileSync(set.map, 'utf8'));
  if (!read.ok) throw new Error(`the map ${set.map} has problems`);
  const house = await openHouse({
    environment: {
      redisUrl: undefined,
      databaseUrl: undefined,
      host: '127.0.0.1',
      port: 0,
      config: join(folder, 'config'),
      data,
      instance: 'recount',
    },
    clockMode: 'log',
    onNotice: (notice, context) => process.stderr.write(`notice: ${notice} ${JSON.stringify(context)}\n`),
  });
  const bar = new Progress({
    title: `import ${basename(file)}`,
    unit: 'rows',
    output: process.stderr,
    now: Date.now,
  });
  const size = readFileSync(file).length;
  const writer = houseWriter({ ...house, close: async () => undefined });
  const progress = {
    read: () => ({ row: 0, accepted: 0, rejected: 0, done: false }),
    write: () => undefined,
  };
  const reached = await importFile({
    file,
    mapping: read.mapping,
    start: START,
    progress,
    writer,
    onBatch: ({ row }, bytes) => bar.update(bytes / size, row),
    onRejected: (row, _event, problem) => process.stderr.write(`row ${row}: ${problem}\n`),
  });
  bar.clear();
  await writer.close();
  const expected = await set.recount(createReadStream(file).pipe(parse({ columns: true })));
  const wrong = await compare(house, expected);
  await house.close();
  return {
    rows: reached.row,
    events: reached.accepted,
    entities: expected.size,
    wrong,
    rejected: reached.rejected,
  };
}

async function compare(house: House, expected: ReadonlyMap<string, Counts>): Promise<number> {
  let wrong = 0;
  for (const [key, counts] of expected) {
    const [kind, id] = [key.slice(0, key.indexOf(':')), key.slice(key.indexOf(':') + 1)];
    const stored = await readEntity(house.connection, house.rules, kind, id);
    const { entity } = stored ?? {};
    const differs = Object.entries(counts).filter(([name, value]) => {
      const actual = entity?.slots[entity.kind.slotOf.get(name) ?? -1];
      // spend is compared in micros: exactly
      return name === 'all_spend' ? toMicros(Number(actual)) !== value : actual !== value;
    });
    if (differs.length > 0) wrong += 1;
    if (differs.length > 0 && wrong <= 5)
      process.stderr.write(
        `${key}: ${differs.map(([name, value]) => `${name} should be ${value}`).join(', ')}\n`,
      );
  }
  return wrong;
}
