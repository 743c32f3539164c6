/** Leads as the mirror writes them, made up: scores, classes and segments in believable shares. */

import type { EntityRow, EntitySink } from '../../src/core/ports.ts';
import { seededRng } from '../../src/core/random.ts';

const CLASSES = ['likely_to_convert', 'needs_nurturing', 'needs_engagement', 'needs_re_engagement'];
const ROWS_AT_ONCE = 2_000;

/** One lead in twenty is at risk, and those have the lowest scores: the hardest list to sort by score. */
export async function writeMadeLeads(sink: EntitySink, leads: number, seed: number): Promise<void> {
  const rng = seededRng(seed);
  let rows: EntityRow[] = [];
  for (let n = 0; n < leads; n++) {
    rows.push(madeLead(n, rng));
    if (rows.length < ROWS_AT_ONCE && n < leads - 1) continue;
    await sink.apply(rows, []);
    rows = [];
  }
  await sink.begun(0, 'made');
  await sink.completed(0, '', 'made');
}

function madeLead(n: number, rng: () => number): EntityRow {
  const score = Math.round(rng() ** 2 * 1000) / 10;
  const conversion = Math.round((score * 0.6 + rng() * 40) * 100) / 100;
  const cls = CLASSES[Math.min(3, Math.floor((100 - conversion) / 25))] as string;
  const atRisk = score < 2 && rng() < 0.35;
  const segments = [
    ...(atRisk ? ['at_risk'] : []),
    ...(score >= 10 && rng() < 0.5 ? ['high_value_prospects'] : []),
    ...(rng() < 0.1 ? ['quick_responders'] : []),
    ...(n % 10_000 === 7 ? ['referral_champions'] : []),
  ];
  const features = Object.fromEntries(
    Array.from({ length: 20 }, (_, i) => [`feature_${i}`, Math.floor(rng() * 100)]),
  );
  return {
    kind: 'lead',
    id: String(1_000_000 + n),
    partition: n % 16,
    values: {
      ...features,
      engagement_score: score,
      conversion: { value: conversion, class: cls },
      segments: segments.map((name) => ({ name, description: `Leads of ${name}` })),
    },
    decisions: {},
    tags: [...segments.map((name) => `segments:${name}`), `conversion=${cls}`],
    ranks: [
      ['engagement_score', score],
      ['conversion', conversion],
    ],
    person: { email: `lead-${n}@example.com` },
    asOf: Date.UTC(2026, 0, 6),
    entry: `${1_700_000_000_000 + n}-0`,
  };
}
