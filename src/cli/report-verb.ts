/** `weir report`: a report of a running weir, as JSON. */

import { readArguments } from './arguments.ts';
import { ask } from './ask.ts';
import type { Verb } from './verb.ts';

const SPAN = ['from', 'to', 'at', 'limit', 'after'] as const;

export const reportVerb: Verb = {
  usage: `weir report [NAME] [--from TIME] [--to TIME] [--at TIME] [--limit N] [--after CURSOR] [--url URL]

  Without NAME the reports there are. A TIME is 2026-01-05T09:00:00Z, or 7d for seven days ago.
  --from, --to  count over this span what the report counts over its range
  --at          the report as it was stored at that time
  --limit N     rows of its list; what --after takes for the next page stands on stderr

  weir report predictive_behavior_analysis
  weir report dynamic_scoring_system --from 7d`,
  run: async (args, env) => {
    const text = { type: 'string' } as const;
    const { flags, words } = readArguments(
      args,
      { from: text, to: text, at: text, limit: text, after: text },
      { least: 0, most: 1, what: '' },
    );
    const [name] = words;
    const query = new URLSearchParams();
    for (const key of SPAN) if (flags[key] !== undefined) query.set(key, flags[key]);
    const path = name === undefined ? '/v1/reports' : `/v1/reports/${encodeURIComponent(name)}`;
    const asked = query.size === 0 ? path : `${path}?${query}`;
    const { status, body, headers } = await ask(flags, env, asked);
    if (status === 200) {
      process.stdout.write(`${flags.json ? JSON.stringify(body) : JSON.stringify(body, null, 2)}\n`);
      const next = /[?&]after=([^&>]+)/.exec(headers.get('link') ?? '')?.[1];
      if (next !== undefined) process.stderr.write(`more: --after ${decodeURIComponent(next)}\n`);
      return 0;
    }
    const {
      title,
      detail,
      errors = [],
    } = body as {
      title?: string;
      detail?: string;
      errors?: { detail?: string }[];
    };
    const reasons = [title ?? `answer ${status}`, detail, ...errors.map((error) => error.detail)];
    process.stderr.write(`weir report: ${reasons.filter((reason) => reason !== undefined).join('. ')}\n`);
    if (status === 401 || status === 403) return 4;
    return status === 503 ? 3 : status === 400 ? 2 : 1;
  },
};
