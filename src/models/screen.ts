/** The screen of clicks: tells robots, repetitions and bursts from the others, as they arrive. */

import { HOUR, type Millis } from '../core/units.ts';
import { type KeptClicks, keptClicksOf, keptClicksText } from './kept-clicks.ts';

/** Why a click does not count. */
export type Fraud = 'bot' | 'duplicate' | 'burst';

export interface ScreenOptions {
  /** The same visitor again within this time is a repetition. */
  readonly duplicate: Millis;
  /** More clicks than this from one network within `within` are a burst. */
  readonly burst: number;
  readonly within: Millis;
}

/** What is known of one click. */
export interface Click {
  readonly time: Millis;
  readonly bot: boolean;
  /** Hash of its click id. */
  readonly click: number | undefined;
  /** Hash of its visitor. */
  readonly visitor: number | undefined;
  /** The network it came from. */
  readonly network: string | undefined;
}

export interface ScreenState {
  /** How many did not count. */
  flagged: number;
  /** [hash, newest time, …] of click ids and visitors, the last to come last. */
  clicks: number[];
  visitors: number[];
  /** The newest interval of `within`, and how many clicks of each network it has. */
  interval: number;
  networks: [network: string, count: number][];
  /** The last ones by their id, where they can be flagged afterwards. */
  kept: KeptClicks;
}

/** The same click id again within this time is a repetition. */
const SAME_CLICK: Millis = HOUR;
const MOST_REMEMBERED = 128;
/** What is older than a click by this and by what would be a repetition is forgotten: only what is later still may repeat it. */
const LATEST: Millis = HOUR;
const MOST_NETWORKS = 64;

/**
 * A click is a bot's when its agent says so; a duplicate when its id came within an hour, or its visitor within
 * `duplicate`, of this time; part of a burst when its network has had more than `burst` clicks in the same interval of
 * `within`. The first reason that holds counts. It judges in the order of arrival and takes nothing back by itself.
 * Memory: at most 128 click ids of two hours, 128 visitors of little more than one, 64 networks. Cost: O(128).
 */
export function screen(state: ScreenState, click: Click, options: ScreenOptions): Fraud | undefined {
  const repeated = remembers(state.clicks, click.click, click.time, SAME_CLICK);
  const returned = remembers(state.visitors, click.visitor, click.time, options.duplicate);
  const many = countOf(state, click, options.within) > options.burst;
  const fraud = click.bot ? 'bot' : repeated || returned ? 'duplicate' : many ? 'burst' : undefined;
  if (fraud !== undefined) state.flagged += 1;
  return fraud;
}

export function emptyScreen(): ScreenState {
  return { flagged: 0, clicks: [], visitors: [], interval: Number.NEGATIVE_INFINITY, networks: [], kept: [] };
}

/** Whether the hash came within `span` of the time; it is the newest afterwards. */
function remembers(known: number[], hash: number | undefined, time: Millis, span: Millis): boolean {
  if (hash === undefined) return false;
  const oldest = time - span - LATEST;
  let newest = time;
  let found = false;
  let kept = 0;
  for (let at = 0; at < known.length; at += 2) {
    const [other, last] = [known[at], known[at + 1]] as [number, Millis];
    if (other === hash) {
      found = Math.abs(time - last) <= span;
      newest = Math.max(last, time);
    } else if (last >= oldest) {
      known[kept] = other;
      known[kept + 1] = last;
      kept += 2;
    }
  }
  known.length = kept;
  known.push(hash, newest);
  if (known.length > 2 * MOST_REMEMBERED) known.splice(0, 2);
  return found;
}

/** Clicks of the network in the newest interval, this one included; 0 for an older interval. */
function countOf(state: ScreenState, { time, network }: Click, within: Millis): number {
  if (network === undefined) return 0;
  const interval = Math.floor(time / within);
  if (interval < state.interval) return 0;
  if (interval > state.interval) {
    state.interval = interval;
    state.networks = [];
  }
  const known = state.networks.find(([name]) => name === network);
  if (known) {
    known[1] += 1;
    return known[1];
  }
  if (state.networks.length < MOST_NETWORKS) state.networks.push([network, 1]);
  return 1;
}

/** JSON value for the record; 0 for a screen that has seen nothing. */
export function encodeScreen(state: ScreenState): unknown {
  const { flagged, clicks, visitors, interval, networks, kept } = state;
  if (flagged === 0 && clicks.length + visitors.length + networks.length + kept.length === 0) return 0;
  const judged = [flagged, clicks, visitors, Number.isFinite(interval) ? interval : null, networks];
  return kept.length === 0 ? judged : [...judged, keptClicksText(kept)];
}

export function decodeScreen(stored: unknown): ScreenState {
  if (!Array.isArray(stored)) return emptyScreen();
  const [flagged, clicks, visitors, interval, networks, kept = ''] = stored;
  const newest = interval ?? Number.NEGATIVE_INFINITY;
  return { flagged, clicks, visitors, interval: newest, networks, kept: keptClicksOf(kept) };
}
