/** The thread in which rule files are checked: it gets them, and answers what is wrong with them. */

import { parentPort, workerData } from 'node:worker_threads';
import { checkFiles } from '../http/check-files.ts';
import type { RuleFile } from '../rules/load-rule-set.ts';

parentPort?.postMessage(checkFiles(workerData as readonly RuleFile[]));
