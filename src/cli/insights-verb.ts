/** `weir insights`: what actions were said to bring, what came of it, and how far such statements can be relied upon. */

import { ACTION_STATUSES } from '../core/action.ts';
import { WeirError } from '../core/errors.ts';
import { readArguments } from './arguments.ts';
import { ask } from './ask.ts';
import { tellRefusal } from './told-refusal.ts';
import type { Verb } from './verb.ts';

const WORDS = ['ls', 'show', 'reliability'] as const;

export const insightsVerb: Verb = {
  usage: [
    'weir insights [ls|show ID|reliability] [--type TYPE] [--campaign ID] [--status STATUS] [--limit N]',
    '',
    '  weir insights                                what actions were said to bring, last stated first',
    '  weir insights --campaign c1 --status pending',
    '  weir insights show 3-1-42                    one of them: what was stated, and what came of it',
    '  weir insights reliability                    how often what was stated came true, by how sure it was',
  ].join('\n'),
  run: async (args, env) => {
    const text = { type: 'string' } as const;
    const own = { type: text, campaign: text, status: text, limit: text };
    const { flags, words } = readArguments(args, own, { least: 0, most: 2, what: '' });
    const [word = 'ls', id] = words as [string?, string?];
    if (!(WORDS as readonly string[]).includes(word))
      throw new WeirError('wrong_usage', `"${word}" is none of ${WORDS.join(', ')}`);
    if ((word === 'show') !== (id !== undefined))
      throw new WeirError(
        'wrong_usage',
        id === undefined ? 'which insight? weir insights show ID' : `"${id}" is one word too many`,
      );
    const query = queryOf(word, flags);
    const path = word === 'ls' ? '' : `/${word === 'show' ? encodeURIComponent(id as string) : word}`;
    const { status, body } = await ask(flags, env, `/v1/insights${path}${query}`);
    if (status !== 200) return tellRefusal('insights', status, body);
    const print = (line: string) => process.stdout.write(`${line}\n`);
    if (word === 'ls') {
      const { insights } = body as { insights: readonly Insight[] };
      if (flags.json) for (const one of insights) print(JSON.stringify(one));
      else if (insights.length === 0) print('no action stated what it would bring');
      else for (const one of insights) print(line(one));
    } else if (flags.json) print(JSON.stringify(body));
    else print(word === 'show' ? shown(body as Insight) : reliabilityText(body as Reliability));
    return 0;
  },
};

function queryOf(word: string, flags: Readonly<Record<string, string | boolean | undefined>>): string {
  const known = { ls: ['type', 'campaign', 'status', 'limit'], reliability: ['type'] }[word] ?? [];
  const query = new URLSearchParams();
  for (const name of ['type', 'campaign', 'status', 'limit']) {
    const value = flags[name];
    if (typeof value !== 'string') continue;
    if (!known.includes(name)) throw new WeirError('wrong_usage', `--${name} does not go with ${word}`);
    query.set(name, value);
  }
  const status = query.get('status');
  if (status !== null && !(ACTION_STATUSES as readonly string[]).includes(status))
    throw new WeirError('wrong_usage', `--status must be one of ${ACTION_STATUSES.join(', ')}`);
  return query.size === 0 ? '' : `?${query}`;
}

interface Insight {
  readonly id: string;
  readonly type: string;
  readonly kind: string;
  readonly entity: string;
  readonly rule: string;
  readonly status: string | null;
  readonly stated_at: string;
  readonly impact: string;
  readonly confidence: string | null;
  readonly recalibrated: boolean;
  readonly action: string | null;
  readonly p10: number | null;
  readonly p90: number | null;
  readonly realised: {
    readonly value: number | null;
    readonly applied: boolean;
    readonly because: string;
    readonly at: string;
  } | null;
}

function line({ id, type, kind, entity, status, stated_at, impact, confidence, realised }: Insight): string {
  const sure = confidence === null ? '' : ` (${confidence})`;
  const came = realised === null ? '' : `  → ${percent(realised.value)} ${realised.because}`;
  return `${id}  ${status ?? '–'}  ${type} ${kind}:${entity}  ${stated_at.slice(0, 16)}  ${impact}${sure}${came}`;
}

function shown(insight: Insight): string {
  const { rule, action, p10, p90, confidence, recalibrated, realised } = insight;
  return [
    line(insight),
    `  rule ${rule}${action === null ? '' : `: ${action}`}`,
    `  80 % of outcomes between ${percent(p10)} and ${percent(p90)}${confidence === null ? '' : `, ${confidence} sure of a gain${recalibrated ? ', corrected by what came of earlier ones' : ''}`}`,
    realised === null
      ? '  not known yet what came of it'
      : `  came of it: ${percent(realised.value)}, ${realised.applied ? 'applied' : 'not applied'}, by ${realised.because}, ${realised.at.slice(0, 16)}`,
  ].join('\n');
}

function percent(value: number | null): string {
  return value === null ? 'unknown' : `${value > 0 ? '+' : ''}${Math.round(10 * value) / 10} %`;
}

interface Reliability {
  readonly buckets: readonly {
    readonly from: number;
    readonly to: number;
    readonly stated: number;
    readonly realised: number;
    readonly above_share: number | null;
    readonly within_share: number | null;
  }[];
  readonly stated: number;
  readonly realised: number;
  readonly within_share: number | null;
  readonly recalibrated: boolean;
  readonly recalibrated_from: number;
}

function reliabilityText({
  buckets,
  stated,
  realised,
  within_share,
  recalibrated,
  recalibrated_from: from,
}: Reliability): string {
  const share = (value: number | null) => (value === null ? '–' : `${Math.round(100 * value)} %`);
  const rows = buckets.map((one) => [
    `${one.from}–${one.to} %`,
    String(one.stated),
    String(one.realised),
    share(one.above_share),
    share(one.within_share),
  ]);
  const heads = ['stated', 'how many', 'known', 'gained', 'within 80 %'];
  const widths = heads.map((head, i) =>
    Math.max(head.length, ...rows.map((row) => (row[i] as string).length)),
  );
  const lines = [heads, ...rows].map(
    (row) => `  ${row.map((cell, i) => cell.padStart(widths[i] as number)).join('  ')}`,
  );
  return [
    `${stated} stated, of ${realised} it is known what came; ${share(within_share)} within the stated interval`,
    ...(rows.length === 0 ? [] : lines),
    recalibrated
      ? 'confidences are corrected by these outcomes'
      : `from ${from} outcomes on confidences are corrected by them`,
  ].join('\n');
}
