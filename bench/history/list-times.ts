/** How long lists of entities take, each asked many times, on pages of fifty. */

import type { EntityQuery } from '../../src/core/history/kept-entity.ts';
import type { History } from '../../src/core/history.ts';
import { median, quantile } from '../quantile.ts';

const byScore = { by: 'engagement_score', descending: true };
const byConversion = { by: 'conversion', descending: true };

export const LISTS: Readonly<Record<string, Omit<EntityQuery, 'kind' | 'limit'>>> = {
  'by id': {},
  'order=-engagement_score': { order: byScore },
  'segment=high_value_prospects, order=-engagement_score': {
    tags: ['segments:high_value_prospects'],
    order: byScore,
  },
  'segment=at_risk, order=-engagement_score': { tags: ['segments:at_risk'], order: byScore },
  'segment=referral_champions (one in 10,000), order=-engagement_score': {
    tags: ['segments:referral_champions'],
    order: byScore,
  },
  'a segment nobody is in, order=-engagement_score': { tags: ['segments:nobody'], order: byScore },
  'class=needs_nurturing, min engagement_score 60, order=-conversion': {
    tags: ['conversion=needs_nurturing'],
    ranks: [{ name: 'engagement_score', min: 60 }],
    order: byConversion,
  },
};

export interface ListTime {
  readonly list: string;
  readonly rows: number;
  readonly p50: number;
  readonly p99: number;
}

export async function listTimes(history: History, samples: number): Promise<ListTime[]> {
  const times: ListTime[] = [];
  for (const [list, query] of Object.entries(LISTS)) {
    const taken: number[] = [];
    let rows = 0;
    for (let i = 0; i < samples; i++) {
      const begun = performance.now();
      ({ length: rows } = (await history.entities({ kind: 'lead', limit: 50, ...query })).rows);
      taken.push(performance.now() - begun);
    }
    times.push({ list, rows, p50: median(taken), p99: quantile(taken, 0.99) });
  }
  return times;
}
