/** The catalogue of verbs, in the order in which help lists them. */

import { actionsVerb } from './actions-verb.ts';
import { applyVerb } from './apply-verb.ts';
import { checkVerb } from './check-verb.ts';
import { deadVerb } from './dead-verb.ts';
import { demoVerb } from './demo-verb.ts';
import { diffVerb } from './diff-verb.ts';
import { eraseVerb } from './erase-verb.ts';
import { explainVerb } from './explain-verb.ts';
import { openImportWriter } from './import/house-writer.ts';
import { importVerb } from './import/import-verb.ts';
import { reportVerb } from './report-verb.ts';
import { runVerb } from './run-verb.ts';
import { schemaVerb } from './schema-verb.ts';
import { sendVerb } from './send-verb.ts';
import { tailVerb } from './tail-verb.ts';
import { testVerb } from './test-verb.ts';
import { tokenVerb } from './token-verb.ts';
import type { Verb } from './verb.ts';

export const verbs: readonly Verb[] = [
  demoVerb,
  runVerb,
  checkVerb,
  testVerb,
  diffVerb,
  applyVerb,
  explainVerb,
  reportVerb,
  actionsVerb,
  tailVerb,
  sendVerb,
  importVerb(openImportWriter),
  deadVerb,
  eraseVerb,
  tokenVerb,
  schemaVerb,
];
