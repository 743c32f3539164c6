/** A regular expression whose matching takes time linear in the text: it follows all possibilities at once, never back. */

import { LINE_ENDS, WORD } from './character-set.ts';
import { compileProgram, type Program } from './program.ts';
import type { Assertion } from './syntax.ts';

/** Who pays for the work. */
export interface Payer {
  spend(steps: number): void;
}

export interface Match {
  readonly text: string;
  readonly start: number;
  readonly end: number;
  /** What each group took; undefined: nothing. */
  readonly groups: readonly (string | undefined)[];
}

/** A place in the program, and the positions noted on the way there. */
interface Thread {
  readonly at: number;
  readonly notes: readonly number[];
}

const NOWHERE = -1;
/** Larger programs are for those who know what they do. */
const MOST_INSTRUCTIONS = 2000;
/** Threads moved for one step of the budget. */
const MOVES_PER_STEP = 1;

export class Pattern {
  readonly source: string;
  private readonly program: Program;
  /**
   * Round in which a state was last visited: it need not be twice at one position. What can still happen depends on
   * the instruction and on which of the loops around it have taken something yet.
   */
  private readonly visited: Int32Array;
  private round = 0;

  /** Throws a PatternProblem. */
  constructor(source: string, flags = '', largest = MOST_INSTRUCTIONS) {
    this.source = source;
    this.program = compileProgram(source, flags, largest);
    this.visited = new Int32Array(this.program.instructions.length << this.program.loops);
  }

  /** The first match at or behind `from`, the same one that JavaScript would find. */
  match(text: string, from: number, payer?: Payer): Match | undefined {
    const { instructions, groups, registers } = this.program;
    const fresh: readonly number[] = new Array(registers).fill(NOWHERE);
    let found: readonly number[] | undefined;
    let threads: Thread[] = [];
    let moved = 0;
    for (let position = from; position <= text.length; position++) {
      this.nextRound();
      const here: Thread[] = [];
      let work = 0;
      for (const { at, notes } of threads) work += this.follow(at, notes, position, text, here);
      if (found === undefined) work += this.follow(0, fresh, position, text, here);
      moved += work + 1;
      if (moved >= MOVES_PER_STEP) {
        payer?.spend(Math.floor(moved / MOVES_PER_STEP));
        moved %= MOVES_PER_STEP;
      }
      const unit = position < text.length ? text.charCodeAt(position) : NOWHERE;
      threads = [];
      for (const { at, notes } of here) {
        const instruction = instructions[at];
        if (instruction?.op === 'match') {
          // Everything behind it is less preferred.
          found = notes;
          break;
        }
        if (instruction?.op === 'unit' && unit >= 0 && instruction.set.has(unit))
          threads.push({ at: at + 1, notes });
      }
      if (threads.length === 0 && found !== undefined) break;
    }
    return found === undefined ? undefined : matchOf(text, found, groups);
  }

  private stateOf(at: number, notes: readonly number[], position: number): number {
    const { loops, registers } = this.program;
    let state = at;
    for (let register = registers - loops; register < registers; register++)
      state = 2 * state + (notes[register] === position ? 1 : 0);
    return state;
  }

  private nextRound(): void {
    this.round += 1;
    if (this.round < 0x7fffffff) return;
    this.visited.fill(0);
    this.round = 1;
  }

  /** Adds the places that can be reached without reading on, the preferred ones first; tells how many it visited. */
  private follow(
    start: number,
    noted: readonly number[],
    position: number,
    text: string,
    here: Thread[],
  ): number {
    const { instructions, lines } = this.program;
    const pending: Thread[] = [{ at: start, notes: noted }];
    let work = 0;
    for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
      let { at, notes } = next;
      while (at >= 0) {
        const state = this.stateOf(at, notes, position);
        if (this.visited[state] === this.round) break;
        this.visited[state] = this.round;
        work += 1;
        const instruction = instructions[at];
        if (instruction === undefined) break;
        if (instruction.op === 'unit' || instruction.op === 'match') {
          here.push({ at, notes });
          break;
        }
        at += 1;
        if (instruction.op === 'jump') at = instruction.to;
        else if (instruction.op === 'split') {
          pending.push({ at: instruction.second, notes });
          at = instruction.first;
        } else if (instruction.op === 'save') notes = notes.with(instruction.register, position);
        else if (instruction.op === 'forget') notes = forgotten(notes, instruction.first, instruction.behind);
        else if (instruction.op === 'progress') {
          if (notes[instruction.register] === position) at = NOWHERE;
        } else if (!holds(instruction.what, text, position, lines)) at = NOWHERE;
      }
    }
    return work;
  }
}

function forgotten(notes: readonly number[], first: number, behind: number): readonly number[] {
  return notes.slice().fill(NOWHERE, 2 * first, 2 * behind);
}

function holds(what: Assertion, text: string, position: number, lines: boolean): boolean {
  switch (what) {
    case 'start':
      return position === 0 || (lines && isIn(LINE_ENDS, text.charCodeAt(position - 1)));
    case 'end':
      return position === text.length || (lines && isIn(LINE_ENDS, text.charCodeAt(position)));
    case 'border':
    case 'inside': {
      const before = position > 0 && isIn(WORD, text.charCodeAt(position - 1));
      const behind = position < text.length && isIn(WORD, text.charCodeAt(position));
      return (before !== behind) === (what === 'border');
    }
  }
}

function isIn(ranges: typeof WORD, unit: number): boolean {
  for (const [first, last] of ranges) if (unit >= first && unit <= last) return true;
  return false;
}

function matchOf(text: string, notes: readonly number[], count: number): Match {
  const start = notes[0] as number;
  const end = notes[1] as number;
  const groups: (string | undefined)[] = [];
  for (let group = 1; group <= count; group++) {
    const last = notes[2 * group + 1] as number;
    groups.push(last === NOWHERE ? undefined : text.slice(notes[2 * group], last));
  }
  return { text: text.slice(start, end), start, end, groups };
}
