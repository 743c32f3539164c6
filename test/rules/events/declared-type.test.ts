/** Event types that operators declare. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { WeirError } from '../../../src/core/errors.ts';
import { builtInEvents, extendCatalogue } from '../../../src/rules/events/catalogue.ts';
import { declareEventType, type EventDeclaration } from '../../../src/rules/events/declared-type.ts';

const CALLED: EventDeclaration = {
  event: 'crm.called',
  route: 'lead_id',
  fields: {
    lead_id: { type: 'id' },
    minutes: { type: 'number', required: true },
    price: { type: 'money' },
    answered: { type: 'boolean' },
    planned: { type: 'time' },
    phone: { type: 'text', personal: true },
    extra: { type: 'any' },
  },
};

test('a declared type checks, routes and joins the catalogue', () => {
  const type = declareEventType(CALLED);
  const catalogue = extendCatalogue(builtInEvents, [type]);
  assert.equal(catalogue.get('crm.called'), type);
  assert.ok(catalogue.get('lead.created'));
  assert.deepEqual(
    [type.route, type.ids, type.money, type.personal],
    [['lead_id'], ['lead_id'], ['price'], ['phone']],
  );
  assert.equal(type.check({ lead_id: '7', minutes: 3, extra: { a: [1] }, unknown: 1 }), undefined);
  assert.equal(type.check({ minutes: 3 })?.problem, 'lead_id is missing');
  assert.equal(type.check({ lead_id: '7' })?.problem, 'minutes is missing');
  assert.equal(type.check({ lead_id: '7', minutes: '3' })?.problem, 'minutes must be a number, is "3"');
  assert.equal(type.check({ lead_id: '7', minutes: 3, phone: 600 })?.problem, 'phone must be text');
});

test('one of several route fields must be there', () => {
  const fields = { lead_id: { type: 'id' }, campaign_id: { type: 'id' } } as const;
  const type = declareEventType({ event: 'crm.noted', route: ['lead_id', 'campaign_id'], fields });
  assert.equal(type.check({ campaign_id: 'c1' }), undefined);
  assert.equal(type.check({})?.problem, 'one of lead_id, campaign_id is missing');
});

const fields = CALLED.fields;
const refusals: [Record<string, unknown>, string[], RegExp][] = [
  [{ event: 'called' }, ['event'], /words with a dot between/],
  [{ event: 'Crm.Called' }, ['event'], /words with a dot/],
  [{ event: 5 }, ['event'], /is 5/],
  [{ event: 'decision.score' }, ['event'], /decision\. are the processor's own/],
  [{ event: 'action.mine' }, ['event'], /action\./],
  [{ route: [] }, ['route'], /route must name the field/],
  [{ route: undefined }, ['route'], /is absent/],
  [{ route: 'lead' }, ['route'], /no field "lead"/],
  [{ route: 'leadid' }, ['route'], /did you mean "lead_id"\?/],
  [{ route: 'toString' }, ['route'], /no field/],
  [{ route: 'minutes' }, ['route'], /must be of type id, is number/],
  [
    { fields: { ...fields, lead_id: { type: 'id', personal: true } } },
    ['route'],
    /personal fields do not route/,
  ],
  [{ fields: { ...fields, Minutes: { type: 'text' } } }, ['fields', 'Minutes'], /small letters/],
  [{ fields: { ...fields, time: { type: 'time' } } }, ['fields', 'time'], /envelope uses that name/],
  [{ fields: { ...fields, constructor: { type: 'text' } } }, ['fields', 'constructor'], /choose another/],
  [{ fields: { ...fields, a: { type: 'nubmer' } } }, ['fields', 'a', 'type'], /did you mean number\?/],
  [
    { fields: { ...fields, a: { type: 'text', required: 'yes' } } },
    ['fields', 'a', 'required'],
    /true or false, is "yes"/,
  ],
  [{ fields: { ...fields, a: 'text' } }, ['fields', 'a'], /must be an object/],
  [{ fields: [] }, ['fields'], /must be an object, is a list/],
];

for (const [change, path, problem] of refusals)
  test(`refused: ${JSON.stringify(change).slice(0, 60)} (${problem.source})`, () => {
    assert.throws(
      () => declareEventType({ ...CALLED, ...change } as EventDeclaration),
      (error) => {
        assert.ok(error instanceof WeirError);
        assert.equal(error.code, 'config_invalid');
        assert.deepEqual(error.context.path, path);
        assert.match(error.message, problem);
        return true;
      },
    );
  });
