/** `weir explain`: why each result of an entity is what it is, then and now, and when it changes by itself. */

import { WeirError } from '../core/errors.ts';
import type { ExplainedReason, ExplainedResult } from '../step/explain.ts';
import { readArguments } from './arguments.ts';
import { ask } from './ask.ts';
import { show } from './expected-value.ts';
import type { Verb } from './verb.ts';

const COLLECTIONS: Readonly<Record<string, string>> = {
  lead: 'leads',
  campaign: 'campaigns',
  channel: 'channels',
  source: 'sources',
  platform: 'platforms',
  category: 'categories',
};
/** The kind with one entity, whose address has no id. */
const ALL = 'all';

export const explainVerb: Verb = {
  name: 'explain',
  summary: 'why a result is what it is',
  usage:
    'weir explain KIND:ID [RULE] [--url URL]\n\n  weir explain lead:123\n  weir explain channel:c1/jooble cpa_spike\n  weir explain all',
  run: async (args, env) => {
    const { flags, words } = readArguments(args, {}, { least: 1, most: 2, what: 'the entity (lead:123)' });
    const [key, rule] = words as [string, string?];
    const colon = key.indexOf(':');
    const collection = COLLECTIONS[key.slice(0, colon)];
    if ((colon < 1 || !collection) && key !== ALL)
      throw new WeirError(
        'wrong_usage',
        `"${key}" is not an entity; kinds: ${Object.keys(COLLECTIONS).join(', ')}; or ${ALL}`,
      );
    const id = key
      .slice(colon + 1)
      .split('/')
      .map(encodeURIComponent)
      .join('/');
    const query = rule === undefined ? '' : `?rule=${encodeURIComponent(rule)}`;
    const path = key === ALL ? ALL : `${collection}/${id}`;
    const { status, body } = await ask(flags, env, `/v1/${path}/explain${query}`);
    if (status !== 200) {
      const { title, detail } = body as { title?: string; detail?: string };
      process.stderr.write(`${title ?? `answer ${status}`}${detail === undefined ? '' : `. ${detail}`}\n`);
      return status === 503 ? 3 : 1;
    }
    process.stdout.write(flags.json ? `${JSON.stringify(body)}\n` : explanationText(body as Explanation));
    return 0;
  },
};

interface Explanation {
  readonly kind: string;
  readonly id: string;
  readonly stream_time: string;
  readonly results: readonly ExplainedResult[];
}

export function explanationText({ kind, id, stream_time, results }: Explanation): string {
  return [`${kind} ${id}   at ${stream_time}`, '', ...results.flatMap(resultLines), ''].join('\n');
}

function resultLines(result: ExplainedResult): string[] {
  const { rule, version, mode, value, published, decided_at } = result;
  const cls = (value as { class?: string } | null)?.class;
  const shown = show((value as { value?: unknown } | null)?.value ?? value);
  const last = decided_at === null ? '' : `, last ${decided_at.slice(0, 16)}`;
  return [
    `${rule} (v${version}, ${mode}) = ${shown}${cls === undefined ? '' : ` -> ${cls}`}   published ${published}x${last}`,
    ...result.reasons.map(reasonLine),
    ...result.looked_up.map(lookedUpLine),
    ...(result.late
      ? [`  late: ${result.amends ? `it amends decision ${result.amends}` : 'the first decision'}`]
      : []),
    ...(result.error === null ? [] : [`  ! ${result.error}`]),
    ...(result.not_published === null ? [] : [`  not told: ${result.not_published}`]),
    ...(result.next_change === null
      ? []
      : [`  next change: ${result.next_change.at.slice(0, 16)} (${result.next_change.because})`]),
    '',
  ];
}

function lookedUpLine({ name, of, age_seconds }: ExplainedResult['looked_up'][number]): string {
  if (of === null) return `  ${name}: nothing to look at`;
  return `  ${name}: of ${of}, ${age_seconds === null ? 'which told nothing yet' : `as told ${age_seconds} s ago`}`;
}

function reasonLine(reason: ExplainedReason): string {
  const { points, holds } = reason;
  const mark =
    points !== undefined
      ? points >= 0
        ? `+${round(points)}`
        : round(points)
      : holds
        ? 'yes'
        : holds === false
          ? 'no'
          : '';
  const inputs = Object.entries(reason.inputs).map(([name, { at_decision, now }]) => {
    const then = at_decision === null || show(at_decision) === show(now) ? '' : ` (was ${show(at_decision)})`;
    return `${name}=${now === null ? '–' : show(now)}${then}`;
  });
  return `  ${mark.padEnd(8)} ${reason.name.padEnd(14)} ${reason.no_data ? 'no data  ' : ''}${inputs.join(' ')}`;
}

function round(value: number): string {
  return String(Math.round(value * 100) / 100);
}
