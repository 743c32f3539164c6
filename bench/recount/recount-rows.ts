/** Plain recounts of the real files, row by row, without anything of weir. */

/** What must be known of an entity, by feature; `all_spend` in whole micros. */
export type Counts = Record<string, number>;

type Rows = AsyncIterable<Record<string, string>>;

export async function recountHillstrom(rows: Rows): Promise<Map<string, Counts>> {
  const leads = new Map<string, Counts>();
  let row = 0;
  for await (const { segment, visit, conversion } of rows) {
    row += 1;
    leads.set(`lead:${row}`, {
      all_created: 1,
      all_sent: segment === 'No E-Mail' ? 0 : 1,
      all_opened: visit === '1' ? 1 : 0,
      all_completed: conversion === '1' ? 1 : 0,
      // shipped features that say the same of this file: everything lies within half a day
      opens_7d: visit === '1' ? 1 : 0,
      completions: conversion === '1' ? 1 : 0,
      contents_sent: segment === 'No E-Mail' ? 0 : 1,
    });
  }
  return leads;
}

export async function recountFacebook(rows: Rows): Promise<Map<string, Counts>> {
  const channels = new Map<string, Counts>();
  for await (const row of rows) {
    const key = `channel:${row.xyz_campaign_id}/facebook`;
    const counts = channels.get(key) ?? {
      all_clicks: 0,
      all_spend: 0,
      all_applications: 0,
      all_conversions: 0,
    };
    channels.set(key, counts);
    add(counts, 'all_clicks', Number(row.Clicks));
    add(counts, 'all_spend', micros(row.Spent ?? ''));
    add(counts, 'all_applications', Number(row.Total_Conversion));
    add(counts, 'all_conversions', Number(row.Approved_Conversion));
  }
  return channels;
}

function add(counts: Counts, name: string, amount: number): void {
  counts[name] = (counts[name] ?? 0) + amount;
}

/** Decimal text rounded to micros by its digits, half up: 1.429999948 is 1430000. */
function micros(text: string): number {
  const [whole = '0', fraction = ''] = text.split('.');
  const digits = `${fraction}0000000`;
  return Number(whole) * 1_000_000 + Number(digits.slice(0, 6)) + (Number(digits[6]) >= 5 ? 1 : 0);
}
