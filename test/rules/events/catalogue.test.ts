/** Every built-in event type: valid, missing and wrong fields, and what the catalogue says of them. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { WeirError } from '../../../src/core/errors.ts';
import type { EventType } from '../../../src/rules/event-catalogue.ts';
import { builtInEvents, extendCatalogue } from '../../../src/rules/events/catalogue.ts';
import { SAMPLES, WRONG } from './event-samples.ts';

const typeOf = (name: string) => builtInEvents.get(name) as EventType;

test('the samples name every built-in type, once', () => {
  assert.deepEqual(builtInEvents.types.map(({ name }) => name).sort(), Object.keys(SAMPLES).sort());
});

for (const [name, sample] of Object.entries(SAMPLES)) {
  const type = typeOf(name);

  test(`${name}: its required fields are enough, unknown fields are kept, null counts as absent`, () => {
    assert.equal(type.check({ ...sample }), undefined);
    assert.equal(type.check({ ...sample, unknown_field: { deep: [1] } }), undefined);
    const optional = type.shape.filter((field) => !field.required && !(field.name in sample));
    const nulls = Object.fromEntries(optional.map((field) => [field.name, null]));
    assert.equal(type.check({ ...sample, ...nulls }), undefined);
  });

  test(`${name}: each required field is missed by name`, () => {
    for (const { name: field, required } of type.shape) {
      if (!required) continue;
      const rest: Record<string, unknown> = { ...sample };
      delete rest[field];
      assert.deepEqual(type.check(rest), { field, problem: `${field} is missing` });
      assert.deepEqual(type.check({ ...sample, [field]: null }), { field, problem: `${field} is missing` });
    }
  });

  test(`${name}: each declared field refuses a value of another kind, by name`, () => {
    for (const { name: field, kind } of type.shape) {
      if (kind === 'any' && field === 'metadata') continue;
      const wrong = kind === 'any' || kind === 'text' || kind === 'agent' ? [] : { not: 'this' };
      assert.equal(type.check({ ...sample, [field]: wrong })?.field, field);
    }
  });

  test(`${name}: routed by a declared id that is not personal`, () => {
    for (const field of type.route) {
      assert.ok(type.ids.includes(field));
      assert.ok(!type.personal.includes(field));
    }
  });
}

for (const [name, fields, problem] of WRONG)
  test(`${name} ${JSON.stringify(fields)}: ${problem}`, () => {
    assert.equal(typeOf(name).check({ ...SAMPLES[name], ...fields })?.problem, problem);
  });

test('any fields get a verdict, and a refusal names a field and says why', () => {
  const names = [...new Set(builtInEvents.types.flatMap(({ fields }) => fields))];
  const data = fc.dictionary(fc.constantFrom(...names), fc.oneof(fc.jsonValue(), fc.string(), fc.integer()));
  fc.assert(
    fc.property(fc.constantFrom(...builtInEvents.types), data, fc.boolean(), (type, fields, complete) => {
      const problem = type.check(complete ? { ...SAMPLES[type.name], ...fields } : fields);
      if (!problem) return;
      assert.notEqual(problem.field, '');
      assert.ok(problem.problem.startsWith(problem.field) || problem.problem.startsWith('one of '));
    }),
  );
});

test('a refusal never shows the value of a personal field', () => {
  for (const type of builtInEvents.types)
    for (const field of type.personal) {
      const secret = ['canary'];
      const problem =
        type.check({ ...SAMPLES[type.name], [field]: secret })?.problem ??
        type.check({ ...SAMPLES[type.name], [field]: 'canary\u0001' })?.problem;
      assert.ok(problem !== undefined && !problem.includes('canary'));
    }
});

test('personal, money and id fields are those of the event page', () => {
  assert.deepEqual(typeOf('lead.created').personal, ['email', 'name']);
  assert.deepEqual(typeOf('campaign.click').personal, ['user_agent', 'ip_address', 'session_id']);
  assert.deepEqual(typeOf('content.opened').personal, ['user_agent']);
  assert.deepEqual(typeOf('campaign.created').personal, []);
  assert.deepEqual(typeOf('campaign.created').money, ['daily_budget', 'channels.budget', 'target_cpa']);
  assert.deepEqual(typeOf('campaign.click').money, ['cost']);
  assert.deepEqual(typeOf('action.applied').money, ['budgets.budget', 'budgets.from', 'budgets.target_cpa']);
  assert.deepEqual(typeOf('referral.created').ids, ['lead_id', 'referral_id', 'referred_lead_id']);
});

test('a type that is there already cannot be added', () => {
  assert.throws(
    () => extendCatalogue(builtInEvents, [typeOf('lead.created')]),
    (error) =>
      error instanceof WeirError && error.code === 'config_invalid' && /lead\.created/.test(error.message),
  );
});
