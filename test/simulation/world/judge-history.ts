/** The history against what the streams ever held: each row once, in order, and entities as they stand. */

import { entityKey } from '../../../src/core/entity-key.ts';
import type { HistoryStream } from '../../../src/core/ports.ts';
import { summaryOf } from '../../../src/step/entity-summary.ts';
import { agree } from '../../oracle/agree.ts';
import type { Element } from '../redis/store.ts';
import type { Holding } from './holding.ts';
import type { Postgres } from './postgres.ts';
import type { World } from './world.ts';

export function judgeHistory(world: World, postgres: Postgres, holding: Holding): string[] {
  const { partition } = holding;
  const keys = world.keys(partition);
  const kept = (stream: HistoryStream): readonly Element[] =>
    world.server.store.find(keys[stream], 'stream')?.kept ?? [];
  const problems: string[] = [];
  for (const stream of ['in', 'out', 'dead', 'late'] as const) {
    const standing = postgres.sink.standing({ stream, partition });
    const shown = standing.map(({ id, row }) => ('text' in row ? `${id} ${row.text}` : id));
    const expected = kept(stream).flatMap(([id, fields]) => {
      if (stream === 'in') return [id];
      return fields[0] === 'd' ? [`${id} ${fields[1]}`] : [];
    });
    if (shown.length === expected.length && shown.every((row, i) => row === expected[i])) continue;
    const missing = expected.filter((row) => !shown.includes(row));
    const surplus = shown.filter((row) => !expected.includes(row));
    problems.push(
      `I3 the history of ${stream} has ${shown.length} rows of ${expected.length}: ` +
        `missing ${missing.length} (${missing[0]?.slice(0, 120)}), too many ${surplus.length} (${surplus[0]?.slice(0, 120)})`,
    );
  }
  // whoever was erased stays out of the history, also when Redis lost the erasure
  const mayLack = world.people.isErasing && world.lost > 0;
  return [...problems, ...judgeEntities(postgres, holding, mayLack)];
}

function judgeEntities(postgres: Postgres, { partition, state }: Holding, mayLack: boolean): string[] {
  const problems: string[] = [];
  const expected = new Map(
    [...state.entities.values()]
      .filter(({ kind, gone }) => (kind.role === 'local' || kind.role === 'shared') && !gone)
      .map((entity) => [entityKey(entity.kind.name, entity.id), summaryOf(entity)]),
  );
  for (const [key, { row }] of postgres.entities)
    if (row.partition === partition && !expected.has(key)) problems.push(`I3 the history still has ${key}`);
  for (const [key, { values }] of expected) {
    const kept = postgres.entities.get(key);
    if (!kept && mayLack) continue;
    if (!kept) problems.push(`I3 the history does not have ${key}`);
    else if (!agree(kept.row.values, values))
      problems.push(
        `I3 the history shows ${key} as ${JSON.stringify(kept.row.values)}, it is ${JSON.stringify(values)}`,
      );
  }
  return problems.slice(0, 4);
}
