/** `weir schema`: what producers may send and how weir is asked, as documents for programs. */

import { didYouMean } from '../core/did-you-mean.ts';
import { WeirError } from '../core/errors.ts';
import { openApi } from '../http/openapi.ts';
import { routesOf } from '../http/routes.ts';
import { asyncApi } from '../rules/asyncapi.ts';
import { eventSchema } from '../rules/event-schema.ts';
import { eventTypesText } from '../rules/event-types-text.ts';
import { formatProblems } from '../rules/problem.ts';
import { readArguments } from './arguments.ts';
import { readRuleFiles } from './check-verb.ts';
import type { Verb } from './verb.ts';
import { version } from './version.ts';

export const schemaVerb: Verb = {
  usage: [
    'weir schema [TYPE | asyncapi | openapi | typescript] [--config DIR]',
    '',
    'Without a word it lists the event types. Needs no running weir. typescript gives the types of events for',
    'producers that send with weir/producer.',
    '',
    '  weir schema campaign.click',
    '  weir schema openapi > openapi.json',
    '  weir schema typescript > event-data.ts',
  ].join('\n'),
  run: async (args, env) => {
    const { flags, words } = readArguments(args, {}, { least: 0, most: 1, what: '' });
    const { files, loaded } = readRuleFiles(flags.config ?? env.WEIR_CONFIG ?? 'config');
    if (!loaded.ok) throw new WeirError('config_invalid', formatProblems(loaded.problems, files));
    const { plan } = loaded;
    const [what] = words;
    const { types } = plan.events;
    const names = types.map(({ name }) => name).sort();
    if (what === undefined) {
      process.stdout.write(`${names.join('\n')}\n`);
      return 0;
    }
    const print = (document: object) => {
      process.stdout.write(`${JSON.stringify(document, null, flags.json ? 0 : 2)}\n`);
      return 0;
    };
    if (what === 'openapi') return print(openApi(routesOf(plan), version()));
    if (what === 'asyncapi') return print(asyncApi(types, version()));
    if (what === 'typescript') {
      process.stdout.write(eventTypesText(types));
      return 0;
    }
    const type = plan.events.get(what);
    if (type) return print(eventSchema(type));
    const meant = didYouMean(what, [...names, 'openapi', 'asyncapi', 'typescript']);
    throw new WeirError(
      'wrong_usage',
      `there is no event type "${what}"${meant === undefined ? '' : `; did you mean "${meant}"?`}`,
    );
  },
};
