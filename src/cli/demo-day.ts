/** A believable day of a recruitment agency, with the weeks before it that its rules look back on. */

import { seededRng } from '../core/random.ts';
import type { Millis } from '../core/units.ts';
import { CAMPAIGNS } from './demo/campaign-profile.ts';
import { tellCampaign } from './demo/campaign-story.ts';
import { type DemoEvent, type Draft, type Emit, numbered, runPrefix } from './demo/demo-event.ts';
import { Draw } from './demo/draw.ts';
import { withImperfections } from './demo/imperfections.ts';
import { LEADS, leadProfile } from './demo/lead-profile.ts';
import { tellLead } from './demo/lead-story.ts';

/** Random streams: leads use their own number, everything else stands far above. */
const CAMPAIGN_STREAM = 1_000_000;
const ODD_STREAM = 2_000_000;

/**
 * The events of the 24 hours before `end`, and a thinner prelude of up to 58 days for the leads and 29 for the
 * campaigns, in the order in which they arrive. The same seed and end give the same events, byte for byte; times
 * are relative to `end`. A handful of them are imperfect on purpose (see imperfections.ts).
 */
export function demoDay(seed: number, end: Millis): DemoEvent[] {
  const drafts: Draft[] = [];
  const emit: Emit = (source, type, time, data) => {
    drafts.push({ source, type, time, data });
  };
  const prefix = runPrefix('day', seed, end);
  for (let id = 1; id <= LEADS; id++) tellLead(leadProfile(seed, id, end), end, emit);
  CAMPAIGNS.forEach((campaign, index) => {
    tellCampaign(campaign, prefix, new Draw(seededRng(seed, CAMPAIGN_STREAM + index)), end, emit);
  });
  return withImperfections(numbered(drafts, prefix, end), prefix, new Draw(seededRng(seed, ODD_STREAM)));
}
