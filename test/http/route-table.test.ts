/** Paths are taken apart at their slashes, decoded once, and never to what no id can be. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decisionsView } from '../../src/http/get-decisions.ts';
import { RouteTable } from '../../src/http/route-table.ts';

const table = new RouteTable([
  decisionsView('lead', {
    path: '/v1/leads/{id}/decisions',
    tag: 'Leads',
    method: 'GET',
    permission: 'read',
  }),
]);
const idIn = (segment: string) => table.find('GET', `/v1/leads/${segment}/decisions`)?.params.id;

test('a segment is decoded by itself: an escaped slash is part of an id', () => {
  assert.equal(idIn('c1%2Fjooble'), 'c1/jooble');
  assert.equal(idIn('%2525'), '%25');
});

test('what does not decode, or decodes to U+0000, stays as it was written: the history can be asked for it', () => {
  assert.equal(idIn('%ZZ'), '%ZZ');
  assert.equal(idIn('a%00b'), 'a%00b');
});
