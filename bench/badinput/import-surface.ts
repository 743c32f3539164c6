/** Bad input by import: the values of the rows of a CSV file, mapped to events and sent to the running weir. */

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openHttpWriter } from '../../src/cli/import/http-writer.ts';
import { importFile } from '../../src/cli/import/import-file.ts';
import { type RowMapping, readRowMapping } from '../../src/rules/row-mapping.ts';
import type { Input } from './corpus.ts';
import type { Stage } from './stage.ts';
import type { Fate, Surface, Trial } from './trial.ts';

const COLUMNS = ['channel', 'location', 'user_agent', 'cost', 'time'];
const MAP = `events: |
  { 'id': mark, 'type': 'campaign.click', 'time': time, 'campaign_id': 'c1', 'channel': channel,
    'cost': cost, 'location': location, 'user_agent': user_agent }
`;
const PLAIN: Readonly<Record<string, string>> = {
  channel: 'jooble',
  location: 'Valencia',
  user_agent: 'curl/8',
  cost: '0.5',
  time: '2026-01-05T09:00:00Z',
};
const START = Date.UTC(2026, 0, 5);

export function importSurface(stage: Stage, run: string): Surface {
  const read = readRowMapping('badinput.yaml', MAP);
  if (!read.ok) throw new Error('the map of the import trials has problems');
  let count = 0;
  return {
    name: 'import',
    trials: (inputs) =>
      inputs.flatMap((input) =>
        input.kind === 'text' || input.kind === 'format'
          ? COLUMNS.map((column): Trial => {
              const mark = `${run}-i${++count}`;
              return {
                input,
                place: `import ${column}`,
                judged: false,
                send: () => importRow(stage, read.mapping, mark, column, input),
              };
            })
          : [],
      ),
  };
}

async function importRow(
  { url, token }: Stage,
  mapping: RowMapping,
  mark: string,
  column: string,
  input: Input & { readonly text: string },
): Promise<Fate> {
  const folder = await mkdtemp(join(tmpdir(), 'weir-import-'));
  const file = join(folder, `${mark}.csv`);
  const row = { ...PLAIN, [column]: input.text };
  const quoted = COLUMNS.map((name) => `"${(row[name] as string).replaceAll('"', '""')}"`);
  await writeFile(file, `mark,${COLUMNS.join(',')}\n${mark},${quoted.join(',')}\n`);
  let refused = 0;
  try {
    const writer = await openHttpWriter({ url, env: { WEIR_TOKEN: token } });
    const reached = await importFile({
      file,
      mapping,
      start: START,
      progress: { read: () => ({ row: 0, accepted: 0, rejected: 0, done: false }), write: () => undefined },
      writer,
      onRejected: () => {
        refused += 1;
      },
    });
    if (refused + reached.accepted === 0) return 'unanswered';
    return refused > 0 ? 'refused' : { marker: mark };
  } catch (error) {
    // a mapping that fails names the row; anything else is no answer
    return (error as { code?: string }).code === 'expression_failed' ? 'refused' : 'unanswered';
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
