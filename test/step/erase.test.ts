/** Erasure: after it everything current is as if the person's earlier events had never come; numbers of events stay. */

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { partitionOf } from '../../src/core/partition.ts';
import { decode } from '../../src/step/decode.ts';
import { PartitionState } from '../../src/step/partition-state.ts';
import { step } from '../../src/step/step.ts';
import { DRAWN_SEED } from '../drawn-seed.ts';
import { Random } from '../oracle/random.ts';
import { planOf, SharedHouse } from './shared-house.ts';

const HOUR = 3_600_000;
const START = Date.UTC(2026, 0, 5);
const SOURCES = ['linkedin', 'facebook', 'organic'];

const plan = planOf([
  `
timezone: UTC
partitions: 3
entities:
  lead:   { key: lead_id }
  source: { key: source, shared: true }
  all:    { shared: true }
`,
  `
features:
  lead:
    source:   { last: source, on: [lead.created, lead.updated] }
    base:     { last: base_score, on: lead.created, default: 0 }
    opens:    { count: content.opened }
    opens_1d: { count: content.opened, window: 1d }
    contents: { distinct: content_id, on: content.opened }
  source:
    leads:      { count: lead }
    avg_score:  { avg: score, of: lead }
    opens_1d:   { sum: opens_1d, of: lead }
    created_9d: { count: lead.created, window: 9d }
  all:
    leads:    { count: lead }
    classes:  { tally: score.class, of: lead }
    sources:  { rows: [source, leads, avg_score], of: source, where: leads > 0 }
    opened:   { count: content.opened }
    moves:    { count: decision.score }
    readers:  { distinct: lead_id, on: content.opened }
    newest:   { latest: [lead_id, content_id], on: content.opened, keep: 300 }
    told:     { latest: [lead_id, new], on: decision.score, keep: 300 }
`,
  `
rule: score
description: d
owner: o
version: 1
for: lead
factors: { base: base, opens: 2 * opens_1d }
classes: [{ class: high, from: 20 }, { class: low }]
`,
]);

/** Made of the entities that belong there, and so without those who were erased. */
const OF_ENTITIES = ['leads', 'avg_score', 'opens_1d', 'classes', 'sources'];
/** Made of events and decisions: how many there were stays true. */
const OF_EVENTS = ['created_9d', 'opened', 'moves'];
const LISTS = ['readers', 'newest', 'told'];

interface Told {
  readonly id: string;
  readonly type: string;
  readonly time: number;
  readonly data: { readonly lead_id: string };
}

/** Events of a few leads, some of whom are erased, some of them twice, and come back or are heard of again late. */
function story(random: Random): Told[] {
  const told: Told[] = [];
  const known = new Set<string>();
  let time = START;
  const tell = (type: string, lead_id: string, data: object = {}, at = time) =>
    told.push({ id: `e${told.length}`, type, time: at, data: { lead_id, ...data } });
  for (let i = 0; i < 160; i++) {
    time += random.whole(1, HOUR);
    const lead_id = `lead-${random.whole(1, 12)}`;
    const what = random.whole(0, 19);
    if (what === 0) {
      tell('lead.erased', lead_id, { requested_by: 'office' }, random.chance(0.5) ? time : time - 5 * HOUR);
      known.delete(lead_id);
    } else if (!known.has(lead_id) || what === 1) {
      known.add(lead_id);
      tell('lead.created', lead_id, { source: random.pick(SOURCES), base_score: random.whole(0, 25) });
    } else if (what === 2)
      tell('lead.updated', lead_id, { source: random.pick(SOURCES), email: 'a@example.com' });
    else if (what === 3) {
      // late, or sent again by a producer that forgot the id
      const old = random.pick(told);
      if (old.type !== 'lead.erased') told.push(random.chance(0.5) ? old : { ...old, id: `again-${i}` });
    } else tell('content.opened', lead_id, { content_id: `c${i % 9}` });
  }
  return told;
}

/** The same log in which everything before an erasure, and everything late after it, only lets time pass. */
function withoutErased(told: readonly Told[]): (Told | undefined)[] {
  const times = [START, START, START];
  const erasedAt = new Map<string, number>();
  const lives = new Map<string, number>();
  const kept = told.map((event, place) => {
    const { lead_id } = event.data;
    const partition = partitionOf(lead_id, 3);
    times[partition] = Math.max(times[partition] as number, event.time);
    if (event.type === 'lead.erased') {
      erasedAt.set(lead_id, Math.max(times[partition] as number, erasedAt.get(lead_id) ?? 0));
      lives.set(lead_id, place);
      return false;
    }
    return event.time > (erasedAt.get(lead_id) ?? 0);
  });
  return told.map((event, place) =>
    kept[place] && place > (lives.get(event.data.lead_id) ?? -1) ? event : undefined,
  );
}

/** @param seed of when partitions lose their memory, the ids they have seen included: in both houses at the same place */
function tell(events: readonly (Told | undefined)[], log: readonly Told[], seed: number): SharedHouse {
  const house = new SharedHouse([plan]);
  const random = new Random(seed);
  const restarts = new Random(seed);
  events.forEach((event, place) => {
    const { data, time } = log[place] as Told;
    if (event) house.give(event);
    else house.apply(partitionOf(data.lead_id, 3), { type: 'tick', time });
    if (restarts.chance(0.1)) house.restart(restarts.whole(0, 2));
    if (random.chance(0.5)) house.deliver(random, 0.6, false);
  });
  house.settle(Math.max(...log.map(({ time }) => time)));
  return house;
}

function close(actual: unknown, expected: unknown): void {
  const rounded = (_: string, value: unknown) =>
    typeof value === 'number' ? Math.round(value * 1e6) / 1e6 : value;
  assert.equal(JSON.stringify(actual, rounded), JSON.stringify(expected, rounded));
}

function countsOf(house: SharedHouse, kind: string, id: string): Record<string, unknown> {
  const values = house.shared(kind, id) ?? {};
  return Object.fromEntries(OF_EVENTS.map((name) => [name, values[name] ?? 0]));
}

describe('erasing', () => {
  for (const seed of [1, 2, 3, DRAWN_SEED]) {
    const log = story(new Random(seed));
    const rest = withoutErased(log);
    const shared = [...SOURCES.map((source) => ['source', source] as const), ['all', 'all'] as const];

    it(`leaves what is current as if the person had never been (seed ${seed})`, () => {
      const [house, bare] = [tell(log, log, seed), tell(rest, log, seed)];
      assert.ok(rest.includes(undefined), 'somebody is erased');
      for (const lead of new Set(log.map(({ data }) => data.lead_id))) {
        const partition = partitionOf(lead, 3);
        assert.deepEqual(
          house.values(partition, `lead:${lead}`),
          bare.values(partition, `lead:${lead}`),
          lead,
        );
      }
      for (const [kind, id] of shared) {
        const [actual, expected] = [house.shared(kind, id) ?? {}, bare.shared(kind, id) ?? {}];
        for (const name of OF_ENTITIES)
          if (expected[name] !== undefined || (actual[name] ?? 0) !== 0) close(actual[name], expected[name]);
      }
      const [lists, expected] = [house.shared('all', 'all') ?? {}, bare.shared('all', 'all') ?? {}];
      for (const name of LISTS) close(lists[name], expected[name] ?? []);
    });

    it(`leaves the numbers of events as they were counted (seed ${seed})`, () => {
      const erasures = log.filter(({ type }) => type === 'lead.erased');
      // what comes after an erasure and is older than it was never counted: taken out here by hand
      const erasedAt = new Map<string, number>();
      const times = [START, START, START];
      const counted = log.map((event) => {
        const { lead_id } = event.data;
        const partition = partitionOf(lead_id, 3);
        times[partition] = Math.max(times[partition] as number, event.time);
        if (event.time <= (erasedAt.get(lead_id) ?? 0) && event.type !== 'lead.erased') return undefined;
        if (event.type !== 'lead.erased') return event;
        erasedAt.set(lead_id, Math.max(times[partition] as number, erasedAt.get(lead_id) ?? 0));
        return undefined;
      });
      assert.ok(erasures.length > 0);
      const [house, without] = [tell(log, log, seed), tell(counted, log, seed)];
      for (const [kind, id] of shared) {
        const [{ moves, ...actual }, { moves: _, ...expected }] = [
          countsOf(house, kind, id),
          countsOf(without, kind, id),
        ];
        assert.deepEqual(actual, expected, id);
        if (kind === 'all') assert.equal(moves, house.decisions.length);
      }
    });
  }
});

describe('a tombstone', () => {
  const one = planOf([
    'timezone: UTC\npartitions: 1\nentities:\n  lead: { key: lead_id }\n',
    'features:\n  lead:\n    base: { last: base_score, on: lead.created, default: 0 }\n    opens_1d: { count: content.opened, window: 1d }\n',
    'rule: score\ndescription: d\nowner: o\nversion: 1\nfor: lead\nfactors: { base: base, opens: opens_1d }\n',
  ]);
  let entries = 0;
  const data = { lead_id: '7' };

  function run(events: readonly object[], state = new PartitionState(0, one)): PartitionState {
    for (const event of events) {
      entries += 1;
      const given = { id: `${START}-${entries}`, d: JSON.stringify(event) };
      for (const item of decode(given, one.events, { clock: 'log' })) step(state, given, item);
    }
    return state;
  }

  const created = {
    type: 'lead.created',
    time: START,
    data: { ...data, base_score: 5, email: 'anna@example.com', name: 'Anna' },
  };
  const opened = { type: 'content.opened', time: START + 1, data: { ...data, content_id: 'c' } };
  const erased = { type: 'lead.erased', time: START + 2, data };

  it('is all that is left: no value, person, timer or last decision', () => {
    const state = run([created, opened]);
    const before = state.collect();
    assert.match(String(before.states[0]?.[1]), /anna@example\.com/);
    assert.equal(before.timers.length, 1);
    const { states, timers, undecided, changed } = run([erased], state).collect();
    assert.deepEqual(states, [['lead:7', `!${START + 2}!`]]);
    assert.deepEqual(timers, [['lead:7', null]]);
    assert.deepEqual(undecided, ['lead:7#score']);
    assert.deepEqual(changed, ['lead:7']);
    assert.equal(state.alive('lead:7'), undefined);
    assert.deepEqual(state.entityCounts, { lead: 0 });
  });

  it('is left by an erasure of somebody unknown, and stands for the last of two', () => {
    assert.deepEqual(run([erased]).collect().states, [['lead:7', `!${START + 2}!`]]);
    const twice = run([erased, { ...erased, time: START + 9 }, { ...erased, time: START + 4 }]).collect();
    assert.deepEqual(twice.states, [['lead:7', `!${START + 9}!`]]);
  });

  it('stays with whoever comes after, from one memory to the next', () => {
    const anew = { ...created, time: START + 3, data: { ...data, base_score: 1 } };
    const [[key, record] = ['', '']] = run([created, opened, erased, anew]).collect().states;
    const other = new PartitionState(0, one);
    other.admit(key, record as string);
    assert.equal(other.alive('lead:7')?.person, undefined);
    // an event of the life before, under an id of its own
    run(
      [
        { ...opened, time: START + 2 },
        { ...created, id: 'late' },
      ],
      other,
    );
    const values = other.alive('lead:7')?.slots;
    assert.deepEqual(values?.slice(0, 3), ['7', 1, 0]);
    assert.equal(other.tally.take().find(({ metric }) => metric === 'weir_events_erased_total')?.amount, 1);
  });
});
