/** History as others ask it: what is kept outside Redis, for good. */

import type { Decision } from './decision.ts';
import type { Anomaly, AnomalyQuery } from './history/anomaly.ts';
import type { AuditQuery, AuditRecord } from './history/audit-record.ts';
import type { BudgetQuery } from './history/budget-query.ts';
import type { DecisionQuery, Span } from './history/decision-query.ts';
import type { EventTrace, KeptEvent } from './history/event-trace.ts';
import type { ActionQuery, KeptAction } from './history/kept-action.ts';
import type { EntityQuery, KeptEntity, KeptPerson } from './history/kept-entity.ts';
import type { InsightQuery, KeptInsight, ReliabilityBucket } from './history/kept-insight.ts';
import type { KeptLetter, LetterGroup, LetterQuery } from './history/kept-letter.ts';
import type { Page, PageQuery } from './history/page.ts';
import type { ReportSnapshot } from './history/report-snapshot.ts';
import type { RuleSetChange } from './history/rule-set-change.ts';
import type { Millis } from './units.ts';

export interface KeptDecision {
  readonly decision: Decision;
  /** Redis lost it after history had taken it: it was told, and the log that is left does not know it. */
  readonly orphaned: boolean;
}

export interface HistoryQuery extends PageQuery {
  readonly rule?: string;
  /** Of this stream time or later. */
  readonly since?: Millis;
}

/**
 * Every method rejects with WeirError history_away when the store does not answer, and lists with wrong_usage when
 * `after` is none of theirs. What Redis lost is left out wherever it is not asked for.
 */
export interface History {
  /** Undefined when it has none of this id. */
  decision(id: DecisionId): Promise<KeptDecision | undefined>;
  /** Those about one entity, newest first. */
  decisionsOf(kind: string, entity: string, query: HistoryQuery): Promise<Page<Decision>>;
  /** Of each rule the last one about an entity that was made at this stream time or before, by rule. */
  decisionsAt(kind: string, entity: string, at: Millis): Promise<readonly Decision[]>;
  decisions(query: DecisionQuery): Promise<Page<Decision>>;
  /** Calls back with each decision of a rule in a span, in order of stream time; those of errors are left out. */
  eachDecision(
    rule: string,
    span: Span,
    take: (decision: Decision) => void,
    /** Live ones where it is absent. */
    mode?: Decision['mode'],
  ): Promise<void>;

  /** By its id, and by its source where two share the id; undefined when none came. */
  event(id: string, source?: string): Promise<EventTrace | undefined>;
  /** Those about one entity, newest first; also the events of campaigns that name a lead. */
  eventsOf(kind: string, entity: string, page: PageQuery): Promise<Page<KeptEvent>>;

  /** The events that set budgets of a campaign, newest first. */
  budgetChanges(campaign: string, query: BudgetQuery): Promise<Page<KeptEvent>>;

  entity(kind: string, id: string): Promise<KeptEntity | undefined>;
  entities(query: EntityQuery): Promise<Page<KeptEntity>>;
  /** How many entities have each tag, at this moment: `segments:at_risk` → 55. */
  tagCounts(kind: string): Promise<ReadonlyMap<string, number>>;
  /** How many entities came to each line of a pick since then, less those that left it, by its name. */
  pickChanges(rule: string, since: Millis): Promise<ReadonlyMap<string, number>>;
  /** Personal fields by id, for callers that may see them; those who are not persons are left out. */
  persons(kind: string, ids: readonly string[]): Promise<ReadonlyMap<string, KeptPerson>>;

  anomalies(query: AnomalyQuery): Promise<Page<Anomaly>>;
  /** The one that this decision opened under this name. */
  anomaly(opened: DecisionId, name: string): Promise<Anomaly | undefined>;

  actions(query: ActionQuery): Promise<Page<KeptAction>>;
  action(id: DecisionId): Promise<KeptAction | undefined>;

  insights(query: InsightQuery): Promise<Page<KeptInsight>>;
  insight(id: DecisionId): Promise<KeptInsight | undefined>;
  /** Of one type of insight, or of all together. */
  reliability(type?: string): Promise<readonly ReliabilityBucket[]>;

  deadLetter(id: string): Promise<KeptLetter | undefined>;
  deadLetters(query: LetterQuery): Promise<Page<KeptLetter>>;
  /** Open ones by reason and type, most first. */
  deadGroups(): Promise<readonly LetterGroup[]>;

  audit(query: AuditQuery): Promise<Page<AuditRecord>>;

  /** The last one that is not after `at`; the newest where that is absent. */
  report(name: string, at?: Millis): Promise<ReportSnapshot | undefined>;
  /** Of a rule set that decisions name: its files. */
  ruleSet(hash: string): Promise<readonly { readonly path: string; readonly text: string }[] | undefined>;
  /** The last ones, newest first; the set with which the history begins is none. */
  ruleSetChanges(most: number): Promise<readonly RuleSetChange[]>;

  /** Everything a partition published until then is in it; 0 before the first. */
  asOf(partition: number): Promise<Millis>;
  /** The same of all of them, in the order of their numbers. */
  asOfAll(partitions: number): Promise<readonly Millis[]>;
}

export interface DecisionId {
  readonly partition: number;
  readonly incarnation: number;
  readonly seq: number;
}

const LARGEST_INT = 2 ** 31 - 1;

/** `<partition>-<incarnation>-<seq>`; undefined for anything else. */
export function parseDecisionId(text: string): DecisionId | undefined {
  const match = /^(\d{1,10})-(\d{1,10})-(\d{1,16})$/.exec(text);
  if (!match) return undefined;
  const [partition, incarnation, seq] = match.slice(1).map(Number) as [number, number, number];
  if (partition > LARGEST_INT || incarnation > LARGEST_INT || !Number.isSafeInteger(seq)) return undefined;
  return { partition, incarnation, seq };
}
