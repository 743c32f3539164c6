/** A dashboard in memory for tests: the shipped rules, and a world in which every text is an attack. */

import assert from 'node:assert/strict';
import { join } from 'node:path';
import type { Hono } from 'hono';
import { readConfig } from '../../../src/cli/read-config.ts';
import type { BacktestSides } from '../../../src/core/backtest.ts';
import type { Decision } from '../../../src/core/decision.ts';
import type { AuditRecord } from '../../../src/core/history/audit-record.ts';
import type { KeptEvent } from '../../../src/core/history/event-trace.ts';
import type { KeptAction } from '../../../src/core/history/kept-action.ts';
import type { KeptEntity } from '../../../src/core/history/kept-entity.ts';
import type { KeptLetter, LetterMark } from '../../../src/core/history/kept-letter.ts';
import type { History } from '../../../src/core/history.ts';
import { HOUR } from '../../../src/core/units.ts';
import { ROLES, tokenDigest } from '../../../src/http/access.ts';
import { createApp } from '../../../src/http/app.ts';
import { PrometheusMeter } from '../../../src/http/prometheus-meter.ts';
import type { Pulse } from '../../../src/http/ui/pulse.ts';
import type { StoredAction } from '../../../src/processor/read-action.ts';
import { loadRuleSet } from '../../../src/rules/load-rule-set.ts';
import type { KindPlan, Plan } from '../../../src/rules/plan.ts';
import type { RuleNode } from '../../../src/rules/plan-node.ts';
import { Entity } from '../../../src/step/entity.ts';
import type { Result } from '../../../src/step/result.ts';
import { fakeHistory } from '../fake-history.ts';
import { anomaliesOf } from './anomalies.ts';
import { budgetEventsOf, insightsOf } from './campaign-money.ts';
import { madeBacktest } from './made-backtest.ts';

export const NOW = Date.UTC(2026, 0, 10, 12);
export const EVIL = `<script>alert(1)</script>"'><img src=x onerror=alert(2)>&amp;`;
export const EMAIL = 'ana@example.com';

const files = readConfig(join(import.meta.dirname, '../../../config'));
const loaded = loadRuleSet(files);
assert.ok(loaded.ok);
export const plan: Plan = loaded.plan;

/** In force before, with another rule of conversion. */
export const BEFORE = '0000000000000001';

export interface UiHouse {
  readonly app: Hono;
  /** What was appended to the logs. */
  readonly written: Record<string, unknown>[];
  readonly audited: AuditRecord[];
  readonly marked: LetterMark[];
  /** What was asked to be compared. */
  readonly compared: BacktestSides[];
}

export interface UiHouseOptions {
  /** What every operator and producer wrote. */
  readonly evil?: string;
  readonly history?: Partial<History>;
  /** Absent: a token for each role, called as the role. */
  readonly tokens?: 'none';
  readonly address?: string;
  readonly pulse?: Pulse;
}

export function openUiHouse({
  evil = EVIL,
  history = {},
  tokens,
  address,
  pulse,
}: UiHouseOptions = {}): UiHouse {
  const written: Record<string, unknown>[] = [];
  const audited: AuditRecord[] = [];
  const marked: LetterMark[] = [];
  const compared: BacktestSides[] = [];
  const sessions = new Map<string, string>();
  const log = {
    read: async () => [],
    trim: async () => undefined,
    append: async ({ d }: { d?: string }) => {
      written.push(JSON.parse(d ?? 'null'));
      return '1-1';
    },
  };
  const meter = new PrometheusMeter();
  meter.count('weir_events_applied_total', { type: 'content.opened' }, 12);
  meter.count('weir_rule_errors_total', { rule: 'conversion' }, 3);
  const app = createApp({
    version: '0.0.0',
    retention: 24 * HOUR,
    plan: () => plan,
    readEntity: async (kind, id) => {
      const stored = entityOf(kind, id, evil);
      return stored && { entity: stored, partition: 0, position: '1-0', streamTime: NOW, decided: new Map() };
    },
    readAction: async (id) => (id === '0-1-3' ? judgedAction(written) : undefined),
    history: { ...fakeHistory({ entities: [lead(evil), campaign(evil)] }), ...keptOf(evil), ...history },
    logs: Array.from({ length: 16 }, () => log),
    clock: { now: () => NOW, sleep: async () => undefined },
    meter,
    pulse,
    isFull: () => false,
    notReady: async () => undefined,
    ruleFiles: () => files,
    rulesHere: () => ({ files: () => editedBy(evil), refused: evil }),
    backtests: {
      standing: async (sides) =>
        sides.old === BEFORE ? madeBacktest(evil, decisionsOf(evil)[0] as Decision, NOW) : undefined,
      begin: async (sides) => {
        compared.push(sides);
        return { state: 'running', share: 0, events: 0 };
      },
    },
    sessions: {
      open: async (session, token) => void sessions.set(session, token),
      find: async (session) => sessions.get(session),
      close: async (session) => void sessions.delete(session),
    },
    markLetters: async (marks) => void marked.push(...marks),
    audit: async (record) => void audited.push(record),
    access: {
      tokens: () =>
        tokens === 'none'
          ? []
          : ROLES.map((role) => ({ name: role, role, sha256: tokenDigest(`t-${role}`) })),
      remoteAddress: () => address,
    },
  });
  return { app, written, audited, marked, compared };
}

/** Known: whoever is asked for, but one called `nobody`. */
function entityOf(kindName: string, id: string, evil: string): Entity | undefined {
  const kind = plan.kindOf.get(kindName) as KindPlan;
  if (id === 'nobody') return undefined;
  const entity = new Entity(plan, kind, id);
  for (const node of kind.nodes) {
    if (node.slot < 0) continue;
    if (node.type === 'rule') settle(entity, node, evil);
    else if (node.type !== 'group') entity.slots[node.slot] = evil;
  }
  const rows = kind.slotOf.get('channels');
  if (rows !== undefined)
    entity.slots[rows] = [{ channel: evil, budget: 100, spend_7d: 80, applications_7d: 8, cpa_7d: 10 }];
  if (kindName === 'lead') entity.person = { name: evil, email: EMAIL };
  return entity;
}

function settle(entity: Entity, { state, slot, rule }: RuleNode, evil: string): void {
  const result = entity.states[state] as Result;
  result.value = rule.shape.type === 'pick' ? [{ name: evil, message: evil }] : 12;
  result.count = 2;
  result.decision = '0-1-7';
  result.decidedAt = NOW - HOUR;
  result.failing = evil;
  entity.slots[slot] = result.value;
}

const NOWHERE = { partition: 0, decisions: {}, tags: [], asOf: NOW, entry: '1-0' };

function lead(evil: string): KeptEntity {
  const values = {
    lead_id: evil,
    status: evil,
    engagement_score: 9,
    conversion: { value: 80, class: 'likely_to_convert' },
    recommendations: [{ name: 'a', title: evil }],
    segments: [{ name: evil }],
  };
  const tags = ['conversion=likely_to_convert', 'segments:at_risk'];
  return { kind: 'lead', id: evil, values, ...NOWHERE, tags };
}

function campaign(evil: string): KeptEntity {
  const channels = [{ channel: evil, budget: 100, spend_7d: 80, applications_7d: 8 }];
  const values = { campaign_id: evil, currency: evil, channels };
  return { kind: 'campaign', id: evil, values, ...NOWHERE };
}

/** The files in force, one of them edited. */
function editedBy(text: string) {
  return files.map((file) =>
    file.path.endsWith('/conversion.yaml') ? { ...file, text: `# ${text}\n${file.text}` } : file,
  );
}

function keptOf(evil: string): Partial<History> {
  const page = <Row>(rows: readonly Row[]) => ({ rows, next: 'bmV4dA' });
  const decisions = decisionsOf(evil);
  const event = eventOf(evil);
  return {
    persons: async (_kind, ids) => new Map(ids.map((id) => [id, { name: evil, email: EMAIL }])),
    decisions: async ({ rule }) => page(decisions.filter((one) => rule === undefined || one.rule === rule)),
    decisionsAt: async () => decisions,
    decisionsOf: async (_kind, _id, { rule }) =>
      page(decisions.filter((one) => rule === undefined || one.rule === rule)),
    decision: async ({ seq }) => {
      const decision = decisions.find((one) => one.id === `0-1-${seq}`);
      return decision && { decision, orphaned: true };
    },
    eventsOf: async () => page([event, event, event]),
    event: async (id) =>
      id === 'nobody'
        ? undefined
        : {
            status: 'dead',
            events: [event],
            dead: [{ id: '0:1-0', reason: 'bad_json', problem: evil }],
            late: [],
            decisions,
          },
    entity: async () => lead(evil),
    anomalies: async ({ active }) =>
      page(anomaliesOf(evil, NOW).filter(({ resolved }) => active !== (resolved !== null))),
    anomaly: async ({ seq }) => anomaliesOf(evil, NOW).find(({ decision }) => decision === `0-1-${seq}`),
    actions: async () => page([actionOf(evil, 'pending'), actionOf(evil, 'applied')]),
    action: async ({ seq }) =>
      seq === 3 || seq === 9 ? actionOf(evil, seq === 3 ? 'pending' : 'applied') : undefined,
    insight: async ({ seq }) => insightsOf(evil, NOW).find(({ id }) => id === `0-1-${seq}`),
    insights: async () => page(insightsOf(evil, NOW)),
    reliability: async () => [
      {
        ...{ from: 90, to: 100, stated: 3, realised: 2, confidence: 94 },
        ...{ above: 1, intervals: 2, within: 1 },
      },
    ],
    budgetChanges: async () => page(budgetEventsOf(evil, eventOf(evil), NOW)),
    ruleSetChanges: async () => [{ hash: plan.hash, previous: BEFORE, at: NOW - HOUR }],
    ruleSet: async (hash) => (hash === BEFORE ? editedBy(evil) : undefined),
    deadGroups: async () => [{ reason: 'bad_json', type: evil, count: 3, first: NOW - HOUR, last: NOW }],
    deadLetters: async () => page([letterOf(evil)]),
    deadLetter: async () => letterOf(evil),
  };
}

function decisionsOf(evil: string): Decision[] {
  const base = { version: 1, rules: plan.hash, time: NOW - HOUR, entry: '1-0', old: null } as const;
  const reasons = [{ name: evil, points: 2, inputs: { [evil]: evil } }];
  const cause = { event: evil, type: evil };
  return [
    {
      ...base,
      id: '0-1-1',
      rule: 'engagement_score',
      mode: 'live',
      kind: 'lead',
      entity: evil,
      cause,
      value: 8,
      old: 6,
      change: 2,
      reasons,
    },
    {
      ...base,
      id: '0-1-2',
      rule: 'segments',
      mode: 'shadow',
      kind: 'lead',
      entity: evil,
      cause,
      value: [],
      entered: [evil],
      left: [evil],
      reasons: [],
    },
    {
      ...base,
      id: '0-1-3',
      rule: 'budget_rebalance',
      mode: 'live',
      kind: 'campaign',
      entity: evil,
      cause: { timer: NOW },
      value: { action: evil, status: 'pending', moved: 20 },
      reasons,
    },
    {
      ...base,
      id: '0-1-4',
      rule: 'conversion',
      mode: 'live',
      kind: 'lead',
      entity: evil,
      cause,
      value: null,
      error: evil,
      reasons: [],
    },
  ];
}

function eventOf(evil: string): KeptEvent {
  const data = { lead_id: evil, [evil]: evil };
  const place = { partition: 0, entry: '1-0', item: 0, repeated: true, orphaned: false } as const;
  return { ...place, id: evil, source: evil, type: evil, time: NOW, kind: 'lead', entity: evil, data };
}

/** As its partition has it, once it has heard what was written last: `h1` is the hash of what it is now. */
function judgedAction(written: readonly Record<string, unknown>[]): StoredAction {
  const {
    id = '',
    type,
    data,
  } = (written.at(-1) ?? {}) as { id?: string; type?: string; data?: { hash?: string } };
  const status = type === 'action.rejected' ? 'rejected' : 'approved';
  const kept = actionOf('x', 'pending');
  return {
    action: {
      ...kept,
      mode: 'live',
      keys: {},
      word: 'channel_reallocation',
      moved: 20,
      hash: 'h1',
      status: data?.hash === 'h1' ? status : 'pending',
      requestedBy: 'rule:budget_rebalance',
      notByRequester: true,
      lasts: HOUR,
    },
    heard: [{ event: id, id: '0-1-3', answer: data?.hash === 'h1' ? status : 'changed' }],
    partition: 0,
    streamTime: NOW,
  };
}

function actionOf(evil: string, status: 'pending' | 'applied'): KeptAction {
  const id = status === 'pending' ? '0-1-3' : '0-1-9';
  const value = { action: evil, status, moved: 20, total: 200, expires_at: NOW + HOUR };
  const act = {
    id,
    hash: 'h1',
    idempotency_key: 'k',
    requested_by: evil,
    requested_at: NOW - HOUR,
    keys: { campaign_id: evil },
    budgets: [
      { channel: evil, budget: 80, from: 100 },
      { channel: 'b', budget: 120, from: 100 },
    ],
    reserve: { from: 0, to: 1 },
    because: evil,
    problem: evil,
  };
  const steps = [
    { decision: id, at: NOW, status, by: evil, comment: evil, problem: evil, refused: 'changed' },
  ];
  const rule = { rule: 'budget_rebalance', version: 1, kind: 'campaign', entity: evil };
  return { id, ...rule, status, requestedAt: NOW - HOUR, updatedAt: NOW, value, act, history: steps };
}

function letterOf(evil: string): KeptLetter {
  const place = {
    id: '0:1-0',
    partition: 0,
    at: NOW,
    entry: '1-0',
    item: 0,
    state: 'open',
    marked: null,
  } as const;
  return {
    ...place,
    reason: 'bad_json',
    problem: evil,
    type: evil,
    raw: Buffer.from(`{"email":"${EMAIL}"} ${evil}`),
  };
}
