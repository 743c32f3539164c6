/** Hysteresis in time for picks: a line enters and leaves only after its condition stood for `hold`. */

import type { Millis } from '../../core/units.ts';
import type { PickShape } from '../../rules/rule-plan.ts';
import type { Result } from '../result.ts';
import type { PickedLine } from './pick.ts';

/** The held list from the lines that hold now; `result.holds` remembers which names differ, and since when. */
export function heldLines(
  shape: PickShape,
  lines: readonly PickedLine[],
  result: Result,
  hold: Millis,
  now: Millis,
): PickedLine[] {
  const current = new Map(lines.map((line) => [line.name, line]));
  const before = new Map(((result.value ?? []) as PickedLine[]).map((line) => [line.name, line]));
  const holds: Record<string, Millis> = {};
  const held: PickedLine[] = [];
  for (const { name } of shape.lines) {
    const line = current.get(name);
    const old = before.get(name);
    let shown = line ?? old;
    if ((line === undefined) !== (old === undefined)) {
      const since =
        (result.holds && Object.hasOwn(result.holds, name) ? result.holds[name] : undefined) ?? now;
      if (now < since + hold) {
        holds[name] = since;
        shown = old;
      } else {
        shown = line;
      }
    }
    if (shown) held.push(shown);
  }
  result.holds = Object.keys(holds).length > 0 ? holds : undefined;
  return held;
}
