/** Which rule sets took the place of which, and whether the files here are others than those in force. */

import Type from 'typebox';
import { MAYBE_TEXT, TIME } from './answer-schemas.ts';
import { iso, noHistory } from './history-answer.ts';
import { LIMIT } from './parameter.ts';
import { route } from './route.ts';
import { filesHere } from './rule-edits.ts';

export const ruleChangesRoute = route({
  method: 'GET',
  path: '/v1/rule-changes',
  tag: 'Rules',
  summary: 'Which rule set took the place of which, newest first',
  permission: 'read',
  query: { limit: LIMIT },
  answers: {
    200: {
      description: 'The changes that the history knows',
      schema: Type.Object({
        hash: Type.String({ description: 'In force' }),
        changes: Type.Array(Type.Object({ hash: Type.String(), previous: Type.String(), at: TIME })),
        files: Type.Union([Type.String(), Type.Null()], {
          description: 'A name for the rule files of this instance where they are not those in force',
        }),
        refused: { ...MAYBE_TEXT, description: 'Why they did not come into force when they were last read' },
      }),
    },
  },
  problems: { 404: ['no-history'] },
  answer: async (c, options, { query }) => {
    if (!options.history) return noHistory(c);
    const changes = await options.history.ruleSetChanges(query.limit);
    return c.json({
      hash: options.plan().hash,
      changes: changes.map(({ at, ...change }) => ({ ...change, at: iso(at) })),
      files: filesHere(options)?.name ?? null,
      refused: options.rulesHere?.().refused ?? null,
    });
  },
});
