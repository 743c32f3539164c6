/** What producers may send: `data` of each type of event, made by `weir schema typescript`. */

/** Compared as text. */
export type Id = string | number;
/** In units of the currency, with at most 6 decimals; as text where it must be exact. */
export type Money = string | number;
/** RFC 3339 with a zone, or milliseconds. */
export type Time = string | number;
export type Rows<Row> = readonly Row[];
export type MaybeRows<Row> = readonly Row[] | null;

export interface EventData {
  'action.applied': {
    action_id: Id;
    idempotency_key: Id;
    campaign_id?: Id | null;
    action?: string | null;
    rule?: string | null;
    budgets?: MaybeRows<{
      budget: Money;
      channel?: Id | null;
      campaign_id?: Id | null;
      from?: Money | null;
      paused?: boolean | null;
      wasted?: number | null;
      hours?: unknown;
      currency?: string | null;
      timezone?: string | null;
      job_category?: string | null;
      location?: string | null;
      target_cpa?: Money | null;
    }>;
    problem?: string | null;
  };
  'action.approved': {
    action_id: Id;
    hash: Id;
    by: Id;
    comment?: string | null;
  };
  'action.failed': {
    action_id: Id;
    idempotency_key: Id;
    campaign_id?: Id | null;
    action?: string | null;
    rule?: string | null;
    budgets?: MaybeRows<{
      budget: Money;
      channel?: Id | null;
      campaign_id?: Id | null;
      from?: Money | null;
      paused?: boolean | null;
      wasted?: number | null;
      hours?: unknown;
      currency?: string | null;
      timezone?: string | null;
      job_category?: string | null;
      location?: string | null;
      target_cpa?: Money | null;
    }>;
    problem?: string | null;
  };
  'action.rejected': {
    action_id: Id;
    hash: Id;
    by: Id;
    comment?: string | null;
  };
  'action.reverted': {
    action_id: Id;
    hash: Id;
    by: Id;
    comment?: string | null;
  };
  'anomaly.acknowledged': {
    rule: Id;
    name: Id;
    entity: Id;
    by: Id;
    until?: Time | null;
    comment?: string | null;
  };
  'anomaly.muted': {
    rule: Id;
    name: Id;
    entity: Id;
    by: Id;
    until?: Time | null;
    comment?: string | null;
  };
  'campaign.application': {
    campaign_id: Id;
    channel: Id;
    currency?: string | null;
    click_id?: Id | null;
    lead_id?: Id | null;
    job_id?: Id | null;
    job_title?: string | null;
    company?: string | null;
    location?: string | null;
    conversion_value?: Money | null;
    source?: string | null;
    metadata?: unknown;
  };
  'campaign.budget_reported': {
    campaign_id: Id;
    channel: Id;
    spend: Money;
    currency?: string | null;
  };
  'campaign.click': {
    campaign_id: Id;
    channel: Id;
    cost: Money;
    currency?: string | null;
    click_id?: Id | null;
    job_id?: Id | null;
    job_title?: string | null;
    company?: string | null;
    location?: string | null;
    user_agent?: string | null;
    ip_address?: string | null;
    session_id?: Id | null;
    fraud?: string | null;
    lead_id?: Id | null;
    utm_source?: string | null;
    utm_medium?: string | null;
    utm_campaign?: string | null;
    utm_term?: string | null;
    utm_content?: string | null;
    metadata?: unknown;
  };
  'campaign.conversion': {
    campaign_id: Id;
    channel: Id;
    currency?: string | null;
    lead_id?: Id | null;
    click_id?: Id | null;
    conversion_value?: Money | null;
  };
  'campaign.created': {
    campaign_id: Id;
    daily_budget: Money;
    currency: string;
    channels: Rows<{
      channel: Id;
      budget?: Money | null;
      min_share?: number | null;
      max_share?: number | null;
    }>;
    name?: string | null;
    objective?: 'applications' | 'conversions' | 'target_cpa' | null;
    target_cpa?: Money | null;
    job_category?: string | null;
    location?: string | null;
    timezone?: string | null;
    client?: string | null;
    min_of_client?: number | null;
    max_of_client?: number | null;
    autonomy?: 'off' | 'suggest' | 'auto' | null;
    application_cap?: number | null;
    application_caps?: unknown;
    starts_at?: Time | null;
    ends_at?: Time | null;
  };
  'campaign.impression': {
    campaign_id: Id;
    channel: Id;
    job_id?: Id | null;
    location?: string | null;
    metadata?: unknown;
  };
  'campaign.updated': {
    campaign_id: Id;
    daily_budget?: Money | null;
    currency?: string | null;
    channels?: MaybeRows<{
      channel: Id;
      budget?: Money | null;
      min_share?: number | null;
      max_share?: number | null;
    }>;
    name?: string | null;
    objective?: 'applications' | 'conversions' | 'target_cpa' | null;
    target_cpa?: Money | null;
    job_category?: string | null;
    location?: string | null;
    timezone?: string | null;
    client?: string | null;
    min_of_client?: number | null;
    max_of_client?: number | null;
    autonomy?: 'off' | 'suggest' | 'auto' | null;
    application_cap?: number | null;
    application_caps?: unknown;
    starts_at?: Time | null;
    ends_at?: Time | null;
  };
  'client.updated': {
    client: Id;
    name?: string | null;
    daily_budget?: Money | null;
    currency?: string | null;
    timezone?: string | null;
    autonomy?: 'off' | 'suggest' | 'auto' | null;
  };
  'content.completed': {
    lead_id: Id;
    content_id: Id;
    content_type?: string | null;
  };
  'content.opened': {
    lead_id: Id;
    content_id: Id;
    content_type?: string | null;
    user_agent?: string | null;
  };
  'content.sent': {
    lead_id: Id;
    content_id: Id;
    content_type?: string | null;
    channel?: string | null;
  };
  'context.observed': {
    name: Id;
    value: unknown;
    location?: string | null;
    job_category?: string | null;
  };
  'email.sent': {
    lead_id: Id;
    email_id: Id;
    content_id?: Id | null;
    campaign_id?: Id | null;
  };
  'fraud.flagged': {
    lead_id?: Id | null;
    campaign_id?: Id | null;
    subject?: 'lead' | 'referral' | 'click' | null;
    reason?: string | null;
    referral_id?: Id | null;
    click_id?: Id | null;
  };
  'lead.created': {
    lead_id: Id;
    status?: 'new' | 'nurturing' | 'engaged' | 'converted' | 'lost' | null;
    source?: string | null;
    interest_area?: string | null;
    base_score?: number | null;
    email?: string | null;
    name?: string | null;
    timezone?: string | null;
    referred_by?: Id | null;
    utm_source?: string | null;
    utm_medium?: string | null;
    utm_campaign?: string | null;
    campaign_id?: Id | null;
  };
  'lead.erased': {
    lead_id: Id;
    requested_by?: Id | null;
  };
  'lead.status_changed': {
    lead_id: Id;
    status: 'new' | 'nurturing' | 'engaged' | 'converted' | 'lost';
    reason?: string | null;
  };
  'lead.updated': {
    lead_id: Id;
    status?: 'new' | 'nurturing' | 'engaged' | 'converted' | 'lost' | null;
    source?: string | null;
    interest_area?: string | null;
    base_score?: number | null;
    email?: string | null;
    name?: string | null;
    timezone?: string | null;
    referred_by?: Id | null;
    utm_source?: string | null;
    utm_medium?: string | null;
    utm_campaign?: string | null;
    campaign_id?: Id | null;
  };
  'referral.created': {
    lead_id: Id;
    referral_id: Id;
    referred_lead_id?: Id | null;
  };
  'referral.validated': {
    lead_id: Id;
    referral_id: Id;
  };
}
