/** Insights: what weir said an action would bring, how sure it was, what came of it, and how far that can be relied upon. */

import Type from 'typebox';
import { ACTION_STATUSES } from '../core/action.ts';
import type { KeptInsight, ReliabilityBucket } from '../core/history/kept-insight.ts';
import { type History, parseDecisionId } from '../core/history.ts';
import { isKnown, type Statement } from '../core/statement.ts';
import { LEAST_REALISED, recalibrated } from '../models/market/reliability.ts';
import { MAYBE_TEXT, page, STANDING, TIME } from './answer-schemas.ts';
import { asOf, iso, noHistory } from './history-answer.ts';
import { AFTER, LIMIT, text, word } from './parameter.ts';
import { problem } from './problem.ts';
import { route } from './route.ts';

const MAYBE_NUMBER = Type.Union([Type.Number(), Type.Null()]);

const INSIGHT = Type.Object({
  id: Type.String({ description: 'Of the action that it is about, too' }),
  type: Type.String(),
  campaign_id: MAYBE_TEXT,
  rule: Type.String(),
  kind: Type.String(),
  entity: Type.String(),
  status: Type.Union([Type.Enum([...ACTION_STATUSES]), Type.Null()], { description: 'Of the action' }),
  stated_at: TIME,
  impact: Type.String({ examples: ['+15 % applications', 'not known yet'] }),
  confidence: Type.Union([Type.String(), Type.Null()], { examples: ['87 %'] }),
  action: MAYBE_TEXT,
  known: Type.Boolean(),
  stated: Type.Number({ description: 'Percent, the median' }),
  p10: MAYBE_NUMBER,
  p90: MAYBE_NUMBER,
  stated_confidence: MAYBE_NUMBER,
  recalibrated: Type.Boolean({
    description: '`confidence` was corrected by what came of earlier statements',
  }),
  realised: Type.Union([
    Type.Object({
      value: MAYBE_NUMBER,
      chance: MAYBE_NUMBER,
      within: MAYBE_NUMBER,
      applied: Type.Boolean(),
      because: Type.Enum(['model', 'counts', 'no_data', 'rule_gone']),
      at: TIME,
    }),
    Type.Null(),
  ]),
});

const BUCKET = Type.Object({
  from: Type.Integer(),
  to: Type.Integer(),
  stated: Type.Integer(),
  realised: Type.Integer(),
  confidence: MAYBE_NUMBER,
  above: Type.Number(),
  above_share: MAYBE_NUMBER,
  intervals: Type.Integer(),
  within: Type.Number(),
  within_share: MAYBE_NUMBER,
});

export const insightsRoute = route({
  method: 'GET',
  path: '/v1/insights',
  tag: 'Insights',
  summary: 'What actions were said to bring, and what came of it, last stated first',
  permission: 'read',
  query: {
    type: text('Of this type, such as budget_optimization'),
    campaign: text('Of the campaign of this id'),
    status: word('Of actions with this status', ACTION_STATUSES),
    after: AFTER,
    limit: LIMIT,
  },
  answers: { 200: { description: 'A page of insights', schema: page('insights', INSIGHT) } },
  problems: { 404: ['no-history'] },
  answer: async (c, options, { query }) => {
    const { history } = options;
    if (!history) return noHistory(c);
    const standing = await asOf(options, history);
    const { rows, next } = await history.insights(query);
    return c.json({ insights: await insightAnswers(history, rows), ...(next && { next }), ...standing });
  },
});

export const insightRoute = route({
  method: 'GET',
  path: '/v1/insights/{id}',
  tag: 'Insights',
  summary: 'What one action was said to bring, and what came of it',
  permission: 'read',
  answers: {
    200: { description: 'The insight', schema: Type.Object({ ...INSIGHT.properties, ...STANDING }) },
  },
  problems: { 404: ['not-found', 'no-history'] },
  answer: async (c, options, { params }) => {
    const { history } = options;
    if (!history) return noHistory(c);
    const id = parseDecisionId(params.id as string);
    const standing = id ? await asOf(options, history, id.partition) : {};
    const kept = id && (await history.insight(id));
    if (!kept)
      return problem(c, { slug: 'not-found', status: 404, title: 'No action of this id stated an impact' });
    const [answer] = await insightAnswers(history, [kept]);
    return c.json({ ...answer, ...standing });
  },
});

export const reliabilityRoute = route({
  method: 'GET',
  path: '/v1/insights/reliability',
  tag: 'Insights',
  summary: 'How often what was stated came true, by how sure it was',
  permission: 'read',
  query: { type: text('Of this type; of all together where it is not given') },
  answers: {
    200: {
      description: 'By tens of percent of the stated confidence',
      schema: Type.Object({
        buckets: Type.Array(BUCKET),
        stated: Type.Integer(),
        realised: Type.Integer(),
        within_share: MAYBE_NUMBER,
        recalibrated: Type.Boolean(),
        recalibrated_from: Type.Integer(),
        ...STANDING,
      }),
    },
  },
  problems: { 404: ['no-history'] },
  answer: async (c, options, { query }) => {
    const { history } = options;
    if (!history) return noHistory(c);
    const standing = await asOf(options, history);
    return c.json({ ...reliabilityAnswer(await history.reliability(query.type)), ...standing });
  },
});

/** The tables of their types. */
export async function reliabilityTables(
  history: History,
  kept: readonly KeptInsight[],
): Promise<ReadonlyMap<string, readonly ReliabilityBucket[]>> {
  const types = [...new Set(kept.map(({ statement }) => statement.type))];
  return new Map(
    await Promise.all(types.map(async (type) => [type, await history.reliability(type)] as const)),
  );
}

/** What a statement is worth by now: its confidence in percent, and whether it is sure enough to be told. */
export function worthOf({ low, high, confidence: stated }: Statement, buckets: readonly ReliabilityBucket[]) {
  const worth = stated === null ? undefined : recalibrated(stated, buckets);
  const confidence = worth ?? stated;
  return { confidence, known: isKnown(low, high, confidence), recalibrated: worth !== undefined };
}

async function insightAnswers(history: History, kept: readonly KeptInsight[]) {
  const tables = await reliabilityTables(history, kept);
  return kept.map((one) => insightAnswer(one, tables.get(one.statement.type) ?? []));
}

function insightAnswer(
  { id, rule, kind, entity, campaign, status, statement, statedAt, realised }: KeptInsight,
  buckets: readonly ReliabilityBucket[],
) {
  const { type, of, value, low, high, confidence: stated, text: action } = statement;
  const { confidence, known, recalibrated: isCorrected } = worthOf(statement, buckets);
  return {
    ...{ id, type, campaign_id: campaign, rule, kind, entity, status },
    stated_at: iso(statedAt),
    impact: known ? `${inPercent(value, true)} ${of}` : 'not known yet',
    confidence: confidence === null ? null : inPercent(confidence),
    action: action ?? null,
    ...{ known, stated: value, p10: low, p90: high, stated_confidence: stated },
    recalibrated: isCorrected,
    realised: realised && { ...realised, at: iso(realised.at) },
  };
}

/** `+15 %`, `+7.4 %`, `87 %`: a tenth counts where there is little. */
function inPercent(value: number, signed = false): string {
  const digits = signed && Math.abs(value) < 10 ? 1 : 0;
  return `${signed && value > 0 ? '+' : ''}${value.toFixed(digits)} %`;
}

export function reliabilityAnswer(buckets: readonly ReliabilityBucket[]) {
  const sum = (field: 'stated' | 'realised' | 'intervals' | 'within') =>
    buckets.reduce((all, bucket) => all + bucket[field], 0);
  const realised = sum('realised');
  return {
    buckets: buckets.map((bucket) => ({
      ...bucket,
      above: tenth(bucket.above),
      within: tenth(bucket.within),
      confidence: bucket.confidence === null ? null : tenth(bucket.confidence),
      above_share: share(bucket.above, bucket.realised),
      within_share: share(bucket.within, bucket.intervals),
    })),
    stated: sum('stated'),
    realised,
    within_share: share(sum('within'), sum('intervals')),
    recalibrated: realised >= LEAST_REALISED,
    recalibrated_from: LEAST_REALISED,
  };
}

function tenth(value: number): number {
  return Math.round(value * 10) / 10;
}

function share(part: number, all: number): number | null {
  return all === 0 ? null : Math.round((1000 * part) / all) / 1000;
}
