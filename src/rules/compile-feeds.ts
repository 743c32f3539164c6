/** Compiles how events feed an aggregate: which types, which of them, what value. */

import type { CompileContext } from './compile-context.ts';
import { WHERE } from './compile-group.ts';
import type { EventType } from './event-catalogue.ts';
import type { Expression } from './expression/expression.ts';
import type { LocatedScalar } from './located.ts';
import type { Feed } from './plan-node.ts';
import type { RuleDefinition } from './rule-definition.ts';
import type { AggregateFeature, KindDefinition } from './rule-set.ts';
import {
  type EventFields,
  eventFields,
  eventScope,
  listIn,
  type NamedScope,
  personalRefusal,
} from './scope.ts';
import { fieldTypes } from './type-facts.ts';

export interface TypedFeed {
  readonly type: string;
  readonly feed: Omit<Feed, 'node'>;
}

const BARE_NAME = /^[A-Za-z_]\w*$/;

export function compileFeeds(
  feature: AggregateFeature,
  kind: KindDefinition,
  context: CompileContext,
): TypedFeed[] {
  const types = knownTypes(feature, context);
  if (types === undefined) return [];
  if (!types.every((type) => hasEach(feature, type, context))) return [];
  const fields = eventFields(types, eachOf(feature));
  for (const [index, type] of types.entries()) {
    checkFeeds(feature, type, feature.sources[index]?.type as LocatedScalar, kind, context);
  }
  // what a ratio is divided by has no value of its own
  const valued = types.filter((_, index) => isValued(feature, feature.sources[index]?.rank ?? 0));
  const reports = types.filter((_, index) => isReport(feature, feature.sources[index]?.rank ?? 0));
  for (const name of [feature.key, feature.value, ...(feature.fields ?? [])])
    if (name) checkField(name, feature, name === feature.value ? valued : types, fields, context);
  if (feature.corrected) checkField(feature.corrected, feature, reports, fields, context);
  const valueTypes = fieldTypes(valued, eachOf(feature));
  const listOf = (type: string) => {
    const list = listIn(context.events.get(type) as EventType, eachOf(feature));
    return list === undefined ? {} : { each: list.name };
  };
  return feature.sources.map(({ type, rank }) => {
    const scope = { ...eventScope(type.text, fields), types: valueTypes };
    const said = isReport(feature, rank) ? feature.corrected : feature.value;
    const { text = '' } = said ?? {};
    const bare = BARE_NAME.test(text) && !fields.names.has(text) && text !== 'time' && text !== 'type';
    const value = feature.fields
      ? rowOf(feature.fields, scope)
      : said && !bare && (isValued(feature, rank) || said === feature.corrected)
        ? context.texts.expression(said, scope)
        : undefined;
    const where = feature.where && context.texts.expression(feature.where, scope, WHERE);
    const usual = feature.usual && context.texts.expression(feature.usual, scope, WHERE);
    return {
      type: type.text,
      feed: {
        rank,
        ...listOf(type.text),
        ...(where && { where }),
        ...(usual && { usual }),
        ...(value && { value }),
        ...(feature.key && { key: feature.key.text }),
      },
    };
  });
}

function isValued({ aggregate }: AggregateFeature, rank: number): boolean {
  return (aggregate !== 'ratios' && aggregate !== 'corrected') || rank === 0;
}

function isReport({ aggregate }: AggregateFeature, rank: number): boolean {
  return aggregate === 'corrected' && rank === 1;
}

/** An object of these fields, as they are called; one without any of them is absent. */
function rowOf(fields: readonly LocatedScalar[], scope: NamedScope): Expression {
  const names = fields.map((field) => field.text);
  const bindings = names.map((name) => scope.lookup(name));
  return {
    text: names.join(', '),
    reads: names,
    evaluate(frame) {
      const row: Record<string, unknown> = {};
      let empty = true;
      for (const [i, name] of names.entries()) {
        const value = bindings[i]?.read(frame) ?? null;
        if (value === null) continue;
        row[name] = value;
        empty = false;
      }
      return empty ? undefined : row;
    },
  };
}

/** The types in the order of the sources; undefined when one is unknown, for then nothing more can be said. */
function knownTypes(feature: AggregateFeature, context: CompileContext): EventType[] | undefined {
  const types: EventType[] = [];
  let unknown = false;
  for (const { type } of feature.sources) {
    const found = context.events.get(type.text);
    if (found) types.push(found);
    else unknown = true;
    if (found || type.broken || context.diagnostics.mayBeLost(type.text)) continue;
    context.diagnostics.reportUnknown(type, 'event type', type.text, context.events.keys());
  }
  return unknown ? undefined : types;
}

/** The lists that `each` names: one for all types, or one for some of them. */
function eachOf({ each }: AggregateFeature): string[] {
  return (each ?? []).map(({ text }) => text);
}

/** Whether the type has a list that `each` names, if it names any. */
function hasEach(feature: AggregateFeature, type: EventType, context: CompileContext): boolean {
  const { each } = feature;
  if (each === undefined || listIn(type, eachOf(feature)) !== undefined) return true;
  const lists = type.shape.filter((field) => field.rows !== undefined).map((field) => field.name);
  const [first] = each as readonly [LocatedScalar];
  context.diagnostics.reportUnknown(first, 'list', first.text, lists, ` of ${type.name}`);
  return false;
}

/** An event reaches an entity only with all its key fields, in the partition that the first of them routes to. */
function checkFeeds(
  feature: AggregateFeature,
  type: EventType,
  place: LocatedScalar,
  kind: KindDefinition,
  context: CompileContext,
): void {
  const cannot = `${type.name} cannot feed a feature of ${kind.name}`;
  const about = decidedKind(type.name, context);
  if (about !== undefined && !kind.shared) {
    if (about !== kind.name) context.diagnostics.report(place, `${cannot}: it is about a ${about}`);
    return;
  }
  const named = eventFields([type], eachOf(feature)).names;
  const missing = kind.key.find((field) => !named.has(field));
  if (missing !== undefined) context.diagnostics.report(place, `${cannot}: it has no field \`${missing}\``);
  else if (!kind.shared && !isAboutAction(type) && !type.route.includes(kind.key[0] as string))
    context.diagnostics.report(place, `${cannot}: it goes where its ${type.route.join(' or ')} belongs`);
}

/** What becomes of an action belongs where the action does. */
function isAboutAction({ name, route }: EventType): boolean {
  return name.startsWith('action.') && route.includes('action_id');
}

/** The kind that a `decision.<rule>` is about; undefined for other event types. */
export function decidedKind(type: string, context: CompileContext): string | undefined {
  return type.startsWith('decision.')
    ? context.rules.get(type.slice('decision.'.length))?.kind.text
    : undefined;
}

/** A field named by itself must be a field of every type, or some of them could never count. */
function checkField(
  name: LocatedScalar,
  feature: AggregateFeature,
  types: readonly EventType[],
  fields: EventFields,
  context: CompileContext,
): void {
  if (name !== feature.key && (!BARE_NAME.test(name.text) || name.text === 'time' || name.text === 'type'))
    return;
  if (name === feature.key && feature.coarseKey && isAddress(name.text, types)) return;
  if (fields.personal.has(name.text)) {
    context.diagnostics.report(name, personalRefusal(name.text).message);
    return;
  }
  const without = types.find((type) => !eventFields([type], eachOf(feature)).names.has(name.text));
  if (without === undefined) return;
  const { names } = eventFields([without], eachOf(feature));
  context.diagnostics.reportUnknown(name, 'field', name.text, names, ` of ${without.name}`);
}

/** Of a personal field nothing may be read; of an address its network is left, by which clicks are told apart. */
function isAddress(name: string, types: readonly EventType[]): boolean {
  return types.every(({ shape }) => shape.some((field) => field.name === name && field.kind === 'ip'));
}

/** The rules whose decisions feed. */
export function decidingRules(feeds: readonly TypedFeed[], context: CompileContext): RuleDefinition[] {
  return feeds.flatMap(({ type }) => {
    const rule = type.startsWith('decision.') && context.rules.get(type.slice('decision.'.length));
    return rule ? [rule] : [];
  });
}
