/** The live feed as server-sent events: what of it a watcher wants, and under which position it stands. */

import type { Decision } from '../core/decision.ts';
import { entityKey } from '../core/entity-key.ts';
import type { Entry } from '../core/entry.ts';
import type { FeedPlace } from '../processor/live-pages.ts';
import { anomalyNews } from '../processor/told-decision.ts';
import { isVisible, type Plan } from '../rules/plan.ts';
import { touchedBy } from '../rules/rule-graph.ts';
import { decode } from '../step/decode.ts';
import { loggedEvents } from '../step/logged-events.ts';
import { idFrom } from '../step/plan-index.ts';
import { decisionAnswer } from './get-decisions.ts';
import { iso } from './history-answer.ts';

export const TOPICS = ['events', 'decisions', 'anomalies', 'actions', 'stats'] as const;
export type Topic = (typeof TOPICS)[number];

export interface Wanted {
  readonly topics: ReadonlySet<Topic>;
  /** `lead:1` */
  readonly entity?: string;
  readonly rule?: string;
  /** Type of the event, or of the one that caused it. */
  readonly type?: string;
}

/** `0:1795341803674-3,1:…`: what a watcher gives back as Last-Event-ID. */
export function writePlace(place: FeedPlace): string {
  return place.map((entry, partition) => `${partition}:${entry}`).join(',');
}

/** Undefined when it is none of ours. */
export function readPlace(text: string): FeedPlace | undefined {
  const place: string[] = [];
  for (const part of text.split(',')) {
    const [, partition, entry] = /^(\d{1,4}):(\d{1,16}-\d{1,16})$/.exec(part) ?? [];
    if (entry === undefined || Number(partition) !== place.length) return undefined;
    place.push(entry);
  }
  return place;
}

export function sseEvent(name: string, data: unknown, id?: string): string {
  return `event: ${name}\n${id === undefined ? '' : `id: ${id}\n`}data: ${JSON.stringify(data)}\n\n`;
}

/** A watcher's places in the outboxes, and in the logs where they look at those too. */
export interface WatchPlace {
  readonly outboxes: FeedPlace;
  readonly logs: FeedPlace | undefined;
}

/** Both places behind each other, as `0:1-0,1:7-2;0:5-0,1:9-0`. */
export function writeWatchPlace({ outboxes, logs }: WatchPlace): string {
  return logs === undefined ? writePlace(outboxes) : `${writePlace(outboxes)};${writePlace(logs)}`;
}

/** Undefined when it is none of ours. */
export function readWatchPlace(text: string): WatchPlace | undefined {
  const semicolon = text.indexOf(';');
  const outboxes = readPlace(semicolon < 0 ? text : text.slice(0, semicolon));
  const logs = semicolon < 0 ? undefined : readPlace(text.slice(semicolon + 1));
  return outboxes === undefined || (semicolon >= 0 && logs === undefined) ? undefined : { outboxes, logs };
}

type Told = [name: string, data: unknown];

/** What a decision, as an outbox has it, tells those who want it. */
export function toldByDecision(text: string, wanted: Wanted, plan: Plan): Told[] {
  const decision = JSON.parse(text) as Decision;
  if (!isWanted(decision, wanted)) return [];
  const told: Told[] = [];
  if (wanted.topics.has('decisions')) told.push(['decision', decisionAnswer(decision)]);
  const news = wanted.topics.has('anomalies') && decision.mode === 'live' && anomalyNews(decision, plan);
  if (news && news.opened.length + news.resolved.length > 0)
    told.push(['anomaly', { ...news, decision: decisionAnswer(decision) }]);
  if (wanted.topics.has('actions') && isAction(decision)) told.push(['action', decisionAnswer(decision)]);
  return told;
}

/**
 * The events of an entry of a log, without personal fields. Ticks, mail and what is refused are left out.
 */
export function toldByEntry(entry: Entry, partition: number, wanted: Wanted, plan: Plan): Told[] {
  // whose time is too far ahead is the processor's to say: it knows what the clock of this weir is
  const items = decode(entry, plan.events, { clock: 'log' }).filter(({ kind }) => kind === 'event');
  return loggedEvents(plan, entry, items).flatMap((event) => {
    const { id, source, type, time, kind, entity, data } = event;
    if (wanted.type !== undefined && wanted.type !== type) return [];
    if (wanted.rule !== undefined && !touchedBy(plan, type).rules.includes(wanted.rule)) return [];
    if (wanted.entity !== undefined && !isAbout(plan, wanted.entity, data)) return [];
    const answer = { id, source, type, time: iso(time), kind, entity, data: impersonal(plan, type, data) };
    return [['event', { ...answer, partition, entry: entry.id }] satisfies Told];
  });
}

/** Without every field that is personal, also where it was made coarse before anything kept it. */
function impersonal(plan: Plan, type: string, data: Readonly<Record<string, unknown>>) {
  const known = plan.events.get(type);
  if (!known) return {};
  const strays = plan.events.strays(known);
  return Object.fromEntries(
    Object.entries(data).filter(([name]) => !known.personal.includes(name) && !strays.has(name)),
  );
}

/** Whether the fields name the entity, as what they are about or beside it. */
function isAbout(plan: Plan, wanted: string, data: Readonly<Record<string, unknown>>): boolean {
  return plan.kinds.some((kind) => {
    const id = isVisible(kind) ? idFrom(kind, data) : undefined;
    return id !== undefined && entityKey(kind.name, id) === wanted;
  });
}

function isWanted({ rule, kind, entity, cause }: Decision, wanted: Wanted): boolean {
  if (wanted.rule !== undefined && wanted.rule !== rule) return false;
  if (wanted.entity !== undefined && wanted.entity !== entityKey(kind, entity)) return false;
  return wanted.type === undefined || ('type' in cause && cause.type === wanted.type);
}

function isAction({ value }: Decision): boolean {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, 'action');
}
