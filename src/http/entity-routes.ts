/** One entity, why its results are what they are, and what was decided about it: for every kind that can be asked for. */

import type { Context } from 'hono';
import Type from 'typebox';
import { didYouMean } from '../core/did-you-mean.ts';
import type { StoredEntity } from '../processor/read-entity.ts';
import type { KindPlan, Plan } from '../rules/plan.ts';
import { homesOf } from '../step/actions/open-actions.ts';
import type { Entity } from '../step/entity.ts';
import { callerOf, may, type Permission } from './access.ts';
import { ENTITY, EXPLANATION, PAST_EXPLANATION } from './answer-schemas.ts';
import { entityAnswer, explainAnswer } from './answers.ts';
import type { AppOptions } from './app.ts';
import { explainPast } from './explain-past.ts';
import { decisionsView } from './get-decisions.ts';
import { listRoute } from './get-entities.ts';
import { names, text, time } from './parameter.ts';
import { type Problem, problem } from './problem.ts';
import { type Route, route } from './route.ts';

/** Paths of the kinds that can be asked for, and what stands for the id in documents. */
const COLLECTIONS: Readonly<Record<string, { readonly kind: string; readonly tag: string }>> = {
  leads: { kind: 'lead', tag: 'Leads' },
  campaigns: { kind: 'campaign', tag: 'Campaigns' },
  channels: { kind: 'channel', tag: 'Channels' },
  sources: { kind: 'source', tag: 'Shared' },
  platforms: { kind: 'platform', tag: 'Shared' },
  categories: { kind: 'category', tag: 'Shared' },
};
/** The kind with one entity: its path has no id. */
const ALL = 'all';

interface Address {
  readonly method: 'GET';
  readonly path: string;
  readonly tag: string;
  readonly permission: Permission;
}

/** Something that can be asked of an entity. */
export type EntityView = (kind: string, address: Address) => Route;

export function entityRoutes(plan: Plan): Route[] {
  const routes: Route[] = [];
  const views = { explain: explainView, decisions: decisionsView };
  const add = (kind: string, path: string, tag: string) => {
    const address = { method: 'GET', tag, permission: 'read' } as const;
    // what a view is called comes before an id that ends so
    for (const [name, view] of Object.entries(views))
      routes.push(view(kind, { ...address, path: `${path}/${name}` }));
    routes.push(entityView(kind, { ...address, path }));
  };
  for (const [collection, { kind, tag }] of Object.entries(COLLECTIONS)) {
    routes.push(listRoute(collection, kind, tag, plan));
    // ids may hold slashes: c1/jooble
    add(kind, `/v1/${collection}/{id*}`, tag);
  }
  add(ALL, `/v1/${ALL}`, 'Shared');
  return routes;
}

const entityView: EntityView = (kind, address) =>
  route({
    ...address,
    summary: `Features and results of one ${kind}`,
    query: { fields: names('Only these features and results, with commas') },
    answers: { 200: { description: 'As they are now', schema: ENTITY } },
    problems: { 400: ['bad-parameter'], 404: ['not-found'] },
    answer: async (c, options, { params, query: { fields } }) => {
      const unknown = unknownFields(options.plan().kindOf.get(kind), fields);
      if (unknown.length > 0) return problem(c, noSuchField(kind, unknown));
      const stored = await options.readEntity(kind, params.id ?? kind);
      if (!stored) return notKnown(c, kind);
      const { person } = stored.entity;
      const seen = person !== undefined && may(callerOf(c), 'personal') ? { person } : {};
      return c.json({ ...entityAnswer(stored, options.clock.now(), fields), ...seen });
    },
  });

interface UnknownField {
  readonly name: string;
  readonly meant: string | undefined;
}

function unknownFields(kind: KindPlan | undefined, fields: readonly string[] = []): UnknownField[] {
  const known = (kind?.nodes ?? []).filter(({ type, slot }) => type === 'rule' || slot >= 0);
  const all = known.map(({ name }) => name);
  return fields.filter((name) => !all.includes(name)).map((name) => ({ name, meant: didYouMean(name, all) }));
}

function noSuchField(kind: string, unknown: readonly UnknownField[]): Problem {
  const errors = unknown.map(({ name, meant }) => ({
    pointer: '?fields',
    detail: `${kind} has no feature or result ${name}${meant === undefined ? '' : `; did you mean ${meant}?`}`,
  }));
  return { slug: 'bad-parameter', status: 400, title: 'A query parameter does not fit', errors };
}

const explainView: EntityView = (kind, address) =>
  route({
    ...address,
    summary: `Why each result of one ${kind} is what it is`,
    query: {
      rule: text('This rule alone'),
      at: time('As it was then, from the decisions made until then'),
    },
    answers: {
      200: {
        description: 'Every rule with its reasons; with `at` what had been decided until then',
        schema: Type.Union([EXPLANATION, PAST_EXPLANATION]),
      },
    },
    problems: { 404: ['not-found', 'unknown-rule', 'no-history'] },
    answer: async (c, options, { params, query: { rule, at } }) => {
      if (at !== undefined) return explainPast(c, options, { kind, id: params.id ?? kind, rule, at });
      const stored = await options.readEntity(kind, params.id ?? kind);
      if (!stored) return notKnown(c, kind);
      const names = stored.entity.kind.nodes.flatMap((node) => (node.type === 'rule' ? [node.name] : []));
      if (rule === undefined || names.includes(rule))
        return c.json(
          explainAnswer(stored, options.clock.now(), { rule, homes: await homesFor(options, stored) }),
        );
      const detail = `Rules of ${kind}: ${names.join(', ')}`;
      return problem(c, { slug: 'unknown-rule', status: 404, title: 'No such rule', detail });
    },
  });

function notKnown(c: Context, kind: string): Response {
  return problem(c, { slug: 'not-found', status: 404, title: `No event about this ${kind} has arrived` });
}

/** A channel's actions are kept with its campaign, where the money is. */
async function homesFor({ readEntity }: AppOptions, { entity }: StoredEntity): Promise<Entity[]> {
  const found: Entity[] = [];
  for (const { kind, id } of homesOf(entity)) {
    const home = kind === entity.kind.name ? entity : (await readEntity(kind, id))?.entity;
    if (home) found.push(home);
  }
  return found;
}
