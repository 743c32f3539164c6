/** The live feed as server-sent events: which decisions a watcher wants, and under which position they stand. */

import type { Decision } from '../core/decision.ts';
import { entityKey } from '../core/entity-key.ts';
import type { FeedPage, FeedPlace } from '../processor/live-feed.ts';
import { anomalyNews } from '../processor/told-decision.ts';
import type { Plan } from '../rules/plan.ts';
import { decisionAnswer } from './get-decisions.ts';

export const TOPICS = ['decisions', 'anomalies', 'actions', 'stats'] as const;
export type Topic = (typeof TOPICS)[number];

export interface Wanted {
  readonly topics: ReadonlySet<Topic>;
  /** `lead:1` */
  readonly entity?: string;
  readonly rule?: string;
  /** Type of the event that caused it. */
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

/** The events of a page that are wanted, as name and data. */
export function eventsIn({ texts }: FeedPage, wanted: Wanted, plan: Plan): [name: string, data: unknown][] {
  const found: [string, unknown][] = [];
  for (const text of texts) {
    const decision = JSON.parse(text) as Decision;
    if (!isWanted(decision, wanted)) continue;
    if (wanted.topics.has('decisions')) found.push(['decision', decisionAnswer(decision)]);
    const news = wanted.topics.has('anomalies') && decision.mode === 'live' && anomalyNews(decision, plan);
    if (news && news.opened.length + news.resolved.length > 0)
      found.push(['anomaly', { ...news, decision: decisionAnswer(decision) }]);
    if (wanted.topics.has('actions') && isAction(decision)) found.push(['action', decisionAnswer(decision)]);
  }
  return found;
}

function isWanted({ rule, kind, entity, cause }: Decision, wanted: Wanted): boolean {
  if (wanted.rule !== undefined && wanted.rule !== rule) return false;
  if (wanted.entity !== undefined && wanted.entity !== entityKey(kind, entity)) return false;
  return wanted.type === undefined || ('type' in cause && cause.type === wanted.type);
}

function isAction({ value }: Decision): boolean {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, 'action');
}
