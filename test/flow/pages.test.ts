/** What the tutorial and the how-to pages tell a reader to save and to type works, and prints what they say. */

import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../document-blocks.ts';
import { testPage } from './page-run.ts';

const howTo = readdirSync(join(root, 'docs/how-to')).map((name) => `docs/how-to/${name}`);

for (const path of ['docs/tutorial.md', ...howTo.sort()]) testPage(path);
