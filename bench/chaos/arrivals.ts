/** Whether everything the producer wrote arrived: each event at least once in the log of its partition. */

import type { JsonEvent } from '../../test/oracle/generate.ts';
import type { StreamArchive } from './archive.ts';
import { PARTITIONS } from './deployment.ts';
import { type Arrival, identityOf } from './message.ts';
import { logOfElements } from './stream-entries.ts';

/** One sentence for each event that is missing. */
export function missingEvents(archive: StreamArchive, arrivals: readonly Arrival[]): string[] {
  const logs: Set<string>[] = [];
  for (let partition = 0; partition < PARTITIONS; partition++) {
    const found = new Set<string>();
    for (const { d, f } of logOfElements(archive.elements('in', partition)))
      for (const identity of [d ?? '', ...identitiesIn(d ?? f ?? '')]) found.add(identity);
    logs.push(found);
  }
  return arrivals.flatMap(({ identity, partition }) => {
    const places = partition === undefined ? logs : [logs[partition] as Set<string>];
    if (places.some((log) => log.has(identity))) return [];
    return [`event ${identity} is not in the log of partition ${partition ?? 'any'}`];
  });
}

function identitiesIn(text: string): string[] {
  try {
    const parsed = JSON.parse(text) as JsonEvent | JsonEvent[];
    return (Array.isArray(parsed) ? parsed : [parsed]).map(identityOf);
  } catch {
    return [text];
  }
}
