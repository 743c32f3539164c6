/** Fenced blocks of a Markdown document, for tests that hold its examples true. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export const root = join(import.meta.dirname, '..');

export interface Block {
  /** First word behind the fence: sh, json, http … */
  readonly language: string;
  /** The rest of that line. */
  readonly info: string;
  readonly text: string;
  /** Line of the fence, from 1. */
  readonly line: number;
}

export function blocksOf(path: string): Block[] {
  const blocks: Block[] = [];
  let open: { language: string; info: string; line: number; lines: string[] } | undefined;
  readFileSync(join(root, path), 'utf8')
    .split('\n')
    .forEach((text, i) => {
      const fence = /^```(\S*)\s*(.*)$/.exec(text);
      if (open === undefined) {
        if (fence) open = { language: fence[1] as string, info: fence[2] as string, line: i + 1, lines: [] };
      } else if (text === '```') {
        const { lines, ...rest } = open;
        blocks.push({ ...rest, text: lines.join('\n') });
        open = undefined;
      } else open.lines.push(text);
    });
  if (open !== undefined) throw new Error(`${path}:${open.line}: the block is never closed`);
  return blocks;
}

/** The text without fenced blocks and `code`. */
export function proseOf(markdown: string): string {
  return markdown.replace(/^```[\s\S]*?^```$/gm, '').replace(/`[^`\n]*`/g, '');
}
