/** What is asked of one campaign beside its features: may it spend more, what comes next, how its budgets went. */

import type { Context } from 'hono';
import Type from 'typebox';
import type { StoredEntity } from '../processor/read-entity.ts';
import { checkLimits } from '../step/check-limits.ts';
import { FREE, MAYBE_TIME, NEXT, STANDING, TIME } from './answer-schemas.ts';
import type { AppOptions } from './app.ts';
import { asOf, iso, noHistory } from './history-answer.ts';
import { AFTER, LIMIT, time } from './parameter.ts';
import { problem } from './problem.ts';
import { route } from './route.ts';

const LARGEST_QUESTION = 16 * 1024;
const TAG = 'Campaigns';
const AMOUNT = Type.Number({ minimum: 0, maximum: 1_000_000_000 });

const limitsRoute = route({
  method: 'POST',
  path: '/v1/campaigns/{id}/limits/check',
  tag: TAG,
  summary: 'Whether a campaign, or a channel of it, may spend more now; changes nothing',
  permission: 'read',
  body: {
    description: 'What is about to be spent, and a limit of your own',
    types: ['application/json'],
    most: LARGEST_QUESTION,
    schema: Type.Object(
      {
        channel: Type.Optional(Type.String({ minLength: 1, maxLength: 200 })),
        job_id: Type.Optional(Type.String({ minLength: 1, maxLength: 200 })),
        spend: Type.Optional(AMOUNT),
        daily_limit: Type.Optional(AMOUNT),
      },
      { additionalProperties: false },
    ),
  },
  answers: {
    200: {
      description: 'At once, from what the stream has applied',
      schema: Type.Object({
        allowed: Type.Boolean(),
        reasons: Type.Array(Type.Object({ code: Type.String(), message: Type.String() })),
        current_spend: Type.Number(),
        limit: Type.Union([Type.Number(), Type.Null()]),
        remaining: Type.Union([Type.Number(), Type.Null()]),
        currency: Type.String(),
        aiRecommendations: Type.Array(FREE),
        campaign_id: Type.String(),
        stream_time: TIME,
      }),
    },
  },
  problems: { 404: ['not-found'] },
  answer: async (c, options, { params, body = {} }) => {
    const id = params.id as string;
    const [campaign, channel] = await Promise.all([
      options.readEntity('campaign', id),
      body.channel === undefined ? undefined : options.readEntity('channel', `${id}/${body.channel}`),
    ]);
    if (!campaign) return unknown(c);
    const answer = checkLimits(campaign.entity, channel?.entity, body, campaign.streamTime);
    return c.json({ ...answer, campaign_id: id, stream_time: iso(campaign.streamTime) });
  },
});

/** The feature of channels that forecasts the next hour, and what of its value is for machines alone. */
const FORECAST = 'response';

const forecastsRoute = route({
  method: 'GET',
  path: '/v1/campaigns/{id}/forecasts',
  tag: TAG,
  summary: 'What money will buy in each channel within the next hour, where a forecast is better than none',
  permission: 'read',
  answers: {
    200: {
      description: 'By channel; `served: false` where the last hour says more than the model',
      schema: Type.Object({
        campaign_id: Type.String(),
        forecasts: Type.Array(
          Type.Object({
            channel: Type.String(),
            served: Type.Boolean(),
            forecast: Type.Union([FREE, Type.Null()]),
          }),
        ),
        stream_time: TIME,
      }),
    },
  },
  problems: { 404: ['not-found'] },
  answer: async (c, options, { params }) => {
    const id = params.id as string;
    const campaign = await options.readEntity('campaign', id);
    if (!campaign) return unknown(c);
    const forecasts = await Promise.all(
      channelsOf(campaign).map(async (channel) => {
        const stored = await options.readEntity('channel', `${id}/${channel}`);
        return { channel, ...forecastOf(stored) };
      }),
    );
    return c.json({ campaign_id: id, forecasts, stream_time: iso(campaign.streamTime) });
  },
});

function channelsOf({ entity }: StoredEntity): string[] {
  const rows = entity.slots[entity.kind.slotOf.get('channels') ?? -1];
  return (Array.isArray(rows) ? rows : []).flatMap(({ channel }) =>
    typeof channel === 'string' ? [channel] : [],
  );
}

function forecastOf(stored: StoredEntity | undefined): { served: boolean; forecast: object | null } {
  const slot = stored?.entity.kind.slotOf.get(FORECAST) ?? -1;
  const value = stored?.entity.slots[slot];
  if (typeof value !== 'object' || value === null) return { served: false, forecast: null };
  const { curve: _, ...forecast } = value as Record<string, unknown>;
  return { served: forecast.served === true, forecast };
}

const budgetsRoute = route({
  method: 'GET',
  path: '/v1/campaigns/{id}/budgets',
  tag: TAG,
  summary: 'What the budgets of a campaign were, and which event or action changed what; newest first',
  permission: 'read',
  query: {
    from: time('Of this time or later'),
    to: time('Before this time'),
    after: AFTER,
    limit: LIMIT,
  },
  answers: {
    200: {
      description: 'A page of changes',
      schema: Type.Object({
        campaign_id: Type.String(),
        changes: Type.Array(
          Type.Object({
            time: TIME,
            type: Type.String(),
            event_id: Type.String(),
            source: Type.String(),
            daily_budget: Type.Union([Type.Number(), Type.Null()]),
            budgets: Type.Array(FREE),
            decided_at: Type.Optional(MAYBE_TIME),
          }),
        ),
        next: NEXT,
        ...STANDING,
      }),
    },
  },
  problems: { 404: ['no-history'] },
  answer: async (c, options, { params, query }) => {
    const { history } = options;
    if (!history) return noHistory(c);
    return answerBudgets(c, options, params.id as string, query);
  },
});

async function answerBudgets(
  c: Context,
  options: AppOptions,
  campaign: string,
  { from, to, after, limit }: { from?: number; to?: number; after?: string; limit: number },
): Promise<Response> {
  const history = options.history as NonNullable<AppOptions['history']>;
  const standing = await asOf(options, history);
  const { rows, next } = await history.budgetChanges(campaign, {
    limit,
    ...(from !== undefined && { from }),
    ...(to !== undefined && { to }),
    ...(after !== undefined && { after }),
  });
  const changes = rows.map(({ time: at, type, id, source, data }) => {
    const { daily_budget = null, channels, budgets } = data;
    return { time: iso(at), type, event_id: id, source, daily_budget, budgets: budgets ?? channels ?? [] };
  });
  return c.json({ campaign_id: campaign, changes, ...(next && { next }), ...standing });
}

function unknown(c: Context): Response {
  return problem(c, {
    slug: 'not-found',
    status: 404,
    title: 'No event about this campaign has arrived',
    detail: 'campaign.created is what announces a campaign',
  });
}

export const campaignRoutes = [limitsRoute, forecastsRoute, budgetsRoute];
