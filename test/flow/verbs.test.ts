/** Verbs that ask a running weir: what they print of a live house, and of insights that somebody stated. */

import assert from 'node:assert/strict';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { benchVerb } from '../../src/cli/bench-verb.ts';
import { type House, openHouse } from '../../src/cli/house.ts';
import { insightsVerb } from '../../src/cli/insights-verb.ts';
import { sendVerb } from '../../src/cli/send-verb.ts';
import { topVerb } from '../../src/cli/top-verb.ts';
import type { Verb } from '../../src/cli/verb.ts';
import { type Listening, listen } from '../../src/http/serve.ts';
import { PUBLIC_STREAM } from '../../src/processor/processor.ts';
import { root } from '../document-blocks.ts';
import { openUiHouse } from '../http/ui/ui-house.ts';
import { passableFolder } from './temporary-postgres.ts';
import { until } from './until.ts';

/** What a verb prints, and its exit code. */
async function run(verb: Verb, words: readonly string[]) {
  const said = { out: '', err: '' };
  const [write, warn] = [process.stdout.write, process.stderr.write];
  // the test runner writes bytes there as well
  const note =
    (to: 'out' | 'err', pass: typeof write) =>
    (...given: Parameters<typeof write>) => {
      if (typeof given[0] !== 'string') return pass.apply(process.stdout, given);
      said[to] += given[0];
      return true;
    };
  process.stdout.write = note('out', write) as typeof write;
  process.stderr.write = note('err', warn) as typeof warn;
  try {
    const code = await verb.run(words, {});
    return { code, ...said };
  } finally {
    process.stdout.write = write;
    process.stderr.write = warn;
  }
}

describe('weir bench', { timeout: 60_000 }, () => {
  it('loads a weir of its own, and tells its rate, ages and rules', async () => {
    const { code, out } = await run(benchVerb, [
      '--seconds',
      '2',
      '--json',
      '--config',
      join(root, 'config'),
    ]);
    assert.equal(code, 0);
    const { events, events_per_second, steady_per_second, age, rules } = JSON.parse(out) as {
      events: number;
      events_per_second: number;
      steady_per_second: number;
      age: { p50: number; p99: number };
      rules: { rule: string; microseconds: number }[];
    };
    assert.ok(events > 0 && events_per_second > 0 && steady_per_second > 0, out);
    assert.ok(age.p50 > 0 && age.p99 >= age.p50, out);
    assert.ok(
      rules.some(({ rule, microseconds }) => rule === 'conversion' && microseconds > 0),
      out,
    );
    await assert.rejects(() => run(benchVerb, ['--seconds', '0']), /--seconds/);
  });
});

describe('verbs beside a live house', { timeout: 250_000 }, () => {
  let data: string;
  let house: House;

  before(async () => {
    data = await passableFolder();
    const config = join(root, 'config');
    const environment = { redisUrl: undefined, host: '127.0.0.1', port: 0, config, data, instance: 'a' };
    house = await openHouse({ environment, clockMode: 'live', onNotice: () => undefined });
  });
  after(async () => {
    await house?.close();
    await rm(data, { recursive: true, force: true });
  });

  it('weir top tells rates, lag, what waits and which rules are slow, and the same as JSON', async () => {
    const event = ['lead.created', 'lead_id=1', 'status=engaged', 'base_score=5', '--url', house.url];
    assert.equal((await run(sendVerb, event)).code, 0);
    // rules are timed now and then: among so many runs some are
    const created = (lead: number) => ({
      type: 'lead.created',
      data: { lead_id: `l${lead}`, base_score: 5 },
    });
    await house.connection.ask('sending events', (client) =>
      Promise.all(
        Array.from({ length: 3_000 }, (_, i) =>
          client.xadd(PUBLIC_STREAM, '*', 'd', JSON.stringify(created(i))),
        ),
      ),
    );
    await until(
      'the events are applied',
      async () =>
        (await house.meter.total('weir_events_applied_total')) > 3_000 && house.processor.owned === 16,
    );
    const { code, out } = await run(topVerb, ['--for', '2s', '--every', '1s', '--url', house.url]);
    assert.equal(code, 0);
    assert.match(out, /weir {2}\d{4}-\d\d-\d\dT.*16 partitions here/);
    assert.match(out, /events +\d+(?:\.\d)?\/s +decisions \d+/);
    assert.match(out, /lag +0 entries/);
    assert.match(out, /waiting +0 actions for a person, 0 dead letters/);
    assert.match(out, /failing +no rule/);
    assert.match(out, /slowest *\n +[a-z_]+ +\d+\.\d µs/);
    const json = await run(topVerb, ['--json', '--url', house.url]);
    const standing = JSON.parse(json.out.split('\n')[0] as string) as Record<string, unknown>;
    assert.equal(standing.partitions_owned, 16);
    assert.equal(standing.entries_waiting, 0);
    assert.deepEqual(standing.failing_rules, []);
  });

  it('weir send says which features and rules the event touches', async () => {
    const words = ['content.completed', 'lead_id=9', 'content_id=guide-1', '--url', house.url];
    const { code, out } = await run(sendVerb, words);
    assert.equal(code, 0);
    assert.match(out, /^202 evt_[0-9A-HJKMNP-TV-Z]{26} → [1-9]\d* features, [1-9]\d* rules\n$/);
    const json = JSON.parse((await run(sendVerb, [...words, 'id=mine', '--json'])).out) as {
      features: string[];
      rules: string[];
    };
    const { features, rules, ...rest } = json;
    assert.deepEqual(rest, { accepted: 1, rejected: [], id: 'mine' });
    assert.ok(features.includes('lead.completions_7d'), features.join(', '));
    assert.ok(rules.includes('engagement_score') && rules.includes('conversion'), rules.join(', '));
    const typo = await run(sendVerb, ['content.complete', 'lead_id=9', '--url', house.url]);
    assert.equal(typo.code, 1);
    assert.match(typo.err, /did you mean content\.completed\?/);
  });

  it('weir send takes a file, and tells what is refused by its line', async () => {
    const file = join(data, 'events.ndjson');
    const lead = (id: number) => JSON.stringify({ type: 'lead.created', data: { lead_id: `f${id}` } });
    await writeFile(file, `${lead(1)}\n\n{"type":"lead.creatd","data":{"lead_id":"f2"}}\n${lead(3)}\n`);
    const { code, out, err } = await run(sendVerb, ['-f', file, '--url', house.url]);
    assert.deepEqual([code, out], [1, '2 sent, 1 refused\n']);
    assert.match(err, /events\.ndjson:3: .*lead\.created/);
    await writeFile(file, `${lead(4)}\n`);
    assert.deepEqual(await run(sendVerb, ['-f', file, '--url', house.url]), {
      code: 0,
      out: '1 sent, 0 refused\n',
      err: '',
    });
    await assert.rejects(() => run(sendVerb, ['-f', join(data, 'missing')]), /reading .*missing/);
  });

  it('weir insights says where nothing was stated', async () => {
    assert.match((await run(insightsVerb, ['--url', house.url])).out, /no action stated/);
    const { out } = await run(insightsVerb, ['reliability', '--url', house.url]);
    assert.match(out, /^0 stated.*\nfrom 200 outcomes on/);
    const missing = await run(insightsVerb, ['show', '0-1-9', '--url', house.url]);
    assert.equal(missing.code, 1);
    assert.match(missing.err, /No action of this id/);
  });
});

describe('weir insights', () => {
  let listening: Listening;
  before(async () => {
    const { app } = openUiHouse({ evil: 'x', tokens: 'none', address: '127.0.0.1' });
    listening = await listen(app, '127.0.0.1', 0);
  });
  after(() => listening?.close());

  it('lists, shows one, and tells how often what was stated came true', async () => {
    const url = ['--url', listening.url];
    const { out } = await run(insightsVerb, url);
    const [first = ''] = out.split('\n');
    assert.match(first, /^0-1-\d+ {2}\w+ {2}\w+ \w+:\S+ {2}\d{4}-.*%/);
    const [id = ''] = first.split(' ');
    const shown = await run(insightsVerb, ['show', id, ...url]);
    assert.match(shown.out, /rule .*\n +80 % of outcomes between .*\n +(?:came of it|not known yet)/);
    const table = await run(insightsVerb, ['reliability', ...url]);
    assert.match(table.out, /3 stated, of 2 it is known.*\n.*gained.*\n +90–100 % +3 +2 +50 % +50 %/);
    const lines = (await run(insightsVerb, ['--json', ...url])).out.trim().split('\n');
    assert.equal((JSON.parse(lines[0] as string) as { id: string }).id, id);
  });

  it('says what it does not take', async () => {
    await assert.rejects(async () => insightsVerb.run(['lst'], {}), /"lst" is none of ls, show, reliability/);
    await assert.rejects(async () => insightsVerb.run(['show'], {}), /which insight/);
    await assert.rejects(async () => insightsVerb.run(['--status', 'open'], {}), /--status must be one of/);
    await assert.rejects(
      async () => insightsVerb.run(['reliability', '--campaign', 'c1'], {}),
      /does not go with/,
    );
  });
});
