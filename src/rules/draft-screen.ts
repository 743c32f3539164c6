/** Compiles a screen: which events it judges, and by what. */

import { HOUR, MINUTE, type Millis, SECOND } from '../core/units.ts';
import type { CompileContext } from './compile-context.ts';
import type { LocatedScalar } from './located.ts';
import type { MapReader } from './map-reader.ts';
import type { Drafted, NodeDraft } from './node-draft.ts';
import type { ScreenNode } from './plan-node.ts';
import type { KindDefinition, ScreenFeature } from './rule-set.ts';

/** Fields by which a screen knows fraud, and the one it fills. */
const NEEDED = ['click_id', 'fraud'];
const LONGEST: Millis = HOUR;

export function readScreen(reader: MapReader): Pick<ScreenFeature, 'type' | 'event' | 'options'> | undefined {
  const event = reader.scalar('screen');
  const duplicate = reader.duration('duplicate') ?? 10 * SECOND;
  const burst = reader.number('burst', 1, 1_000_000, true) ?? 30;
  const within = reader.duration('within') ?? MINUTE;
  for (const [name, span] of Object.entries({ duplicate, within }))
    if (span > LONGEST)
      reader.diagnostics.report(reader.value(name) as LocatedScalar, `\`${name}\` is at most 1h`);
  return event && { type: 'screen', event, options: { duplicate, burst, within } };
}

export function draftScreen(
  feature: ScreenFeature,
  definition: string,
  kind: KindDefinition,
  context: CompileContext,
): NodeDraft {
  const { event, name, options } = feature;
  const { diagnostics, events } = context;
  const type = events.get(event.text);
  if (type === undefined) {
    if (!diagnostics.mayBeLost(event.text))
      diagnostics.reportUnknown(event, 'event type', event.text, events.keys());
  } else {
    const missing = [...kind.key, ...NEEDED].find((field) => !type.fields.includes(field));
    if (missing !== undefined)
      diagnostics.report(
        event,
        `${type.name} cannot be screened for ${kind.name}: it has no field \`${missing}\``,
      );
  }
  const node: Drafted<ScreenNode> = { type: 'screen', name, definition, event: event.text, options };
  return { name, node, reads: [], feeds: [], below: [], rank: 0 };
}
