/** POST /v1/rules/check: what `weir check` would say of a rule file, among those in force; nothing is kept. */

import Type from 'typebox';
import type { RuleFile } from '../rules/load-rule-set.ts';
import { checkFiles } from './check-files.ts';
import { flag, text } from './parameter.ts';
import { problem } from './problem.ts';
import { type Route, route } from './route.ts';

const LARGEST_FILE = 512 * 1024;
/** What a new file is called. */
const NEW_FILE = 'new.yaml';

const PROBLEM_PLACE = Type.Object({
  path: Type.String(),
  line: Type.Integer(),
  column: Type.Integer(),
  length: Type.Integer(),
  message: Type.String(),
  hint: Type.Optional(Type.String()),
  severity: Type.Enum(['error', 'warning']),
});

export const checkRulesRoute: Route = route({
  method: 'POST',
  path: '/v1/rules/check',
  tag: 'Rules',
  summary: 'What is wrong with a rule file; nothing is kept',
  permission: 'operate',
  body: {
    description: 'The text of one YAML file',
    types: ['application/yaml', 'text/yaml', 'application/x-yaml', 'text/x-yaml', 'text/plain'],
    most: LARGEST_FILE,
    required: true,
  },
  query: {
    file: text('The file in force whose place it takes; else the one with its rule or report, or none'),
    alone: flag('It is the whole rule set'),
  },
  answers: {
    200: {
      description: 'The problems that `weir check` finds in the set with it',
      schema: Type.Object({
        ok: Type.Boolean(),
        file: Type.String({ description: 'What it was taken for' }),
        replaces: Type.Boolean({ description: 'Whether there is such a file in force' }),
        hash: Type.Optional(Type.String({ description: 'Of the set that it would make' })),
        problems: Type.Array(PROBLEM_PLACE),
        warnings: Type.Array(PROBLEM_PLACE),
        text: Type.String({ description: 'As `weir check` prints it' }),
      }),
    },
  },
  problems: { 400: ['bad-body'] },
  answer: async (c, options, { bytes, query: { file, alone = false } }) => {
    const yaml = decoded(bytes);
    if (yaml === undefined)
      return problem(c, {
        slug: 'bad-body',
        status: 400,
        title: 'The body does not fit',
        errors: [{ pointer: '', detail: 'the body must be the text of a YAML file, in UTF-8' }],
      });
    const inForce = alone ? [] : (options.ruleFiles?.() ?? []);
    const path = placeOf(yaml, file, inForce);
    const others = inForce.filter((other) => other.path !== path);
    const files = [...others, { path, text: yaml }].sort((a, b) => (a.path < b.path ? -1 : 1));
    const found = await (options.checkFiles ?? checkFiles)(files);
    return c.json({ ...found, file: path, replaces: others.length < inForce.length });
  },
});

function decoded(bytes: Uint8Array): string | undefined {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return text.trim() === '' ? undefined : text;
  } catch {
    return undefined;
  }
}

/** A path by its end is enough; without one, the file with the first rule or report that this one has too. */
function placeOf(yaml: string, named: string | undefined, inForce: readonly RuleFile[]): string {
  if (named !== undefined)
    return (
      inForce.find(({ path }) => path === named || path.endsWith(`/${named.replace(/^\.?\//, '')}`))?.path ??
      named
    );
  const own = headsOf(yaml);
  return (
    inForce.find(({ text: other }) => headsOf(other).some((head) => own.includes(head)))?.path ?? NEW_FILE
  );
}

function headsOf(yaml: string): string[] {
  return [...yaml.matchAll(/^(?:rule|report|event): *(\S+) *$/gm)].map(([head]) =>
    head.replace(/ +/g, ' ').trim(),
  );
}
