/** The limits of a share-out as bounds of hours, cells and groups, and what is wrong where they contradict each other. */

import type { Cell, Cents, Task } from './share-out.ts';
import type { Limited, Slots } from './slots.ts';

/** Of the total; a channel in alarm or paused keeps this, so that its recovery is seen. */
const PROBE = 0.01;
/** Of the total; what a channel gets at most while nothing is known of it and something of others. */
const UNKNOWN = 0.05;
/** Of an equal share of an hour: what an hour may change by at least, so that nothing is stuck at zero. */
const LEAST_CHANGE = 0.1;

/** Limits that cannot be met together; the message names them. Amounts in currency units. */
export class LimitsError extends Error {
  override name = 'LimitsError';
}

/**
 * Sets the bounds of the hours in `slots` and returns those of everything above them. Limits on amounts hold or throw;
 * how fast an hour may change gives way to them.
 * @throws LimitsError
 */
export function boundsOf(task: Task, slots: Slots): Limited {
  const known = task.cells.some(({ curve }) => curve !== undefined);
  const cells = task.cells.map((cell, c) => limitedCell(task, cell, c, known));
  const root = rootOf(task, cells);
  checkAgainst(root.least, root.most, task, cells);
  cells.forEach((cell, c) => {
    limitHours(task, task.cells[c] as Cell, slots, cell);
  });
  easeHours(slots, cells, task.total);
  return root;
}

function limitedCell(task: Task, cell: Cell, c: number, known: boolean): Limited {
  const { total, hours, cells } = task;
  const probe = Math.round((task.probe ?? PROBE) * total);
  let least = Math.ceil((cell.least ?? 0) - 1e-6);
  let most = Math.floor(Math.min(cell.most ?? total, total) + 1e-6);
  if (cell.paused) least = most = Math.min(probe, most);
  else if (cell.least !== undefined && least > (cell.most ?? total))
    throw new LimitsError(
      `limits of ${cell.name} cannot be met: at least ${shown(least)}, at most ${shown(cell.most ?? total)}`,
    );
  else if (cell.curve === undefined && known)
    least = most = Math.max(least, Math.min(most, Math.round(Math.min(UNKNOWN, 1 / cells.length) * total)));
  else if (cell.alarm === 'low') least = Math.max(least, Math.min(most, probe));
  return { least, most, from: c * hours.length, to: (c + 1) * hours.length };
}

/** Cells of a group stand together under its limits; the others stand by themselves. */
function rootOf(task: Task, cells: readonly Limited[]): Limited {
  const whole = { least: 0, most: task.total, from: 0, to: 0 };
  const names = [...new Set(task.cells.map(({ group }) => group))];
  if (names.every((name) => name === undefined || task.groups?.[name] === undefined))
    return bounded(whole, cells, 'all');
  const parts = names.flatMap((name) => {
    const members = cells.filter((_, c) => task.cells[c]?.group === name);
    const limits = name === undefined ? undefined : task.groups?.[name];
    if (limits === undefined) return members;
    const least = Math.ceil((limits.least ?? 0) - 1e-6);
    const most = Math.floor(Math.min(limits.most ?? task.total, task.total) + 1e-6);
    return [bounded({ least, most, from: 0, to: 0 }, members, `group ${name}`)];
  });
  return bounded(whole, parts, 'all');
}

/** A node over its parts: its bounds are no wider than what the parts allow together. */
function bounded(node: Limited, parts: readonly Limited[], name: string): Limited {
  const least = parts.reduce((sum, part) => sum + part.least, 0);
  const most = parts.reduce((sum, part) => sum + part.most, 0);
  if (name !== 'all' && (least > node.most || most < node.least || node.least > node.most))
    throw new LimitsError(
      `limits of ${name} cannot be met: at least ${shown(node.least)} and at most ${shown(node.most)}, ` +
        `its cells at least ${shown(least)} and at most ${shown(most)} together`,
    );
  return { ...node, least: Math.max(least, node.least), most: Math.min(most, node.most), parts };
}

function checkAgainst(least: Cents, most: Cents, task: Task, cells: readonly Limited[]): void {
  const { total } = task;
  const named = (bound: 'least' | 'most') =>
    task.cells
      .map(({ name }, c) => ({ name, cents: (cells[c] as Limited)[bound] }))
      .sort((a, b) => (bound === 'least' ? b.cents - a.cents : a.cents - b.cents))
      .slice(0, 5)
      .map(({ name, cents }) => `${name} ${shown(cents)}`)
      .join(', ');
  if (least > total)
    throw new LimitsError(
      `limits cannot be met together: the least amounts add up to ${shown(least)}, the total is ${shown(total)} (${named('least')})`,
    );
  // what paused channels leave is a reserve; otherwise limits that leave money over contradict the total
  if (most < total && !task.cells.some(({ paused }) => paused))
    throw new LimitsError(
      `limits cannot be met together: the most that is allowed adds up to ${shown(most)}, the total is ${shown(total)} (${named('most')})`,
    );
}

/** How fast an hour may change against the one before, and room for what the cell must get. */
function limitHours(task: Task, cell: Cell, slots: Slots, { least, from, to }: Limited): void {
  const { previous, maxChange } = cell;
  if (previous !== undefined && maxChange !== undefined && !cell.paused) {
    const step = (LEAST_CHANGE * task.total) / (task.cells.length * task.hours.length);
    let [low, high] = [previous, previous];
    for (let i = from; i < to; i += 1) {
      const part = task.hours[i - from]?.part ?? 1;
      low = Math.max(0, low - Math.max(step, low * maxChange));
      high += Math.max(step, high * maxChange);
      slots.least[i] = Math.min(low * part, slots.most[i] as number);
      slots.most[i] = Math.min(high * part, slots.most[i] as number);
    }
  }
  if (cell.alarm === 'low' && !cell.paused) keepProbing(task, slots, from, to);
  let room = 0;
  for (let i = from; i < to; i += 1) room += slots.most[i] as number;
  if (room >= least) return;
  let scale = 0;
  for (let i = from; i < to; i += 1) scale += slots.scale[i] as number;
  for (let i = from; i < to; i += 1)
    slots.most[i] = (slots.most[i] as number) + ((least - room) * (slots.scale[i] as number)) / scale;
}

/** The probe is spent in every hour: planned for later hours only, it would be put off for ever. */
function keepProbing(task: Task, slots: Slots, from: number, to: number): void {
  const hour = ((task.probe ?? PROBE) * task.total) / task.hours.length;
  for (let i = from; i < to; i += 1) {
    const part = task.hours[i - from]?.part ?? 1;
    slots.least[i] = Math.min(slots.most[i] as number, Math.max(slots.least[i] as number, hour * part));
  }
}

/** Where the hours' least amounts do not fit into a cell or the total, all of them give way in proportion. */
function easeHours(slots: Slots, cells: readonly Limited[], total: Cents): void {
  let must = 0;
  let wish = 0;
  for (const { least, most, from, to } of cells) {
    let sum = 0;
    for (let i = from; i < to; i += 1) sum += slots.least[i] as number;
    const ratio = sum > most ? most / sum : 1;
    for (let i = from; i < to && ratio < 1; i += 1) slots.least[i] = (slots.least[i] as number) * ratio;
    must += least;
    wish += Math.max(least, Math.min(sum, most)) - least;
  }
  if (must + wish <= total) return;
  const ratio = Math.max(0, (total - must) / wish);
  for (let i = 0; i < slots.least.length; i += 1) slots.least[i] = (slots.least[i] as number) * ratio;
}

function shown(cents: Cents): string {
  return (cents / 100).toFixed(2);
}
