/** Events of campaigns and their channels: set-up, traffic and what the platforms report. */

import { eventType } from './event-type.ts';
import {
  agent,
  any,
  budget,
  count,
  counts,
  currency,
  id,
  ip,
  money,
  oneOf,
  personal,
  rows,
  share,
  text,
  time,
  timezone,
} from './field.ts';

const setUp = {
  daily_budget: budget,
  currency,
  channels: rows({ channel: id }, { budget, min_share: share, max_share: share }),
};

const details = {
  name: text,
  objective: oneOf('applications', 'conversions', 'target_cpa'),
  target_cpa: money,
  job_category: text,
  location: text,
  timezone,
  client: text,
  // of what the client has for all of its campaigns
  min_of_client: share,
  max_of_client: share,
  autonomy: oneOf('off', 'suggest', 'auto'),
  application_cap: count,
  application_caps: counts,
  starts_at: time,
  ends_at: time,
};

const utm = { utm_source: text, utm_medium: text, utm_campaign: text, utm_term: text, utm_content: text };

const route = ['campaign_id'];
const traffic = { campaign_id: id, channel: id };

export const campaignEvents = [
  eventType('client.updated', {
    route: ['client'],
    required: { client: id },
    optional: { name: text, daily_budget: budget, currency, timezone, autonomy: details.autonomy },
  }),
  eventType('campaign.created', { route, required: { campaign_id: id, ...setUp }, optional: details }),
  eventType('campaign.updated', { route, required: { campaign_id: id }, optional: { ...setUp, ...details } }),
  eventType('campaign.impression', {
    route,
    required: traffic,
    optional: { job_id: id, location: text, metadata: any },
  }),
  eventType('campaign.click', {
    route,
    required: { ...traffic, cost: money },
    optional: {
      currency,
      click_id: id,
      job_id: id,
      job_title: text,
      company: text,
      location: text,
      user_agent: personal(agent),
      ip_address: personal(ip),
      session_id: personal(id),
      fraud: text,
      lead_id: id,
      ...utm,
      metadata: any,
    },
  }),
  eventType('campaign.application', {
    route,
    required: traffic,
    optional: {
      currency,
      click_id: id,
      lead_id: id,
      job_id: id,
      job_title: text,
      company: text,
      location: text,
      conversion_value: money,
      source: text,
      metadata: any,
    },
  }),
  eventType('campaign.conversion', {
    route,
    required: traffic,
    optional: { currency, lead_id: id, click_id: id, conversion_value: money },
  }),
  eventType('campaign.budget_reported', {
    route,
    required: { ...traffic, spend: money },
    optional: { currency },
  }),
];
