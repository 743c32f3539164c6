/** `npm run reference`: writes docs/reference.md anew from the code it describes. */

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { referencePage } from './reference/reference-page.ts';

const root = join(import.meta.dirname, '..');
writeFileSync(join(root, 'docs/reference.md'), await referencePage(root));
process.stdout.write('docs/reference.md is what the code says\n');
