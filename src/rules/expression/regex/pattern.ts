/** A regular expression whose matching takes time linear in the text: it follows all possibilities at once, never back. */

import { holds } from './assertion.ts';
import { compileProgram, type Instruction, type Program } from './program.ts';

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

/** Positions noted on the way to a place in the program. */
type Notes = readonly number[];

const NOWHERE = -1;
/** Of all patterns of an expression together; larger programs are for those who know what they do. */
export const LARGEST_PROGRAM = 2000;
/** Threads moved for one step of the budget. */
const MOVES_PER_STEP = 2;
/** Positions noted are copied. */
const MOVES_PER_COPY = 1;

/** The places in the program that are reached at one position, the preferred ones first. */
class Threads {
  count = 0;
  readonly places: number[] = [];
  readonly notes: Notes[] = [];

  add(place: number, notes: Notes): void {
    this.places[this.count] = place;
    this.notes[this.count] = notes;
    this.count += 1;
  }
}

export class Pattern {
  readonly source: string;
  private readonly program: Program;
  /**
   * Round in which a state was last visited: it need not be twice at one position. What can still happen depends on
   * the instruction and on which of the loops around it have taken something yet.
   */
  private readonly visited: Int32Array;
  private round = 0;
  /** Where `follow` will go on: emptied before it returns. */
  private readonly pending = new Threads();

  /** Throws a PatternProblem. */
  constructor(source: string, flags = '', largest = LARGEST_PROGRAM) {
    this.source = source;
    this.program = compileProgram(source, flags, largest);
    this.visited = new Int32Array(this.program.instructions.length << this.program.loops);
  }

  /** The first match at or behind `from`, the same one that JavaScript would find. */
  match(text: string, from: number, payer?: Payer): Match | undefined {
    const { instructions, groups, registers } = this.program;
    const fresh: Notes = new Array(registers).fill(NOWHERE);
    let found: Notes | undefined;
    const threads = new Threads();
    const here = new Threads();
    let moved = 0;
    for (let position = from; position <= text.length; position++) {
      this.nextRound();
      here.count = 0;
      let work = 1;
      for (let i = 0; i < threads.count; i++)
        work += this.follow(threads.places[i] as number, threads.notes[i] as Notes, position, text, here);
      if (found === undefined) work += this.follow(0, fresh, position, text, here);
      moved += work;
      if (moved >= MOVES_PER_STEP) {
        payer?.spend(Math.floor(moved / MOVES_PER_STEP));
        moved %= MOVES_PER_STEP;
      }
      const unit = position < text.length ? text.charCodeAt(position) : NOWHERE;
      threads.count = 0;
      for (let i = 0; i < here.count; i++) {
        const place = here.places[i] as number;
        const instruction = instructions[place] as Instruction;
        if (instruction.op === 'match') {
          // Everything behind it is less preferred.
          found = here.notes[i];
          break;
        }
        if (instruction.op === 'unit' && unit >= 0 && instruction.set.has(unit))
          threads.add(place + 1, here.notes[i] as Notes);
      }
      if (threads.count === 0 && found !== undefined) break;
    }
    return found === undefined ? undefined : matchOf(text, found, groups);
  }

  /** How much it took to make. */
  get size(): number {
    return this.program.size;
  }

  private stateOf(at: number, notes: Notes, position: number): number {
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
  private follow(start: number, noted: Notes, position: number, text: string, here: Threads): number {
    const { instructions, lines } = this.program;
    const { pending, visited, round } = this;
    let work = 0;
    let at = start;
    let notes = noted;
    for (;;) {
      const state = this.stateOf(at, notes, position);
      let next = NOWHERE;
      if (visited[state] !== round) {
        visited[state] = round;
        work += 1;
        const instruction = instructions[at] as Instruction;
        switch (instruction.op) {
          case 'unit':
          case 'match':
            here.add(at, notes);
            break;
          case 'jump':
            next = instruction.to;
            break;
          case 'split':
            pending.add(instruction.second, notes);
            next = instruction.first;
            break;
          case 'save':
            notes = withNote(notes, instruction.register, position);
            next = at + 1;
            work += MOVES_PER_COPY;
            break;
          case 'forget':
            notes = notes.slice().fill(NOWHERE, 2 * instruction.first, 2 * instruction.behind);
            next = at + 1;
            work += MOVES_PER_COPY;
            break;
          case 'progress':
            if (notes[instruction.register] !== position) next = at + 1;
            break;
          case 'assert':
            if (holds(instruction.what, text, position, lines)) next = at + 1;
        }
      }
      if (next !== NOWHERE) {
        at = next;
        continue;
      }
      if (pending.count === 0) return work;
      pending.count -= 1;
      at = pending.places[pending.count] as number;
      notes = pending.notes[pending.count] as Notes;
    }
  }
}

function withNote(notes: Notes, register: number, position: number): Notes {
  const noted = notes.slice();
  noted[register] = position;
  return noted;
}

function matchOf(text: string, notes: Notes, count: number): Match {
  const start = notes[0] as number;
  const end = notes[1] as number;
  const groups: (string | undefined)[] = [];
  for (let group = 1; group <= count; group++) {
    const last = notes[2 * group + 1] as number;
    groups.push(last === NOWHERE ? undefined : text.slice(notes[2 * group], last));
  }
  return { text: text.slice(start, end), start, end, groups };
}
