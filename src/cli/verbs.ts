/** The catalogue of verbs, in the order in which help lists them; each is loaded when it is called. */

import type { VerbEntry } from './verb.ts';

export const verbs: readonly VerbEntry[] = [
  {
    name: 'demo',
    summary: 'a believable day of an agency, then live traffic, with own servers',
    load: async () => (await import('./demo-verb.ts')).demoVerb,
  },
  { name: 'run', summary: 'run the service', load: async () => (await import('./run-verb.ts')).runVerb },
  {
    name: 'check',
    summary: 'check the rule files: every problem, with its place',
    load: async () => (await import('./check-verb.ts')).checkVerb,
  },
  {
    name: 'test',
    summary: 'run the tests in the rule files',
    load: async () => (await import('./test-verb.ts')).testVerb,
  },
  {
    name: 'diff',
    summary: 'the history through old and new rules: what would be decided otherwise',
    load: async () => (await import('./diff-verb.ts')).diffVerb,
  },
  {
    name: 'apply',
    summary: 'put the rules into force everywhere, or those of before again',
    load: async () => (await import('./apply-verb.ts')).applyVerb,
  },
  {
    name: 'explain',
    summary: 'why a result is what it is, and why a rule does not fire',
    load: async () => (await import('./explain-verb.ts')).explainVerb,
  },
  {
    name: 'report',
    summary: 'a report as JSON, now or of a time before',
    load: async () => (await import('./report-verb.ts')).reportVerb,
  },
  {
    name: 'actions',
    summary: 'what rules propose to change; approve, reject and revert it',
    load: async () => (await import('./actions-verb.ts')).actionsVerb,
  },
  {
    name: 'insights',
    summary: 'what actions were said to bring, and what came of it',
    load: async () => (await import('./insights-verb.ts')).insightsVerb,
  },
  {
    name: 'tail',
    summary: 'events and decisions as they happen',
    load: async () => (await import('./tail-verb.ts')).tailVerb,
  },
  {
    name: 'send',
    summary: 'send events to a running weir, checked before they are taken',
    load: async () => (await import('./send-verb.ts')).sendVerb,
  },
  {
    name: 'import',
    summary: 'import events from a CSV or NDJSON file, or from a history',
    load: async () =>
      (await import('./import/import-verb.ts')).importVerb(
        (await import('./import/house-writer.ts')).openImportWriter,
      ),
  },
  {
    name: 'dead',
    summary: 'look at dead letters, send them again or drop them',
    load: async () => (await import('./dead-verb.ts')).deadVerb,
  },
  {
    name: 'erase',
    summary: 'erase a person from state and history',
    load: async () => (await import('./erase-verb.ts')).eraseVerb,
  },
  {
    name: 'token',
    summary: 'make, list and remove tokens for HTTP',
    load: async () => (await import('./token-verb.ts')).tokenVerb,
  },
  {
    name: 'schema',
    summary: 'JSON Schemas of events, AsyncAPI, OpenAPI',
    load: async () => (await import('./schema-verb.ts')).schemaVerb,
  },
  {
    name: 'top',
    summary: 'what a running weir does right now',
    load: async () => (await import('./top-verb.ts')).topVerb,
  },
  {
    name: 'new',
    summary: 'the beginning of a rule, a feature or a test',
    load: async () => (await import('./new-verb.ts')).newVerb,
  },
  {
    name: 'docs',
    summary: 'the rules as pages that anybody reads',
    load: async () => (await import('./docs-verb.ts')).docsVerb,
  },
  {
    name: 'fmt',
    summary: 'rule files in one form',
    load: async () => (await import('./fmt-verb.ts')).fmtVerb,
  },
  {
    name: 'graph',
    summary: 'which events move which rules',
    load: async () => (await import('./graph-verb.ts')).graphVerb,
  },
  {
    name: 'bench',
    summary: 'what this machine does with these rules',
    load: async () => (await import('./bench-verb.ts')).benchVerb,
  },
  {
    name: 'completion',
    summary: 'completion for bash, zsh and fish',
    load: async () => (await import('./completion-verb.ts')).completionVerb(() => verbs),
  },
];
