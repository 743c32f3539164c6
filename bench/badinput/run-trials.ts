/** Runs the trials of all surfaces against one weir, and finds out what became of each. */

import type { EventCatalogue } from '../../src/rules/event-catalogue.ts';
import { Random } from '../../test/oracle/random.ts';
import { table } from '../table.ts';
import type { Input } from './corpus.ts';
import { badEvents } from './event-trials.ts';
import { httpSurfaces } from './http-surface.ts';
import { importSurface } from './import-surface.ts';
import { rulesSurface, tokensSurface } from './rules-surface.ts';
import { sampleEvents } from './sample-event.ts';
import { type HistoryRows, Stage } from './stage.ts';
import { streamSurface } from './stream-surface.ts';
import type { Fate, Pending, Trial } from './trial.ts';

const AT_ONCE = 16;
const SHOWN = 20;
const VERDICTS = [
  'accepted',
  'refused',
  'dead',
  'skipped',
  'silent',
  'server_error',
  'crash',
  'laxer',
  'stricter',
] as const;
type Verdict = (typeof VERDICTS)[number];

export type BadInputFigures = {
  readonly inputs: number;
  readonly crashes: number;
  readonly silent: number;
  readonly server_errors: number;
  readonly laxer: number;
  readonly skipped: number;
  readonly stricter: number;
};

interface Placed {
  readonly surface: string;
  readonly trial: Trial;
}

interface Sent extends Placed {
  readonly fate: Fate | 'crash';
}

interface Judged extends Sent {
  readonly verdict: Verdict;
}

/**
 * @param most so many trials, drawn by the seed; the order is drawn too
 * @returns a table for people, the figures, and the trials that went wrong
 */
export async function runTrials(
  inputs: readonly Input[],
  catalogue: EventCatalogue,
  { most, seed }: { readonly most: number; readonly seed: number },
  onProgress: (share: number, done: number) => void,
) {
  const stage = await Stage.open();
  try {
    const run = `bad${seed}`;
    const events = badEvents(inputs, sampleEvents(catalogue), run);
    const surfaces = [
      streamSurface(stage, events),
      ...(await httpSurfaces(stage, events)),
      importSurface(stage, run),
      rulesSurface,
      tokensSurface,
    ];
    const drawn = drawEvenly(
      surfaces.map((surface) => surface.trials(inputs).map((trial) => ({ surface: surface.name, trial }))),
      most,
      new Random(seed),
    );
    const sent = await sendAll(drawn, onProgress);
    const judged = await judge(stage, sent);
    return report(
      judged,
      stage.crashes,
      surfaces.map(({ name }) => name),
    );
  } finally {
    await stage.close();
  }
}

/** Of each surface about as many, in a drawn order; those with few give all they have. */
function drawEvenly(surfaces: readonly (readonly Placed[])[], most: number, random: Random): Placed[] {
  const drawn: Placed[] = [];
  let left = most;
  const byLength = surfaces.toSorted((a, b) => a.length - b.length);
  byLength.forEach((trials, i) => {
    const share = Math.ceil(left / (byLength.length - i));
    const taken = shuffled(trials, random).slice(0, share);
    drawn.push(...taken);
    left -= taken.length;
  });
  return shuffled(drawn, random);
}

function shuffled<Item>(items: readonly Item[], random: Random): Item[] {
  const list = [...items];
  for (let i = list.length - 1; i > 0; i--) {
    const other = random.whole(0, i);
    [list[i], list[other]] = [list[other] as Item, list[i] as Item];
  }
  return list;
}

async function sendAll(drawn: readonly Placed[], onProgress: (share: number, done: number) => void) {
  const sent: Sent[] = [];
  let next = 0;
  const work = async () => {
    for (;;) {
      const one = drawn[next++];
      if (one === undefined) return;
      const fate = await one.trial.send().catch((): 'crash' => 'crash');
      sent.push({ ...one, fate });
      onProgress(sent.length / drawn.length, sent.length);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return sent;
}

async function judge(stage: Stage, sent: readonly Sent[]): Promise<Judged[]> {
  const pending = sent.filter((one): one is Sent & { fate: Pending } => typeof one.fate === 'object');
  let found = new Map<Sent, 'accepted' | 'dead'>();
  await stage.history((rows) => {
    found = findAll(pending, rows);
    return found.size;
  }, pending.length);
  return sent.map((one) => ({ ...one, verdict: verdictOf(one, found.get(one)) }));
}

/** A letter is used up by the trial that finds it: the same bytes sent twice need two. */
function findAll(pending: readonly (Sent & { fate: Pending })[], { events, dead }: HistoryRows) {
  const seen = new Set(events.flatMap(({ source, event_id }) => [source, event_id ?? '']));
  const letters = new Map<string, number>();
  const refused = new Set<string>();
  for (const raw of dead) {
    const text = raw.toString('latin1');
    letters.set(text, (letters.get(text) ?? 0) + 1);
    for (const [marker] of text.matchAll(/bad\d+-i?\d+[fh]?/g)) refused.add(marker);
  }
  const found = new Map<Sent, 'accepted' | 'dead'>();
  for (const one of pending) {
    const { marker, bytes } = one.fate;
    if (marker !== undefined) {
      if (refused.has(marker)) found.set(one, 'dead');
      else if (seen.has(marker)) found.set(one, 'accepted');
      continue;
    }
    const texts = (bytes ?? []).map((part) => part.toString('latin1'));
    if (!texts.every((text) => (letters.get(text) ?? 0) > 0)) continue;
    for (const text of texts) letters.set(text, (letters.get(text) as number) - 1);
    found.set(one, 'dead');
  }
  return found;
}

function verdictOf({ trial, fate }: Sent, found: 'accepted' | 'dead' | undefined): Verdict {
  const seen = typeof fate === 'object' ? (found ?? 'silent') : fate;
  if (seen === 'unanswered') return 'silent';
  const { valid, kind } = trial.input;
  if (seen === 'accepted' && trial.judged && valid === false) return 'laxer';
  // of a format a field may ask for more; a whole event is as the product's own pages say
  return kind === 'event' && valid === true && seen !== 'accepted' && seen !== 'silent' ? 'stricter' : seen;
}

function report(judged: readonly Judged[], crashes: number, surfaces: readonly string[]) {
  const count = (verdict: Verdict, surface?: string) =>
    judged.filter((one) => one.verdict === verdict && (surface ?? one.surface) === one.surface).length;
  const wrong = judged.filter(({ verdict }) =>
    ['silent', 'server_error', 'crash', 'laxer', 'stricter'].includes(verdict),
  );
  const figures: BadInputFigures = {
    inputs: judged.length,
    crashes: crashes + count('crash'),
    silent: count('silent'),
    server_errors: count('server_error'),
    laxer: count('laxer'),
    skipped: count('skipped'),
    stricter: count('stricter'),
  };
  return {
    surfaces: table([
      ['surface', ...VERDICTS],
      ...surfaces.map((surface) => [surface, ...VERDICTS.map((verdict) => String(count(verdict, surface)))]),
    ]),
    figures,
    examples: wrong
      .slice(0, SHOWN)
      .map(({ surface, trial, verdict }) => `${verdict}: ${surface}, ${trial.place}, ${trial.input.name}`),
  };
}
