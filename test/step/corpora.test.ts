/** Public collections of bad input, where WEIR_CORPORA names a folder that holds them. */

import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { parseInstant } from '../../src/core/instant.ts';
import { decodeText } from './decode-event.ts';

const folder = process.env.WEIR_CORPORA ?? '';

function withCorpus(path: string, run: (place: string) => void): void {
  const place = join(folder, path);
  const skip = folder !== '' && existsSync(place) ? false : 'set WEIR_CORPORA to a folder that holds it';
  test(`corpus ${path}`, { skip }, () => run(place));
}

withCorpus('naughty-strings/strings.json', (file) => {
  const strings: string[] = JSON.parse(readFileSync(file, 'utf8'));
  for (const naughty of strings) {
    const data = { lead_id: 1, content_id: 'g', content_type: naughty, extra: naughty };
    const [item] = decodeText(JSON.stringify({ id: 'i', type: 'content.opened', data }));
    assert.ok(item?.kind === 'event');
    assert.equal(item.event.data.content_type, naughty);
    for (const place of [{ id: naughty }, { type: naughty }, { data: { ...data, lead_id: naughty } }]) {
      const [other] = decodeText(JSON.stringify({ type: 'content.opened', data, ...place }));
      assert.ok(other?.kind === 'event' || other?.kind === 'dead');
    }
  }
  assert.ok(strings.length > 100);
});

withCorpus('json-parsing/test_parsing', (place) => {
  for (const file of readdirSync(place)) {
    const text = readFileSync(join(place, file), 'utf8');
    const event = `{"type":"content.opened","data":{"lead_id":1,"content_id":"g","metadata":${text}}}`;
    for (const entry of [text, event]) {
      const items = decodeText(entry);
      assert.ok(items.length >= 1, file);
      if (file.startsWith('n_') && entry === text)
        assert.deepEqual(
          items.map(({ kind }) => kind),
          ['dead'],
          file,
        );
    }
    const [item] = decodeText(event);
    const wanted = file.startsWith('y_') ? 'event' : 'dead';
    // a text whose bytes are not UTF-8 arrives as base64; and a piece of text may close the object around it
    if (/^[yn]_/.test(file) && !/utf|UTF|structure_object_with_trailing|close_unopened/.test(file))
      assert.equal(item?.kind, wanted, file);
  }
});

withCorpus('formats/cases.json', (file) => {
  const cases: { format: string; data: string; valid: boolean }[] = JSON.parse(readFileSync(file, 'utf8'));
  const accepts = (type: string, data: object) =>
    decodeText(JSON.stringify({ type, data }))[0]?.kind === 'event';
  for (const { format, data, valid } of cases) {
    if (format === 'date-time' && !valid) assert.equal(parseInstant(data), undefined, data);
    if (format === 'email') assert.equal(accepts('lead.created', { lead_id: 1, email: data }), valid, data);
    // the field takes addresses of both kinds, so only what is neither must be refused
    const isOther = cases.some((one) => /^ipv/.test(one.format) && one.data === data && one.valid);
    if (/^ipv[46]$/.test(format))
      assert.equal(
        accepts('campaign.click', { campaign_id: 1, channel: 'a', cost: 1, ip_address: data }),
        valid || isOther,
        data,
      );
  }
});
