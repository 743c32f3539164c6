/** What waits of an entity's rules is found where it is kept: of a channel with its campaign. */

import assert from 'node:assert/strict';
import { it } from 'node:test';
import { HOUR } from '../../../src/core/units.ts';
import { homesOf, openActions } from '../../../src/step/actions/open-actions.ts';
import type { Entity } from '../../../src/step/entity.ts';
import { CampaignFold, campaignPlan } from './campaign-fold.ts';

const STOP = `
---
rule: stop
description: d
owner: media@example.com
version: 1
for: channel
pick:
  - { name: dear, when: clicks >= 3, message: m }
approve: { by: [admin], expires: 12h }
then: { action: pause, probe: 2%, freed: others }
`;

it('a pause of a channel, until somebody decides it', () => {
  const fold = new CampaignFold(campaignPlan('{ by: [admin] }', STOP), { forgets: false });
  fold.created(0, { a: 100, b: 100 }, { autonomy: 'suggest' });
  const entity = (kind: string, id: string): Entity => fold.state.entity(kind, id);
  const shown = () => {
    const channel = entity('channel', 'c1/a');
    const homes = homesOf(channel);
    assert.deepEqual(homes, [{ kind: 'campaign', id: 'c1' }]);
    return [...openActions([entity('campaign', 'c1')], channel)];
  };
  assert.deepEqual(shown(), []);
  let proposal: { id: string; hash: string } | undefined;
  for (let n = 0; n < 3; n++)
    for (const { rule, act } of fold.click(HOUR, 'a')) if (rule === 'stop' && act) proposal = act;
  assert.ok(proposal);
  const [[rule, actions] = []] = shown();
  assert.equal(rule, 'stop');
  const [action] = actions ?? [];
  assert.deepEqual(
    [actions?.length, action?.id, action?.action, action?.status, action?.line],
    [1, proposal.id, 'pause', 'pending', 'dear'],
  );
  assert.equal(Date.parse(action?.expires_at ?? '') - Date.parse(action?.requested_at ?? ''), 12 * HOUR);
  // the other channel has none, and neither has the campaign's own rule counted here
  assert.deepEqual([...openActions([entity('campaign', 'c1')], entity('channel', 'c1/b'))], []);
  fold.apply(HOUR, 'action.rejected', { action_id: proposal.id, hash: proposal.hash, by: 'ana' });
  assert.deepEqual(shown(), []);
});
