/** Two texts line by line: which lines went and which came, with some of those around them. */

export interface ChangedLine {
  /** ` ` in both, `-` in the old one alone, `+` in the new one alone. */
  readonly sign: ' ' | '-' | '+';
  readonly text: string;
}

/** Lines that follow each other. */
export interface Hunk {
  /** Of its first line, counted from 1, in the old text and in the new one. */
  readonly old: number;
  readonly new: number;
  readonly lines: readonly ChangedLine[];
}

/** Of longer stretches all old lines are told as gone and all new ones as come: the table would be too large. */
const MOST_CELLS = 4_000_000;

/**
 * By a longest common subsequence (Wagner and Fischer 1974), after what both begin and end with is set aside.
 * @param around how many unchanged lines are told before and after each change
 */
export function lineChanges(old: string, next: string, around = 3): Hunk[] {
  const [a, b] = [old.split('\n'), next.split('\n')];
  let begin = 0;
  while (begin < a.length && begin < b.length && a[begin] === b[begin]) begin++;
  let end = 0;
  while (end < a.length - begin && end < b.length - begin && a.at(-1 - end) === b.at(-1 - end)) end++;
  const same = (texts: readonly string[]) => texts.map((text): ChangedLine => ({ sign: ' ', text }));
  const middle = changed(a.slice(begin, a.length - end), b.slice(begin, b.length - end));
  return hunks([...same(a.slice(0, begin)), ...middle, ...same(a.slice(a.length - end))], around);
}

function changed(a: readonly string[], b: readonly string[]): ChangedLine[] {
  const went = (text: string): ChangedLine => ({ sign: '-', text });
  const came = (text: string): ChangedLine => ({ sign: '+', text });
  if (a.length * b.length > MOST_CELLS) return [...a.map(went), ...b.map(came)];
  const width = b.length + 1;
  // how many lines the rest of both has in common, from each place on
  const common = new Uint32Array((a.length + 1) * width);
  for (let i = a.length - 1; i >= 0; i--)
    for (let j = b.length - 1; j >= 0; j--) {
      const [down, right] = [common[(i + 1) * width + j] ?? 0, common[i * width + j + 1] ?? 0];
      common[i * width + j] =
        a[i] === b[j] ? 1 + (common[(i + 1) * width + j + 1] ?? 0) : Math.max(down, right);
    }
  const lines: ChangedLine[] = [];
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    const [old, next] = [a[i], b[j]];
    if (old !== undefined && old === next) {
      lines.push({ sign: ' ', text: old });
      i++;
      j++;
    } else if (
      old !== undefined &&
      (next === undefined || (common[(i + 1) * width + j] ?? 0) >= (common[i * width + j + 1] ?? 0))
    ) {
      lines.push(went(old));
      i++;
    } else {
      lines.push(came(next as string));
      j++;
    }
  }
  return lines;
}

function hunks(lines: readonly ChangedLine[], around: number): Hunk[] {
  const found: { old: number; new: number; lines: ChangedLine[] }[] = [];
  const near = lines.map(() => false);
  for (const [i, { sign }] of lines.entries())
    if (sign !== ' ') near.fill(true, Math.max(0, i - around), Math.min(lines.length, i + around + 1));
  let [old, next, open] = [1, 1, false];
  for (const [i, line] of lines.entries()) {
    if (near[i] && !open) found.push({ old, new: next, lines: [] });
    open = near[i] as boolean;
    if (open) found.at(-1)?.lines.push(line);
    if (line.sign !== '+') old++;
    if (line.sign !== '-') next++;
  }
  return found;
}
