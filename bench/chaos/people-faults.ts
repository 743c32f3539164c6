/** What people do at the wrong time: they approve twice, both ways, what is not shown any more or has expired, and erase somebody. */

import { setTimeout as sleep } from 'node:timers/promises';
import { type Millis, SECOND } from '../../src/core/units.ts';
import type { JsonEvent } from '../../test/oracle/generate.ts';
import { type Fault, type Scene, TTL } from './fault.ts';
import { published } from './message.ts';

/** Ids of whoever the trial itself looks after; the oracle does not know erasures and verdicts. */
export const GUEST = 'guest-';
const LOOK_EVERY: Millis = 200;
/** An action is proposed, and a verdict given, within so long, whatever else goes on. */
const SHOWN_WITHIN: Millis = 2 * TTL;

interface Shown {
  readonly id: string;
  readonly hash: string;
  readonly status: string;
  readonly from?: Readonly<Record<string, number>>;
  readonly budgets?: readonly { readonly channel: string; readonly budget: number }[];
}

type Verb = 'approve' | 'reject';

/** Said at once by several people, each to any instance; how often the answer may be yes. */
const QUARRELS: readonly { name: string; verbs: readonly Verb[]; stale?: true; late?: true; most: number }[] =
  [
    { name: 'approved twice', verbs: ['approve', 'approve', 'approve'], most: 1 },
    { name: 'approved and rejected', verbs: ['approve', 'reject'], most: 1 },
    { name: 'approved as it was not shown', verbs: ['approve', 'approve'], stale: true, most: 0 },
    { name: 'approved while it expires', verbs: ['approve'], late: true, most: 1 },
  ];

export const PEOPLE_FAULTS: readonly Fault[] = [
  ...QUARRELS.map(
    (quarrel): Fault => ({
      name: `an action ${quarrel.name}`,
      on: 'people',
      weight: 2,
      run: async (scene) => {
        const { random, problems } = scene;
        const campaign = `${GUEST}${random.whole(1, 1e9)}`;
        await propose(scene, campaign);
        const action = await shownAction(scene, campaign);
        if (!action) return `${campaign}, for which nothing came in time`;
        const hash = quarrel.stale ? '0123456789abcdef' : action.hash;
        // an action is open for so many hours of a story in which an hour passes in less than a second
        if (quarrel.late) await sleep(random.whole(0, 5 * SECOND));
        const saying = quarrel.verbs.map((verb) => say(scene, action.id, verb, hash));
        const answers = await Promise.all(saying);
        const yes = answers.filter((status) => status === 200).length;
        if (yes > quarrel.most)
          problems.push(`action ${action.id} was ${quarrel.name}: ${answers.join(', ')}`);
        return `${action.id}: ${answers.join(', ')}`;
      },
    }),
  ),
  {
    name: 'a person erased',
    on: 'people',
    weight: 3,
    run: async ({ stage, random, producer }) => {
      const lead_id = `${GUEST}${random.whole(1, 1e9)}`;
      const event = (type: string, number: number): JsonEvent => ({
        ...{ id: `${lead_id}-${number}`, source: 'crm', type, time: producer.time },
        data: { lead_id, ...(type === 'content.opened' ? { content_id: 'c1' } : {}) },
      });
      const life = [event('lead.created', 1), event('content.opened', 2)];
      await producer.put([published(life, 'json')]);
      await sleep(random.whole(0, SECOND));
      await producer.put([published([event('lead.erased', 3), ...life], 'json')]);
      stage.erased.add(`lead:${lead_id}`);
      return lead_id;
    },
  },
];

async function propose({ producer }: Scene, campaign_id: string): Promise<void> {
  const event = (type: string, data: object): JsonEvent => ({
    ...{ id: `${campaign_id}-${type}`, source: 'ads', type, time: producer.time },
    data: { campaign_id, ...data },
  });
  const channels = ['x', 'y'].map((channel) => ({ channel, budget: 100 }));
  const terms = { name: 'trial', daily_budget: 200, currency: 'EUR', autonomy: 'suggest', channels };
  await producer.put([
    published([event('campaign.created', terms), event('campaign.click', { channel: 'x', cost: 3 })], 'json'),
  ]);
}

async function shownAction(scene: Scene, campaign: string): Promise<Shown | undefined> {
  const deadline = performance.now() + SHOWN_WITHIN;
  while (performance.now() < deadline) {
    const answer = await ask(scene, `/v1/actions?campaign=${campaign}`);
    const { actions = [] } = (answer?.status === 200 ? await answer.json() : {}) as { actions?: Shown[] };
    if (actions[0]) return actions[0];
    await sleep(LOOK_EVERY);
  }
  return undefined;
}

/** The status it was answered with; 0 when nobody answered. */
async function say(scene: Scene, id: string, verb: Verb, hash: string): Promise<number> {
  const answer = await ask(scene, `/v1/actions/${id}/${verb}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'if-match': `"${hash}"` },
    body: JSON.stringify({ by: 'ana' }),
  });
  return answer?.status ?? 0;
}

/** Of any instance that is up. */
async function ask(
  { stage, random }: Scene,
  path: string,
  init: RequestInit = {},
): Promise<Response | undefined> {
  const urls = stage.instances.flatMap(({ url }) => url ?? []);
  if (urls.length === 0) return undefined;
  try {
    return await fetch(`${random.pick(urls)}${path}`, { ...init, signal: AbortSignal.timeout(10 * SECOND) });
  } catch {
    return undefined;
  }
}
