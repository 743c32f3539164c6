/** For the supervisor, the load balancer and Prometheus. */

import Type from 'typebox';
import { wantsOpenMetrics } from './open-metrics.ts';
import { problem } from './problem.ts';
import { route } from './route.ts';

const health = { method: 'GET', tag: 'Health' } as const;

export const healthRoutes = [
  route({
    ...health,
    path: '/healthz',
    summary: 'Whether the process runs',
    permission: undefined,
    answers: { 200: { description: 'It does', schema: Type.Object({ status: Type.Literal('ok') }) } },
    answer: (c) => c.json({ status: 'ok' }),
  }),
  route({
    ...health,
    path: '/readyz',
    summary: 'Whether the partitions have owners',
    permission: undefined,
    answers: {
      200: {
        description: 'They have, or had',
        schema: Type.Object({ status: Type.Literal('ready'), rules: Type.String() }),
      },
    },
    problems: { 503: ['not-ready'] },
    answer: async (c, options) => {
      const reason = await options.notReady();
      return reason === undefined
        ? c.json({ status: 'ready', rules: options.plan().hash })
        : problem(c, { slug: 'not-ready', status: 503, title: reason }, { 'retry-after': '1' });
    },
  }),
  route({
    ...health,
    path: '/metrics',
    summary: 'Metrics for Prometheus',
    permission: 'read',
    answers: {
      200: { description: 'Prometheus text, or OpenMetrics where it is asked for', type: 'text/plain' },
    },
    answer: async (c, { meter }) => {
      const { type, text } = await meter.scrape(wantsOpenMetrics(c.req.header('accept')));
      return c.body(text, 200, { 'content-type': type, vary: 'Accept' });
    },
  }),
];
