/** The HTTP surface: it asks state and logs, and computes nothing of its own. */

import { type Context, Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { secureHeaders } from 'hono/secure-headers';
import { WeirError } from '../core/errors.ts';
import type { History } from '../core/history.ts';
import type { Clock, Log } from '../core/ports.ts';
import type { Millis } from '../core/units.ts';
import type { StoredEntity } from '../processor/read-entity.ts';
import type { Plan } from '../rules/plan.ts';
import { type AccessOptions, callerOf, guard, may } from './access.ts';
import { entityAnswer, explainAnswer } from './answers.ts';
import { deleteEntity } from './delete-lead.ts';
import { answerAnomalies } from './get-anomalies.ts';
import { answerDecision, answerDecisions, answerDecisionsOf } from './get-decisions.ts';
import { answerEntities, answerMembers, answerPicks } from './get-entities.ts';
import { answerEvent } from './get-events.ts';
import { answerReport, answerReports } from './get-reports.ts';
import { answerDeed } from './post-anomalies.ts';
import { postEvents } from './post-events.ts';
import { problem, unavailable } from './problem.ts';
import type { PrometheusMeter } from './prometheus-meter.ts';
import { Query } from './query.ts';

export interface AppOptions {
  readonly plan: () => Plan;
  readonly readEntity: (kind: string, id: string) => Promise<StoredEntity | undefined>;
  /** Absent: this weir keeps none. */
  readonly history?: History | undefined;
  /** How many rows of the history an erasure would change. Absent: this weir keeps none. */
  readonly tryErasing?: ((kind: string, id: string) => Promise<object>) | undefined;
  /** How long logs and dead letters are kept. */
  readonly retention: Millis;
  readonly logs: readonly Log[];
  readonly clock: Clock;
  readonly meter: PrometheusMeter;
  /** Producers must wait: answered with 429. */
  readonly isFull: () => boolean;
  /** What keeps this instance from being ready; undefined when nothing does. */
  readonly notReady: () => Promise<string | undefined>;
  readonly access: AccessOptions;
}

/** Paths of the kinds that can be asked for. */
const COLLECTIONS: Readonly<Record<string, string>> = {
  leads: 'lead',
  campaigns: 'campaign',
  channels: 'channel',
  sources: 'source',
  platforms: 'platform',
  categories: 'category',
};
/** Which picks have addresses of their own: those that weir.yaml lists as `segment` of leads. */
const SEGMENTS = { kind: 'lead', as: 'segment' };
/** The kind with one entity: its path has no id. */
const ALL = 'all';
const LARGEST_BODY = 5 * 1024 * 1024;
const LARGEST_DEED = 16 * 1024;

export function createApp(options: AppOptions): Hono {
  const app = new Hono();
  app.use(secureHeaders());
  app.use(async (c, next) => {
    const begun = performance.now();
    await next();
    const route = routeLabel(c.req.path);
    options.meter.count('weir_http_requests_total', { route, status: `${Math.floor(c.res.status / 100)}xx` });
    options.meter.observe('weir_http_request_duration_seconds', (performance.now() - begun) / 1000, {
      route,
    });
  });
  app.use(guard(options.access));
  app.onError((error, c) => {
    if (error instanceof WeirError && error.code === 'wrong_usage')
      return problem(c, {
        slug: 'bad-parameter',
        status: 400,
        title: 'A query parameter does not fit',
        detail: error.message,
      });
    if (error instanceof WeirError && (error.code === 'redis_away' || error.code === 'history_away'))
      return unavailable(c, error.code);
    return problem(c, { slug: 'internal', status: 500, title: 'weir failed to answer; its log says why' });
  });
  app.notFound((c) =>
    problem(c, { slug: 'not-found', status: 404, title: 'There is nothing at this address' }),
  );

  app.get('/healthz', (c) => c.json({ status: 'ok' }));
  app.get('/readyz', async (c) => {
    const reason = await options.notReady();
    return reason === undefined
      ? c.json({ status: 'ready', rules: options.plan().hash })
      : problem(c, { slug: 'not-ready', status: 503, title: reason }, { 'retry-after': '1' });
  });
  app.get('/metrics', async (c) =>
    c.body(await options.meter.registry.metrics(), 200, {
      'content-type': options.meter.registry.contentType,
    }),
  );
  app.post(
    '/v1/events',
    bodyLimit({ maxSize: LARGEST_BODY, onError: tooLarge(LARGEST_BODY, '; send several') }),
    (c) => postEvents(c, options),
  );
  app.get('/v1/events/:id', (c) => answerEvent(c, options, c.req.param('id')));
  app.get('/v1/anomalies', (c) => answerAnomalies(c, options));
  for (const deed of ['acknowledge', 'mute'] as const)
    app.post(
      `/v1/anomalies/:decision/:name/${deed}`,
      bodyLimit({ maxSize: LARGEST_DEED, onError: tooLarge(LARGEST_DEED) }),
      (c) => answerDeed(c, options, deed, { id: c.req.param('decision'), name: c.req.param('name') }),
    );
  app.get('/v1/reports', (c) => answerReports(c, options));
  app.get('/v1/reports/:name', (c) => answerReport(c, options, c.req.param('name')));
  app.get('/v1/segments', (c) => answerPicks(c, options, SEGMENTS));
  app.get('/v1/segments/:name/leads', (c) =>
    answerMembers(c, options, { ...SEGMENTS, name: c.req.param('name') }),
  );
  app.get('/v1/decisions', (c) => answerDecisions(c, options));
  app.get('/v1/decisions/:id', (c) => answerDecision(c, options, c.req.param('id')));
  for (const [collection, kind] of Object.entries(COLLECTIONS)) {
    app.get(`/v1/${collection}`, (c) => answerEntities(c, options, kind, collection));
    // ids may hold slashes (c1/jooble): what follows the collection is read by hand
    app.get(`/v1/${collection}/*`, (c) => {
      const segments = new URL(c.req.url).pathname.split('/').slice(3);
      const view = segments.length > 1 ? VIEWS[segments.at(-1) as string] : undefined;
      const id = (view ? segments.slice(0, -1) : segments).map(decodeSegment).join('/');
      return (view ?? answerEntity)(c, options, kind, id);
    });
  }
  for (const view of ['', ...Object.keys(VIEWS)])
    app.get(`/v1/${ALL}${view && `/${view}`}`, (c) => (VIEWS[view] ?? answerEntity)(c, options, ALL, ALL));
  // who may is said in access.ts: of leads alone
  app.delete('/v1/leads/*', (c) => {
    const id = new URL(c.req.url).pathname.split('/').slice(3).map(decodeSegment).join('/');
    return deleteEntity(c, options, 'lead', id);
  });
  // reports may have a short address of their own
  app.get('/v1/:path', (c, next) => {
    const report = [...options.plan().reports.values()].find(({ path }) => path === c.req.param('path'));
    return report ? answerReport(c, options, report.name) : next();
  });
  return app;
}

const tooLarge =
  (most: number, advice = '') =>
  (c: Context) =>
    problem(c, {
      slug: 'too-large',
      status: 413,
      title: 'The request is too large',
      detail: `At most ${most} bytes a request${advice}`,
    });

type Answer = (c: Context, options: AppOptions, kind: string, id: string) => Promise<Response>;

/** What else can be asked of an entity, by the last segment of the path. */
const VIEWS: Readonly<Record<string, Answer>> = Object.assign(Object.create(null), {
  explain: answerExplain,
  decisions: answerDecisionsOf,
});

function decodeSegment(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

async function answerEntity(c: Context, options: AppOptions, kind: string, id: string): Promise<Response> {
  const refused = new Query(c.req.query(), options.clock.now()).problem();
  if (refused) return problem(c, refused);
  const stored = await options.readEntity(kind, id);
  if (!stored) return notKnown(c, kind);
  const { person } = stored.entity;
  const seen = person !== undefined && may(callerOf(c), 'personal') ? { person } : {};
  return c.json({ ...entityAnswer(stored, options.clock.now()), ...seen });
}

async function answerExplain(c: Context, options: AppOptions, kind: string, id: string): Promise<Response> {
  const query = new Query(c.req.query(), options.clock.now());
  const rule = query.text('rule');
  const refused = query.problem();
  if (refused) return problem(c, refused);
  const stored = await options.readEntity(kind, id);
  if (!stored) return notKnown(c, kind);
  const names = stored.entity.kind.nodes.flatMap((node) => (node.type === 'rule' ? [node.name] : []));
  if (rule === undefined || names.includes(rule))
    return c.json(explainAnswer(stored, options.clock.now(), rule));
  const detail = `Rules of ${kind}: ${names.join(', ')}`;
  return problem(c, { slug: 'unknown-rule', status: 404, title: 'No such rule', detail });
}

function notKnown(c: Context, kind: string): Response {
  return problem(c, { slug: 'not-found', status: 404, title: `No event about this ${kind} has arrived` });
}

/** A closed set of labels, whatever paths are asked for. */
function routeLabel(path: string): string {
  const [, first, second, ...rest] = path.split('/');
  if (first !== 'v1') return ['healthz', 'readyz', 'metrics'].includes(first ?? '') ? `/${first}` : 'other';
  if (second === undefined) return 'other';
  if (['events', 'decisions'].includes(second))
    return rest.length === 0 ? `/v1/${second}` : `/v1/${second}/{id}`;
  if (second === 'anomalies') return rest.length === 0 ? '/v1/anomalies' : '/v1/anomalies/{id}';
  if (second === 'reports') return rest.length === 0 ? '/v1/reports' : '/v1/reports/{name}';
  if (second === 'segments') return rest.length === 0 ? '/v1/segments' : '/v1/segments/{name}/leads';
  if (second === ALL) return rest.length === 1 && (rest[0] ?? '') in VIEWS ? `/v1/all/${rest[0]}` : '/v1/all';
  if (!Object.hasOwn(COLLECTIONS, second)) return 'other';
  const last = rest.at(-1) ?? '';
  if (rest.length === 0) return `/v1/${second}`;
  return rest.length > 1 && last in VIEWS ? `/v1/${second}/{id}/${last}` : `/v1/${second}/{id}`;
}
