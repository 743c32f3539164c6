/** Compiles a screen: which events it judges, and by what. */

import { HOUR, MINUTE, type Millis, SECOND } from '../core/units.ts';
import type { CompileContext } from './compile-context.ts';
import type { EventType } from './event-catalogue.ts';
import type { LocatedScalar } from './located.ts';
import type { MapReader } from './map-reader.ts';
import type { Drafted, NodeDraft } from './node-draft.ts';
import type { ScreenNode } from './plan-node.ts';
import type { KindDefinition, ScreenFeature } from './rule-set.ts';

/** Fields by which a screen knows fraud, and the one it fills. */
const CLICK_ID = 'click_id';
const NEEDED = [CLICK_ID, 'fraud'];
const LONGEST: Millis = HOUR;

export function readScreen(
  reader: MapReader,
): Pick<ScreenFeature, 'type' | 'event' | 'options' | 'flagged' | 'spent'> | undefined {
  const event = reader.scalar('screen');
  const duplicate = reader.duration('duplicate') ?? 10 * SECOND;
  const burst = reader.number('burst', 1, 1_000_000, true) ?? 30;
  const within = reader.duration('within') ?? MINUTE;
  for (const [name, span] of Object.entries({ duplicate, within }))
    if (span > LONGEST)
      reader.diagnostics.report(reader.value(name) as LocatedScalar, `\`${name}\` is at most 1h`);
  const [flagged, spent] = [reader.scalar('flagged'), reader.scalar('spent')];
  if (spent && !flagged)
    reader.diagnostics.report(
      reader.key('spent') as LocatedScalar,
      '`spent` goes with `flagged`: the event that takes a click back',
    );
  return (
    event && {
      type: 'screen',
      event,
      options: { duplicate, burst, within },
      ...(flagged && { flagged }),
      ...(spent && { spent }),
    }
  );
}

export function draftScreen(
  feature: ScreenFeature,
  definition: string,
  kind: KindDefinition,
  context: CompileContext,
): NodeDraft {
  const { event, name, options, flagged, spent } = feature;
  const type = checkType(event, [...kind.key, ...NEEDED], `be screened for ${kind.name}`, context);
  if (flagged) checkType(flagged, [kind.key[0] as string, CLICK_ID], 'take a click back', context);
  if (spent && type && !type.fields.includes(spent.text))
    context.diagnostics.reportUnknown(spent, 'field', spent.text, type.fields, ` of ${type.name}`);
  const node: Drafted<ScreenNode> = {
    type: 'screen',
    name,
    definition,
    event: event.text,
    options,
    ...(flagged && { flagged: flagged.text }),
    ...(spent && { spent: spent.text }),
  };
  return { name, node, reads: [], feeds: [], below: [], rank: 0 };
}

/** The type of that name, if it has what it takes. */
function checkType(
  name: LocatedScalar,
  needed: readonly string[],
  purpose: string,
  { diagnostics, events }: CompileContext,
): EventType | undefined {
  const type = events.get(name.text);
  if (type === undefined) {
    if (!diagnostics.mayBeLost(name.text))
      diagnostics.reportUnknown(name, 'event type', name.text, events.keys());
    return undefined;
  }
  const missing = needed.find((field) => !type.fields.includes(field));
  if (missing !== undefined)
    diagnostics.report(name, `${type.name} cannot ${purpose}: it has no field \`${missing}\``);
  return type;
}
