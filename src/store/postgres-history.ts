/** History as Postgres has it, read by the role that can change nothing. */

import type { Decision } from '../core/decision.ts';
import { entryMillis } from '../core/entry.ts';
import type { Anomaly, AnomalyQuery } from '../core/history/anomaly.ts';
import type { AuditQuery, AuditRecord } from '../core/history/audit-record.ts';
import type { BudgetQuery } from '../core/history/budget-query.ts';
import type { DecisionQuery, Span } from '../core/history/decision-query.ts';
import type { EventTrace, KeptEvent } from '../core/history/event-trace.ts';
import type { ActionQuery, KeptAction } from '../core/history/kept-action.ts';
import type { EntityQuery, KeptEntity, KeptPerson } from '../core/history/kept-entity.ts';
import type { InsightQuery, KeptInsight, ReliabilityBucket } from '../core/history/kept-insight.ts';
import type { KeptLetter, LetterGroup, LetterQuery } from '../core/history/kept-letter.ts';
import type { Page, PageQuery } from '../core/history/page.ts';
import type { ReportSnapshot } from '../core/history/report-snapshot.ts';
import type { RuleSetChange } from '../core/history/rule-set-change.ts';
import type { DecisionId, History, HistoryQuery, KeptDecision } from '../core/history.ts';
import type { Millis } from '../core/units.ts';
import type { Database } from './database.ts';
import { readAction, readActions } from './read/actions.ts';
import { readAnomalies, readAnomaly } from './read/anomalies.ts';
import { readAudit } from './read/audit.ts';
import { readBudgetChanges } from './read/budgets.ts';
import { readLetter, readLetterGroups, readLetters } from './read/dead-letters.ts';
import { type Reached, readSpan } from './read/decision-spans.ts';
import { readDecision, readDecisions, readDecisionsAt, readDecisionsOf } from './read/decisions.ts';
import { readEntities, readEntity, readPersons, readTagCounts } from './read/entities.ts';
import { readEventsOf, readTrace } from './read/events.ts';
import { readInsight, readInsights, readReliability } from './read/insights.ts';
import { readPickChanges } from './read/pick-changes.ts';
import { readRuleSetChanges } from './read/rule-changes.ts';

export class PostgresHistory implements History {
  readonly #database: Database;
  readonly #rare = new Set<string>();
  readonly #drainedAt: (partition: number) => Millis | undefined;

  /** @param drainedAt a moment until which a partition is known to be complete, where this process knows one */
  constructor(database: Database, drainedAt: (partition: number) => Millis | undefined = () => undefined) {
    this.#database = database;
    this.#drainedAt = drainedAt;
  }

  decision(id: DecisionId): Promise<KeptDecision | undefined> {
    return this.#database.read('reading a decision', (db) => readDecision(db, id));
  }

  decisionsOf(kind: string, entity: string, query: HistoryQuery): Promise<Page<Decision>> {
    return this.#database.read('reading the decisions of an entity', (db) =>
      readDecisionsOf(db, kind, entity, query),
    );
  }

  decisionsAt(kind: string, entity: string, at: Millis): Promise<readonly Decision[]> {
    return this.#database.read('reading what stood at a time', (db) => readDecisionsAt(db, kind, entity, at));
  }

  decisions(query: DecisionQuery): Promise<Page<Decision>> {
    return this.#database.read('reading decisions', (db) => readDecisions(db, query));
  }

  async eachDecision(
    rule: string,
    span: Span,
    take: (decision: Decision) => void,
    mode?: Decision['mode'],
  ): Promise<void> {
    let after: Reached | undefined;
    // page by page, each within the time a statement may take
    do {
      const from = after;
      const page = await this.#database.read('reading decisions of a span', (db) =>
        readSpan(db, rule, span, from, mode),
      );
      for (const decision of page.decisions) take(decision);
      after = page.reached;
    } while (after !== undefined);
  }

  event(id: string, source?: string): Promise<EventTrace | undefined> {
    return this.#database.read('reading an event', (db) => readTrace(db, id, source));
  }

  eventsOf(kind: string, entity: string, page: PageQuery): Promise<Page<KeptEvent>> {
    return this.#database.read('reading the events of an entity', (db) =>
      readEventsOf(db, kind, entity, page),
    );
  }

  budgetChanges(campaign: string, query: BudgetQuery): Promise<Page<KeptEvent>> {
    return this.#database.read('reading budgets', (db) => readBudgetChanges(db, campaign, query));
  }

  entity(kind: string, id: string): Promise<KeptEntity | undefined> {
    return this.#database.read('reading an entity of the history', (db) => readEntity(db, kind, id));
  }

  entities(query: EntityQuery): Promise<Page<KeptEntity>> {
    return readEntities(
      (handle, ask) => this.#database.askAs(handle, 'reading entities', ask),
      query,
      this.#rare,
    );
  }

  tagCounts(kind: string): Promise<ReadonlyMap<string, number>> {
    return this.#database.read('counting entities', (db) => readTagCounts(db, kind));
  }

  pickChanges(rule: string, since: Millis): Promise<ReadonlyMap<string, number>> {
    return this.#database.read('counting who came and left', (db) => readPickChanges(db, rule, since));
  }

  persons(kind: string, ids: readonly string[]): Promise<ReadonlyMap<string, KeptPerson>> {
    return this.#database.read('reading persons', (db) => readPersons(db, kind, ids));
  }

  anomalies(query: AnomalyQuery): Promise<Page<Anomaly>> {
    return this.#database.read('reading anomalies', (db) => readAnomalies(db, query));
  }

  anomaly(opened: DecisionId, name: string): Promise<Anomaly | undefined> {
    return this.#database.read('reading an anomaly', (db) => readAnomaly(db, opened, name));
  }

  actions(query: ActionQuery): Promise<Page<KeptAction>> {
    return this.#database.read('reading actions', (db) => readActions(db, query));
  }

  action(id: DecisionId): Promise<KeptAction | undefined> {
    return this.#database.read('reading an action', (db) => readAction(db, id));
  }

  insights(query: InsightQuery): Promise<Page<KeptInsight>> {
    return this.#database.read('reading insights', (db) => readInsights(db, query));
  }

  insight(id: DecisionId): Promise<KeptInsight | undefined> {
    return this.#database.read('reading an insight', (db) => readInsight(db, id));
  }

  reliability(type?: string): Promise<readonly ReliabilityBucket[]> {
    return this.#database.read('reading how reliable insights are', (db) => readReliability(db, type));
  }

  deadLetter(id: string): Promise<KeptLetter | undefined> {
    return this.#database.read('reading a dead letter', (db) => readLetter(db, id));
  }

  deadLetters(query: LetterQuery): Promise<Page<KeptLetter>> {
    return this.#database.read('reading dead letters', (db) => readLetters(db, query));
  }

  deadGroups(): Promise<readonly LetterGroup[]> {
    return this.#database.read('counting dead letters', readLetterGroups);
  }

  audit(query: AuditQuery): Promise<Page<AuditRecord>> {
    return this.#database.read('reading the audit trail', (db) => readAudit(db, query));
  }

  report(name: string, at?: Millis): Promise<ReportSnapshot | undefined> {
    return this.#database.read('reading a report', async (db) => {
      const row = await db
        .selectFrom('report_snapshots')
        .select(['at', 'document'])
        .where('name', '=', name)
        .$if(at !== undefined, (query) => query.where('at', '<=', new Date(at as Millis)))
        .orderBy('at', 'desc')
        .limit(1)
        .executeTakeFirst();
      return row && { name, at: row.at.getTime(), document: row.document };
    });
  }

  ruleSet(hash: string) {
    return this.#database.read('reading a rule set', async (db) => {
      const row = await db
        .selectFrom('rule_sets')
        .select('files')
        .where('hash', '=', hash)
        .executeTakeFirst();
      return row && (row.files as { path: string; text: string }[]);
    });
  }

  ruleSetChanges(most: number): Promise<readonly RuleSetChange[]> {
    return this.#database.read('reading when the rules changed', (db) => readRuleSetChanges(db, most));
  }

  async asOf(partition: number): Promise<Millis> {
    const places = await this.#places('reading how far the history is', partition);
    return Math.max(this.#drainedAt(partition) ?? 0, places.get(partition) ?? 0);
  }

  async asOfAll(partitions: number): Promise<readonly Millis[]> {
    const places = await this.#places('reading how far the history is');
    return Array.from({ length: partitions }, (_, partition) =>
      Math.max(this.#drainedAt(partition) ?? 0, places.get(partition) ?? 0),
    );
  }

  /** When the last entry came that was taken, by partition. */
  #places(doing: string, partition?: number): Promise<ReadonlyMap<number, Millis>> {
    return this.#database.read(doing, async (db) => {
      const rows = await db
        .selectFrom('stream_positions')
        .select(['partition', 'position'])
        .where('stream', '=', 'out')
        .$if(partition !== undefined, (query) => query.where('partition', '=', partition as number))
        .execute();
      return new Map(rows.map((row) => [row.partition, entryMillis(row.position)]));
    });
  }
}
