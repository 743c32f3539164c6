/** `npm run reference`: writes docs/reference.md anew from the code it describes, and the types of events for producers. */

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readConfig } from '../src/cli/read-config.ts';
import { eventTypesText } from '../src/rules/event-types-text.ts';
import { loadRuleSet } from '../src/rules/load-rule-set.ts';
import { referencePage } from './reference/reference-page.ts';

const root = join(import.meta.dirname, '..');
writeFileSync(join(root, 'docs/reference.md'), await referencePage(root));
process.stdout.write('docs/reference.md is what the code says\n');
const loaded = loadRuleSet(readConfig(join(root, 'config')));
if (!loaded.ok) throw new Error('the shipped rules do not load');
writeFileSync(join(root, 'src/producer/event-data.ts'), eventTypesText(loaded.plan.events.types));
process.stdout.write('src/producer/event-data.ts too\n');
