/** A reporter for node's test runner that writes which lines of which files ran, as one JSON line, and adds such lines up. */

import { readdirSync, readFileSync } from 'node:fs';
import { join, sep } from 'node:path';

// biome-ignore lint/style/noDefaultExport: node:test takes a reporter from the default export
export default async function* coverage(source) {
  for await (const { type, data } of source) {
    if (type !== 'test:coverage') continue;
    const files = data.summary.files.map(({ path, lines }) => [path, lines.map(({ count }) => count > 0)]);
    yield `${JSON.stringify(files)}\n`;
  }
}

/**
 * @param reports what the reporter wrote in each run
 * @param {string} folder whose `.ts` files count, those that no test loaded too
 * @returns {{ lines: number, ran: number, files: { path: string, lines: number, ran: number }[] }} worst file first
 */
export function together(reports, folder) {
  const seen = new Map();
  for (const [path, lines] of reports.flat()) {
    const kept = seen.get(path);
    seen.set(path, kept ? kept.map((ran, i) => ran || lines[i]) : lines);
  }
  const files = readdirSync(folder, { recursive: true })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => {
      const path = join(folder, file);
      const lines =
        seen.get(path) ??
        readFileSync(path, 'utf8')
          .trimEnd()
          .split('\n')
          .map(() => false);
      return { path: file.split(sep).join('/'), lines: lines.length, ran: lines.filter(Boolean).length };
    })
    .sort((a, b) => b.lines - b.ran - (a.lines - a.ran));
  const sum = (key) => files.reduce((total, file) => total + file[key], 0);
  return { lines: sum('lines'), ran: sum('ran'), files };
}
