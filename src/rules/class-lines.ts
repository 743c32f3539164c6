/** Reads the `classes:` of a rule: the first line that fits names the class; every line must be reachable. */

import { startOf } from './diagnostics.ts';
import { MapReader } from './map-reader.ts';

export interface ClassLine {
  readonly class: string;
  /** Fits values above this. */
  readonly above?: number;
  /** Fits values from this up. */
  readonly from?: number;
}

/** All values from `bound` up, with `bound` itself or without. */
interface Reach {
  readonly bound: number;
  readonly closed: boolean;
}

export function readClasses(reader: MapReader, clamp: readonly [number, number] | undefined): ClassLine[] {
  const { diagnostics } = reader;
  const lines: ClassLine[] = [];
  let taken: Reach | undefined;
  for (const map of reader.maps('classes')) {
    const line = new MapReader(map, diagnostics, ['class', 'above', 'from']);
    line.need('class');
    const name = line.text('class');
    const above = line.number('above', Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY);
    const from = line.number('from', Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY);
    const place = line.key('class') ?? startOf(map);
    if (line.has('above') && line.has('from'))
      diagnostics.report(place, 'a class has `above` or `from`, not both');
    const reach = { bound: above ?? from ?? Number.NEGATIVE_INFINITY, closed: above === undefined };
    if (taken && !below(reach, taken))
      diagnostics.report(place, 'this class is never reached: the lines above take all its values');
    else taken = reach;
    if (clamp && !below(reach, { bound: clamp[1], closed: false }))
      diagnostics.report(place, `this class is never reached: \`clamp\` ends at ${clamp[1]}`);
    if (name !== undefined)
      lines.push({ class: name, ...(above !== undefined && { above }), ...(from !== undefined && { from }) });
  }
  return lines;
}

/** Whether `reach` has values that `taken` has not. */
function below(reach: Reach, taken: Reach): boolean {
  return reach.bound < taken.bound || (reach.bound === taken.bound && reach.closed && !taken.closed);
}
