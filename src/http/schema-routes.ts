/** What producers may send: a JSON Schema for each type of event, and all of them as AsyncAPI 3. */

import Type from 'typebox';
import { didYouMean } from '../core/did-you-mean.ts';
import { asyncApi } from '../rules/asyncapi.ts';
import { eventSchema } from '../rules/event-schema.ts';
import { FREE } from './answer-schemas.ts';
import { problem } from './problem.ts';
import { type Route, route } from './route.ts';

const shared = { method: 'GET', tag: 'Documents', permission: 'enter' } as const;

export const schemaRoutes: readonly Route[] = [
  route({
    ...shared,
    path: '/asyncapi.json',
    summary: 'The events that are taken, as AsyncAPI 3',
    answers: { 200: { description: 'The document', schema: FREE } },
    answer: (c, { plan, version }) => c.json(asyncApi(plan().events.types, version)),
  }),
  route({
    ...shared,
    path: '/v1/schemas',
    summary: 'The types of events, each with its address',
    answers: {
      200: {
        description: 'By name',
        schema: Type.Object({
          schemas: Type.Array(Type.Object({ type: Type.String(), address: Type.String() })),
        }),
      },
    },
    answer: (c, { plan }) => {
      const names = plan()
        .events.types.map(({ name }) => name)
        .sort();
      return c.json({ schemas: names.map((type) => ({ type, address: `/v1/schemas/${type}` })) });
    },
  }),
  route({
    ...shared,
    path: '/v1/schemas/{type}',
    summary: 'One type of event as JSON Schema',
    answers: { 200: { description: 'The schema of the whole event', schema: FREE } },
    problems: { 404: ['unknown-type'] },
    answer: (c, { plan }, { params }) => {
      const { events } = plan();
      const type = events.get(params.type as string);
      if (type) return c.json(eventSchema(type));
      const meant = didYouMean(
        params.type as string,
        events.types.map(({ name }) => name),
      );
      return problem(c, {
        slug: 'unknown-type',
        status: 404,
        title: 'There is no such type of event',
        ...(meant === undefined ? {} : { did_you_mean: meant }),
      });
    },
  }),
];
