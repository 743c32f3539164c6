/** What each type of event moves: the features it feeds, and the rules that read them. */

import Type from 'typebox';
import { didYouMean } from '../core/did-you-mean.ts';
import type { Plan } from '../rules/plan.ts';
import { touchedBy } from '../rules/rule-graph.ts';
import { problem } from './problem.ts';
import { type Route, route } from './route.ts';

export const TOUCHED = {
  features: Type.Array(Type.String(), { description: 'Fed by it, with their kinds' }),
  rules: Type.Array(Type.String(), {
    description: 'That it may move, also through other features and rules',
  }),
};
const EVENT_TYPE = Type.Object({
  type: Type.String(),
  schema: Type.String({ description: 'Address of its JSON Schema' }),
  ...TOUCHED,
});
const shared = { method: 'GET', tag: 'Events', permission: 'read' } as const;

export const eventTypeRoutes: readonly Route[] = [
  route({
    ...shared,
    path: '/v1/event-types',
    summary: 'The types of events, and what each moves',
    answers: {
      200: { description: 'By name', schema: Type.Object({ event_types: Type.Array(EVENT_TYPE) }) },
    },
    answer: (c, { plan }) => {
      const now = plan();
      return c.json({ event_types: namesOf(now).map((name) => answerOf(now, name)) });
    },
  }),
  route({
    ...shared,
    path: '/v1/event-types/{type}',
    summary: 'One type of event, and what it moves',
    answers: { 200: { description: 'The type', schema: EVENT_TYPE } },
    problems: { 404: ['unknown-type'] },
    answer: (c, { plan }, { params }) => {
      const [now, name] = [plan(), params.type as string];
      if (now.events.get(name)) return c.json(answerOf(now, name));
      const meant = didYouMean(name, namesOf(now));
      return problem(c, {
        slug: 'unknown-type',
        status: 404,
        title: 'There is no such type of event',
        ...(meant === undefined ? {} : { did_you_mean: meant }),
      });
    },
  }),
];

function namesOf({ events }: Plan): string[] {
  return events.types.map(({ name }) => name).sort();
}

function answerOf(plan: Plan, type: string) {
  return { type, schema: `/v1/schemas/${type}`, ...touchedBy(plan, type) };
}
