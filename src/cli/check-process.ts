/** The process behind `checkBeside`: says what is wrong with rule files. */

import { checkFiles } from '../http/check-files.ts';
import { answerParent } from './own-process.ts';

answerParent(checkFiles);
