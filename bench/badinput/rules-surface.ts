/** Bad input in rule files and in the names of tokens: either there is a reason, or a set that can be used. */

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TokenFile } from '../../src/cli/token-file.ts';
import { WeirError } from '../../src/core/errors.ts';
import { loadRuleSet } from '../../src/rules/load-rule-set.ts';
import type { Input } from './corpus.ts';
import type { Fate, Surface, Trial } from './trial.ts';

const PATTERN = 'a pattern of an expression';
const URL_PLACE = 'the url of a webhook';
const HOST_PLACE = 'a host of webhooks';
const WINDOW = 'the window of a feature';

/** A set of one of everything; each place takes a text as YAML or inside an expression. */
const PLACES: Readonly<Record<string, (text: string) => string>> = {
  'the name of a rule': (text) => ruleFile({ rule: quoted(text) }),
  'the name of a feature': (text) => ruleFile({ feature: quoted(text) }),
  'the name of a report': (text) => `${ruleFile({})}---\nreport: ${quoted(text)}\nvalue: "{ 'leads': 1 }"\n`,
  'the description of a rule': (text) => ruleFile({ description: quoted(text) }),
  'a text of an expression': (text) =>
    ruleFile({ factor: quoted(`$string(clicks) = ${quoted(text)} ? 1 : 0`) }),
  'an expression': (text) => ruleFile({ factor: quoted(text) }),
  'a whole file': (text) => text,
  [PATTERN]: (text) =>
    ruleFile({ factor: quoted(`$contains($string(clicks), /${text.replaceAll('/', '\\/')}/) ? 1 : 0`) }),
  [WINDOW]: (text) => ruleFile({ window: quoted(text) }),
  [URL_PLACE]: (text) =>
    settings(`  hosts: [hooks.example.com]`, `{ rules: [r], to: webhook, url: ${quoted(text)}, secret: S }`),
  [HOST_PLACE]: (text) => settings(`  hosts: [${quoted(text)}]`, '{ rules: [r], to: stream }'),
};
/** The places whose values are of a format. */
const PLACE_OF: Readonly<Record<string, string>> = {
  regex: PATTERN,
  duration: WINDOW,
  uri: URL_PLACE,
  hostname: HOST_PLACE,
};
const PLAIN_PLACES = Object.keys(PLACES).slice(0, 7);
const SETTINGS = 'entities:\n  lead: { key: lead_id }\n';

export const rulesSurface: Surface = {
  name: 'rule files',
  trials: (inputs) =>
    inputs.flatMap((input): Trial[] => {
      const judged = input.kind === 'format';
      if (!judged && input.kind !== 'text') {
        if (input.kind !== 'document' && input.kind !== 'bytes') return [];
        return [
          {
            input,
            place: 'a whole file',
            judged: false,
            send: async () => load(input.bytes.toString('utf8')),
          },
        ];
      }
      const places = judged ? [PLACE_OF[input.format]].filter((place) => place !== undefined) : PLAIN_PLACES;
      return places.map((place) => ({
        input,
        place,
        judged,
        send: async () => load((PLACES[place] as (text: string) => string)(input.text)),
      }));
    }),
};

export const tokensSurface: Surface = {
  name: 'tokens',
  trials: (inputs) =>
    inputs
      .filter((input): input is Input & { readonly text: string } => input.kind === 'text')
      .map((input) => ({
        input,
        place: 'the name of a token',
        judged: false,
        send: () => addToken(input.text),
      })),
};

/** @throws what is no reason for people: that would have ended the process */
function load(text: string): Fate {
  const files = text.startsWith(SETTINGS)
    ? [
        { path: 'weir.yaml', text },
        { path: 'r.yaml', text: ruleFile({}).replace('shadow', 'live') },
      ]
    : [
        { path: 'weir.yaml', text: SETTINGS },
        { path: 'r.yaml', text },
      ];
  return loadRuleSet(files).ok ? 'accepted' : 'refused';
}

async function addToken(name: string): Promise<Fate> {
  const folder = await mkdtemp(join(tmpdir(), 'weir-token-'));
  try {
    const file = new TokenFile(join(folder, 'tokens.json'));
    file.add(name, 'viewer', new Date(0));
    return new TokenFile(file.path).tokens()[0]?.name === name ? 'accepted' : 'unanswered';
  } catch (error) {
    if (error instanceof WeirError) return 'refused';
    throw error;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** A text in JSON is a text in YAML. */
function quoted(text: string): string {
  return JSON.stringify(text);
}

function ruleFile({
  rule = 'r',
  feature = 'clicks',
  description = 'a rule',
  factor = 'clicks',
  window = '1d',
}): string {
  return `features:
  lead:
    clicks: { count: lead.updated, window: ${window} }
    ${feature === 'clicks' ? 'more' : feature}: { count: lead.updated, window: 2d }
---
rule: ${rule}
version: 1
mode: shadow
for: lead
description: ${description}
owner: growth@example.com
factors:
  f: ${factor}
`;
}

function settings(hosts: string, subscription: string): string {
  return `${SETTINGS}webhooks:\n${hosts}\nsubscriptions:\n  s: ${subscription}\n`;
}
