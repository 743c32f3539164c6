/** What a decision says about its inputs, and the error of a shape that cannot be evaluated. */

import type { Entity } from '../entity.ts';

/** A shape that cannot give a result from these values; the message names what was wrong and with which value. */
export class ShapeError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'ShapeError';
  }
}

/** A value as reasons show it: what a response learned of the market is long, and tells nobody anything. */
export function shownInput(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(shownInput);
  const rest: Record<string, unknown> = {};
  for (const [name, inner] of Object.entries(value))
    if (name !== 'curve' || typeof inner !== 'object') rest[name] = shownInput(inner);
  return rest;
}

/** Names and current values of slots; absent ones are null, so that they show. */
export function inputsOf(entity: Entity, reads: readonly number[]): Record<string, unknown> {
  const inputs: Record<string, unknown> = {};
  for (const slot of reads)
    inputs[entity.kind.slots[slot] as string] = shownInput(entity.slots[slot]) ?? null;
  return inputs;
}

/** `inputsOf` as JSON text; names of features need no escaping. */
export function inputsText(entity: Entity, reads: readonly number[]): string {
  let text = '{';
  for (const slot of reads) {
    const value = entity.slots[slot];
    const shown =
      value === undefined
        ? 'null'
        : typeof value === 'number'
          ? String(value)
          : JSON.stringify(shownInput(value));
    text += `${text === '{' ? '' : ','}"${entity.kind.slots[slot]}":${shown}`;
  }
  return `${text}}`;
}
