/** The words of refusals: what was wrong with an entry or an event, in one sentence with the value. */

import { didYouMean } from '../core/did-you-mean.ts';
import { ID_RULE } from '../core/id.ts';
import { INSTANT_RULE } from '../core/instant.ts';
import { shown } from '../core/shown.ts';
import type { EventCatalogue } from '../rules/event-catalogue.ts';
import type { Fields, Trouble } from './normalise.ts';
import { DEEPEST_NESTING, isForbiddenKey, isTooLong, LONGEST_TEXT_BYTES } from './payload-hash.ts';

export const LONGEST_EVENT_BYTES = 64 * 1024;

export const TOO_LARGE: Trouble = {
  reason: 'too_large',
  problem: `an event has at most ${LONGEST_EVENT_BYTES} bytes`,
};

/** The parser's own sentence without the piece of source it quotes, which may be personal. */
export function badJson(error: Error): Trouble {
  const { message } = error;
  const token = /^Unexpected token '(.)'/su.exec(message)?.[1];
  const placed =
    /^(.*?) in JSON at position (\d+)/s.exec(message) ?? /^(.*?) at position (\d+)/s.exec(message);
  if (token !== undefined) return { reason: 'bad_json', problem: `not JSON: unexpected ${shown(token)}` };
  if (!placed) return { reason: 'bad_json', problem: 'not JSON: the text ends too early' };
  const [, what, position] = placed as unknown as [string, string, string];
  const words = what.charAt(0).toLowerCase() + what.slice(1);
  return { reason: 'bad_json', problem: `not JSON: ${words}, at character ${Number(position) + 1}` };
}

export function notAnEvent(problem: string): Trouble {
  return { reason: 'not_an_event', problem };
}

export function badId(field: string, value: unknown): Trouble {
  return { reason: 'bad_id', problem: `${field} must be ${ID_RULE}, is ${shown(value)}` };
}

export function badTime(value: unknown): Trouble {
  const hint = typeof value === 'number' && value > 9e8 && value < 5e9 ? '; these look like seconds' : '';
  return { reason: 'bad_time', problem: `time must be ${INSTANT_RULE}, is ${shown(value)}${hint}` };
}

export function inFuture(value: unknown): Trouble {
  return {
    reason: 'future_time',
    problem: `time is more than 5 minutes ahead of the event's arrival: ${shown(value)}`,
  };
}

export function unknownType(type: string, catalogue: EventCatalogue): Trouble {
  if (type === 'tick' || /^(?:rules|decision|shared|learned|history)\./.test(type))
    return { reason: 'reserved_type', problem: `type ${shown(type)} is the processor's own` };
  const near = nearestType(type, catalogue);
  const hint = near === undefined ? '; declare it in config/events/' : `; did you mean ${near}?`;
  return { reason: 'unknown_type', problem: `unknown type ${shown(type)}${hint}` };
}

const MOST_REMEMBERED = 256;
const LONGEST_GUESS = 60;
const remembered = new WeakMap<EventCatalogue, Map<string, string | undefined>>();

/** Producers repeat their mistakes, and looking for the nearest name costs as much as ten events. */
function nearestType(type: string, catalogue: EventCatalogue): string | undefined {
  if (type.length > LONGEST_GUESS) return undefined;
  let answers = remembered.get(catalogue);
  if (answers === undefined || answers.size >= MOST_REMEMBERED) {
    answers = new Map();
    remembered.set(catalogue, answers);
  }
  if (!answers.has(type))
    answers.set(
      type,
      didYouMean(
        type,
        catalogue.types.map((known) => known.name),
      ),
    );
  return answers.get(type);
}

/** Which of the things that may not be in an event's fields is there, and where. */
export function findTrouble(fields: Fields): Trouble | undefined {
  return troubleIn(fields, '', 1);
}

function troubleIn(value: unknown, path: string, depth: number): Trouble | undefined {
  if (typeof value === 'string' && isTooLong(value))
    return { reason: 'too_large', problem: `${path} has more than ${LONGEST_TEXT_BYTES} bytes` };
  if (typeof value !== 'object' || value === null) return undefined;
  if (depth > DEEPEST_NESTING)
    return { reason: 'too_large', problem: `nested deeper than ${DEEPEST_NESTING} levels` };
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i++) {
      const found = troubleIn(value[i], `${path}[${i}]`, depth + 1);
      if (found) return found;
    }
    return undefined;
  }
  for (const key of Object.keys(value)) {
    if (isForbiddenKey(key))
      return {
        reason: 'forbidden_key',
        problem: `the key ${key} is not allowed${path && ` in ${path.slice(0, 200)}`}`,
      };
    const found = troubleIn((value as Fields)[key], path ? `${path}.${key}` : key, depth + 1);
    if (found) return found;
  }
  return undefined;
}
