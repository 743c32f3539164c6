/** Shared kinds over several partitions: whatever becomes of the mail, values are those of a plain recount. */

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { DRAWN_SEED } from '../drawn-seed.ts';
import { Random } from '../oracle/random.ts';
import { planOf, SharedHouse } from './shared-house.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const START = Date.UTC(2026, 0, 5);
const SOURCES = ['linkedin', 'facebook', 'organic', 'x/y %'];
const STATUSES = ['new', 'nurturing', 'engaged'];

const SETTINGS = `
timezone: UTC
partitions: 4
entities:
  lead:   { key: lead_id }
  source: { key: source, shared: true }
  status: { key: [status, source], shared: true }
  all:    { shared: true }
`;

const FEATURES = `
features:
  lead:
    source:   { last: source, on: [lead.created, lead.updated] }
    status:   { last: status, on: [lead.created, lead.status_changed], default: new }
    base:     { last: base_score, on: lead.created, default: 0 }
    opens_1d: { count: content.opened, window: 1d }
    usual:    { last: avg_score, of: source }
    everyone: { last: leads, of: all }
  source:
    leads:      { count: lead }
    avg_score:  { avg: score, of: lead }
    opens_1d:   { sum: opens_1d, of: lead, by: source, where: status = "engaged" }
    created_2d: { count: lead.created, window: 2d }
    best:       { max: base_score, on: lead.created }
  status:
    leads: { count: lead, by: [status, source] }
  all:
    leads:    { count: lead }
    statuses: { tally: status, of: lead }
    classes:  { tally: score.class, of: lead }
    sources:  { rows: [source, leads, avg_score], of: source, where: leads > 0 }
    total:    { sum: leads, of: source }
    moves:    { count: decision.score }
    newest:   { latest: [lead_id, content_id], on: content.opened, keep: 5 }
`;

function scoreRule(weight: number): string {
  return `
rule: score
description: d
owner: o
version: 1
for: lead
factors: { base: base, opens: ${weight} * opens_1d }
classes: [{ class: high, from: 20 }, { class: low }]
`;
}

const plan = planOf([SETTINGS, FEATURES, scoreRule(2)]);
const other = planOf([SETTINGS, FEATURES.replace('status = "engaged"', 'status != "new"'), scoreRule(3)]);
const without = planOf([SETTINGS, FEATURES.replace(/ {2}status:\n {4}leads.*\n/, ''), scoreRule(2)]);

/** One lead as its events tell it, without anything of the engine. */
interface Lead {
  source: string | undefined;
  status: string;
  base: number;
  readonly opens: number[];
}

interface Told {
  readonly time: number;
  readonly text: string;
  readonly row: object;
}

class Story {
  readonly leads = new Map<string, Lead>();
  readonly created: { source: string | undefined; base: number; time: number }[] = [];
  readonly opened: Told[] = [];
  time = START;
  #id = 0;

  /** The next event, told to the house and remembered. */
  next(house: SharedHouse, random: Random, lead_id = `lead-${random.whole(1, 25)}`): void {
    this.time += random.whole(0, 2 * HOUR);
    const known = this.leads.get(lead_id);
    const what = random.whole(0, 9);
    if (known === undefined) this.#create(house, random, lead_id);
    else if (what === 0) {
      known.source = random.pick(SOURCES);
      this.#give(house, 'lead.updated', { lead_id, source: known.source });
    } else if (what === 1) {
      known.status = random.pick(STATUSES);
      this.#give(house, 'lead.status_changed', { lead_id, status: known.status });
    } else this.open(house, lead_id, known);
  }

  open(house: SharedHouse, lead_id: string, known: Lead): void {
    known.opens.push(this.time);
    const row = { lead_id, content_id: `c${this.#id}` };
    this.opened.push({ time: this.time, text: JSON.stringify(row), row });
    this.#give(house, 'content.opened', row);
  }

  #create(house: SharedHouse, random: Random, lead_id: string): void {
    const source = random.chance(0.1) ? undefined : random.pick(SOURCES);
    const base = random.whole(0, 20);
    this.leads.set(lead_id, { source, status: 'new', base, opens: [] });
    this.created.push({ source, base, time: this.time });
    this.#give(house, 'lead.created', { lead_id, base_score: base, ...(source && { source }) });
  }

  #give(house: SharedHouse, type: string, data: Record<string, unknown> & { lead_id: string }): void {
    this.#id += 1;
    house.give({ id: `e${this.#id}`, type, time: this.time, data } as never);
  }
}

function inWindow(time: number, now: number, days: number): boolean {
  const age = Math.floor(now / HOUR) - Math.floor(time / HOUR);
  return age < days * 24;
}

/** Everything once more, from the leads alone. */
function recount(story: Story, now: number, weight: number, counted: (status: string) => boolean) {
  const leads = [...story.leads.values()].map((lead) => {
    const opens = lead.opens.filter((time) => inWindow(time, now, 1)).length;
    return { ...lead, opens, score: lead.base + weight * opens };
  });
  const sum = (numbers: number[]) => numbers.reduce((total, number) => total + number, 0);
  const sources = SOURCES.map((source) => {
    const own = leads.filter((lead) => lead.source === source);
    const made = story.created.filter((lead) => lead.source === source);
    return {
      source,
      leads: own.length,
      avg_score: own.length === 0 ? undefined : sum(own.map(({ score }) => score)) / own.length,
      opens_1d: sum(own.filter(({ status }) => counted(status)).map(({ opens }) => opens)),
      created_2d: made.filter(({ time }) => inWindow(time, now, 2)).length,
      best: made.length === 0 ? undefined : Math.max(...made.map(({ base }) => base)),
    };
  });
  const tally = (names: string[], all: string[]) =>
    Object.fromEntries(
      [...new Set([...all, ...names])]
        .sort()
        .map((name) => [name, names.filter((one) => one === name).length]),
    );
  return {
    leads,
    sources,
    all: {
      leads: leads.length,
      statuses: tally(
        leads.map(({ status }) => status),
        [],
      ),
      classes: tally(
        leads.map(({ score }) => (score >= 20 ? 'high' : 'low')),
        ['high', 'low'],
      ),
      total: leads.filter(({ source }) => source !== undefined).length,
      newest: story.opened
        .toSorted((a, b) => b.time - a.time || (a.text < b.text ? 1 : -1))
        .slice(0, 5)
        .map(({ row }) => row),
    },
  };
}

function close(actual: unknown, expected: unknown): boolean {
  if (typeof actual !== 'number' || typeof expected !== 'number') return actual === expected;
  return Math.abs(actual - expected) < 1e-9;
}

/** What time alone changed in the last seconds may still be under way: then a little later it must be there. */
function assertRecounted(house: SharedHouse, story: Story, now: number, weight = 2, later = false): void {
  try {
    assertRecountedNow(house, story, now, weight, later);
  } catch {
    house.settle(now);
    story.time = Math.max(story.time, now + 120_000);
    assertRecountedNow(house, story, now + 120_000, weight, later);
  }
}

function assertRecountedNow(
  house: SharedHouse,
  story: Story,
  now: number,
  weight: number,
  later: boolean,
): void {
  const counted = (status: string) => (later ? status !== 'new' : status === 'engaged');
  const expected = recount(story, now, weight, counted);
  for (const { source, ...values } of expected.sources) {
    const actual = house.shared('source', source);
    if (actual === undefined) {
      assert.equal(values.best, undefined, `nobody knows ${source}`);
      assert.equal(values.leads, 0);
      continue;
    }
    for (const [name, value] of Object.entries(values))
      assert.ok(close(actual[name], value), `${source} ${name}: ${actual[name]}, recounted ${value}`);
  }
  const all = house.shared('all', 'all') as Record<string, unknown>;
  for (const [name, value] of Object.entries(expected.all)) assert.deepEqual(all[name], value, name);
  const rows = expected.sources
    .filter(({ leads }) => leads > 0)
    .sort((a, b) => (a.source < b.source ? -1 : 1));
  const actual = all.sources as { source: string; leads: number; avg_score: number }[];
  assert.deepEqual(
    actual.map(({ source, leads }) => [source, leads]),
    rows.map(({ source, leads }) => [source, leads]),
  );
  for (const [i, row] of rows.entries()) assert.ok(close(actual[i]?.avg_score, row.avg_score), row.source);
}

const SEEDS = [1, 2, 3, DRAWN_SEED];

describe('shared kinds', () => {
  for (const seed of SEEDS) {
    it(`are what a recount of all leads says, when mail comes late, twice and in any order (seed ${seed})`, () => {
      const random = new Random(seed);
      const [house, story] = [new SharedHouse([plan]), new Story()];
      for (let n = 0; n < 150; n++) {
        story.next(house, random);
        house.deliver(random, 0.4, false);
        if (random.chance(0.1)) house.restart(random.whole(0, house.partitions - 1));
        if (n % 50 !== 49) continue;
        house.settle(story.time);
        story.time += 120_000;
        assertRecounted(house, story, story.time);
        assert.equal(house.shared('all', 'all')?.moves, house.decisions.length);
      }
      house.settle(story.time + 3 * DAY);
      assertRecounted(house, story, story.time + 3 * DAY + 120_000);
    });

    it(`heal after lost mail once everything was sent again (seed ${seed})`, () => {
      const random = new Random(seed);
      const [house, story] = [new SharedHouse([plan]), new Story()];
      for (let n = 0; n < 100; n++) {
        story.next(house, random);
        house.deliver(random, 0.6, true);
      }
      house.toAll({ type: 'shared.resend' });
      house.settle(story.time);
      assertRecounted(house, story, story.time + 120_000);
      assertLookedUp(house, story, random);
    });

    it(`begin afresh with changed rules, and never with sums of old values (seed ${seed})`, () => {
      const random = new Random(seed);
      const [house, story] = [new SharedHouse([plan, other, without]), new Story()];
      const order = [other, plan, without, plan, other].slice(0, random.whole(1, 5));
      for (const [at, next] of [plan, ...order].entries()) {
        for (let partition = 0; at > 0 && partition < house.partitions; partition++) {
          house.activate(partition, next);
          // some learn of the new rules later than others
          for (let n = 0; n < 5; n++) story.next(house, random);
          house.deliver(random, 0.5, false);
        }
        for (let n = 0; n < 40; n++) {
          story.next(house, random);
          house.deliver(random, 0.5, false);
          if (random.chance(0.05)) house.restart(random.whole(0, house.partitions - 1));
        }
      }
      for (const [id, lead] of story.leads) story.open(house, id, lead);
      house.settle(story.time);
      const last = order.at(-1);
      assertRecounted(house, story, story.time + 120_000, last === other ? 3 : 2, last === other);
    });
  }

  it('make the same decisions and values whether or not a partition was restarted', () => {
    const run = (restarts: boolean) => {
      const random = new Random(7);
      const chance = new Random(8);
      const [house, story] = [new SharedHouse([plan]), new Story()];
      for (let n = 0; n < 120; n++) {
        story.next(house, random);
        for (const { to, text } of house.mail.splice(0)) house.applyText(to, text);
        if (restarts && chance.chance(0.5)) house.restart(chance.whole(0, house.partitions - 1));
      }
      house.settle(story.time);
      return [house.decisions, house.shared('all', 'all'), SOURCES.map((id) => house.shared('source', id))];
    };
    assert.deepEqual(run(true), run(false));
  });

  it('keep their two-field groups apart', () => {
    const random = new Random(5);
    const [house, story] = [new SharedHouse([plan]), new Story()];
    for (let n = 0; n < 80; n++) story.next(house, random);
    house.settle(story.time);
    let found = 0;
    for (let partition = 0; partition < house.partitions; partition++)
      for (const status of STATUSES)
        for (const source of SOURCES) {
          const id = `${status}/${source.replaceAll('%', '%25').replaceAll('/', '%2F')}`;
          const values = house.values(partition, `status:${id}`);
          if (values === undefined) continue;
          const own = [...story.leads.values()].filter(
            (lead) => lead.status === status && lead.source === source,
          );
          assert.equal(values.leads, own.length, id);
          assert.deepEqual([values.status, values.source], [status, source]);
          found += 1;
        }
    assert.ok(found > 3);
  });
});

/** Each lead, once it is evaluated again, reads what the owner of its source told. */
function assertLookedUp(house: SharedHouse, story: Story, random: Random): void {
  const { sources, all } = recount(story, story.time + 120_000, 2, (status) => status === 'engaged');
  const [id, lead] = random.pick([...story.leads]);
  const averages = new Map(sources.map(({ source, avg_score }) => [source, avg_score]));
  let read: Record<string, unknown> | undefined;
  story.time += 120_000;
  house.onTouched = (values) => {
    read = values;
  };
  story.open(house, id, lead);
  house.onTouched = undefined;
  assert.equal(read?.everyone, all.leads);
  assert.ok(close(read?.usual, averages.get(lead.source ?? '')), `${read?.usual}`);
}
