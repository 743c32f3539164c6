/** A campaign event as its table has it: columns for what analysts ask for, and all else as metadata. */

import type { LoggedEvent } from '../../core/history/logged-event.ts';

export interface CampaignColumns {
  /** Without its prefix: click, application, conversion … */
  readonly type: string;
  readonly campaign: string;
  readonly channel: string | null;
  readonly cost: number | null;
  readonly location: string | null;
  readonly agent: string | null;
  readonly lead: string | null;
  /** JSON. */
  readonly metadata: string;
}

const PREFIX_LENGTH = 'campaign.'.length;

/** A value that its column cannot hold to the letter stays in the metadata. */
export function campaignColumns({ type, entity, data }: LoggedEvent): CampaignColumns {
  const { campaign_id, ...rest } = data as Record<string, unknown>;
  const take = (field: string): string | null => {
    const value = rest[field];
    if (typeof value !== 'string' || value.includes('\0') || !value.isWellFormed()) return null;
    delete rest[field];
    return value;
  };
  const { cost } = rest;
  if (typeof cost === 'number') delete rest.cost;
  return {
    type: type.slice(PREFIX_LENGTH),
    campaign: typeof campaign_id === 'string' ? campaign_id : (entity ?? ''),
    channel: take('channel'),
    cost: typeof cost === 'number' ? cost : null,
    location: take('location'),
    agent: take('user_agent'),
    lead: take('lead_id'),
    metadata: JSON.stringify(rest),
  };
}
