/** The files of docs/deploy: every field is one there is, and what refers to something finds it. */

import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import type { TSchema } from 'typebox';
import { Compile } from 'typebox/compile';
import { parse, parseAllDocuments } from 'yaml';
import { readEnvironment } from '../src/cli/environment.ts';
import { healthRoutes } from '../src/http/health-routes.ts';
import { clusterOf } from '../src/processor/redis-address.ts';
import { COMPOSE, KUBERNETES } from './deploy-schema.ts';
import { root } from './document-blocks.ts';

type Fields = Record<string, unknown>;
interface Resource {
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly spec: Fields;
}

const folder = join(root, 'docs/deploy');
const textOf = (file: string) => readFileSync(join(folder, file), 'utf8');
const manifests = readdirSync(join(folder, 'kubernetes'));
const resources = manifests.flatMap((file) =>
  parseAllDocuments(textOf(`kubernetes/${file}`)).map((document) => document.toJS() as Resource),
);
const ofKind = (kind: string) => resources.filter((resource) => resource.kind === kind);

function problemsOf(schema: TSchema, value: unknown): unknown[] {
  return Compile(schema).Errors(value);
}

/** Everything of that name, however deep. */
function* every(value: unknown, name: string): Generator<unknown> {
  if (typeof value !== 'object' || value === null) return;
  for (const [key, inner] of Object.entries(value)) {
    if (key === name) yield inner;
    yield* every(inner, name);
  }
}

const podsOf = ({ spec }: Resource) =>
  spec.template as { metadata: { labels: Fields }; spec: { containers: Fields[]; volumes?: Fields[] } };
const selects = (wanted: Fields, labels: Fields) =>
  Object.entries(wanted).every(([key, value]) => labels[key] === value);

describe('Kubernetes manifests', () => {
  const workloads = [...ofKind('StatefulSet'), ...ofKind('Job')];

  it('have the fields that there are', () => {
    for (const resource of resources)
      assert.deepEqual(
        problemsOf(KUBERNETES[resource.kind] ?? assert.fail(resource.kind), resource),
        [],
        `${resource.kind} ${resource.metadata.name}`,
      );
    const names = resources.map(({ kind, metadata }) => `${kind} ${metadata.name}`);
    assert.equal(new Set(names).size, names.length);
  });

  it('would be refused with a field that is misspelt, and with a number that is none', () => {
    const [first] = ofKind('StatefulSet') as [Resource];
    const schema = KUBERNETES.StatefulSet as TSchema;
    for (const spec of [
      { ...first.spec, replica: 2 },
      { ...first.spec, replicas: 'two' },
    ])
      assert.notDeepEqual(problemsOf(schema, { ...first, spec }), []);
  });

  it('select pods that there are, and each its own', () => {
    const wanted = [...ofKind('Service'), ...ofKind('PodDisruptionBudget'), ...ofKind('NetworkPolicy')].map(
      ({ kind, metadata, spec }) => {
        const { selector, podSelector } = spec as { selector?: Fields; podSelector?: Fields };
        const given = (selector ?? podSelector) as Fields;
        return [`${kind} ${metadata.name}`, (given.matchLabels ?? given) as Fields] as const;
      },
    );
    for (const [name, labels] of wanted) {
      const found = workloads.filter((workload) => selects(labels, podsOf(workload).metadata.labels));
      assert.equal(found.length, 1, name);
    }
    for (const set of ofKind('StatefulSet')) {
      const { matchLabels } = set.spec.selector as { matchLabels: Fields };
      assert.ok(selects(matchLabels, podsOf(set).metadata.labels));
      const service = ofKind('Service').find(({ metadata }) => metadata.name === set.spec.serviceName);
      assert.equal(service?.spec.clusterIP, 'None');
    }
  });

  it('name ports, volumes and secrets that there are', () => {
    for (const workload of workloads) {
      const { containers, volumes = [] } = podsOf(workload).spec;
      const claims = (workload.spec.volumeClaimTemplates ?? []) as Resource[];
      const stored = [...volumes.map(({ name }) => name), ...claims.map(({ metadata }) => metadata.name)];
      for (const container of containers) {
        const ports = ((container.ports ?? []) as Fields[]).map(({ name }) => name);
        for (const probe of ['startupProbe', 'readinessProbe', 'livenessProbe'])
          for (const port of every(container[probe], 'port')) assert.ok(ports.includes(port), String(port));
        const mounted = ((container.volumeMounts ?? []) as Fields[]).map(({ name }) => name);
        assert.deepEqual(mounted.toSorted(), stored.toSorted());
      }
    }
    const ports = workloads.flatMap((workload) =>
      podsOf(workload).spec.containers.flatMap(({ ports: own = [] }) =>
        (own as Fields[]).map(({ name }) => name),
      ),
    );
    for (const port of [...every(ofKind('Service'), 'targetPort'), ...every(ofKind('NetworkPolicy'), 'port')])
      assert.ok(typeof port === 'number' || ports.includes(port), String(port));
    // made by the operator: named at the head of the file, and nowhere in clear
    const heads = manifests.map((file) => textOf(`kubernetes/${file}`)).join('\n');
    for (const reference of every(resources, 'secretKeyRef')) {
      const { name, key } = reference as { name: string; key: string };
      assert.match(heads, new RegExp(`Secret \`${name}\``));
      assert.match(heads, new RegExp(`\`${key}\``));
    }
    assert.equal(ofKind('Secret').length, 0);
  });

  it('ask weir what it answers, and give it what it reads', () => {
    const [weir] = ofKind('StatefulSet').filter(({ metadata }) => metadata.name === 'weir') as [Resource];
    const paths = [...every(weir, 'httpGet')].map((probe) => (probe as Fields).path);
    assert.deepEqual(new Set(paths), new Set(['/healthz', '/readyz']));
    for (const path of paths) assert.ok(healthRoutes.some((route) => route.path === path));
    const [container] = podsOf(weir).spec.containers as [Fields];
    const entries = (container.env as Fields[]).map(({ name, value }) => [name, value ?? `of ${name}`]);
    const env = Object.fromEntries(entries) as Record<string, string>;
    const read = readEnvironment({ ...env, WEIR_SHARE: env.WEIR_SHARE?.replace('$(POD_INDEX)', '1') });
    assert.deepEqual(read.share, { index: 1, of: weir.spec.replicas });
    assert.equal(read.tokens, '/run/secrets/weir/tokens.json');
    const url = /redis:\/\/\S+/.exec(textOf('kubernetes/weir.yaml'))?.[0] ?? '';
    assert.equal(clusterOf(url)?.nodes.length, 3);
  });
});

describe('Compose files', () => {
  const one = read('compose.yaml');
  const cluster = read('compose.cluster.yaml');

  it('have the fields that there are', () => {
    for (const compose of [one, cluster]) assert.deepEqual(problemsOf(COMPOSE, compose), []);
    const broken = { ...one, services: { redis: { ...one.services.redis, memory_limit: '1g' } } };
    assert.notDeepEqual(problemsOf(COMPOSE, broken), []);
  });

  it('name services, volumes and secrets that there are', () => {
    const services = { ...one.services, ...cluster.services };
    const volumes = [...Object.keys(one.volumes ?? {}), ...Object.keys(cluster.volumes ?? {})];
    for (const [name, service] of Object.entries(services)) {
      for (const wanted of Object.keys((service.depends_on ?? {}) as Fields))
        assert.ok(services[wanted], name);
      for (const volume of (service.volumes ?? []) as string[])
        assert.ok(volumes.includes(volume.split(':')[0] as string), volume);
      for (const secret of (service.secrets ?? []) as string[]) assert.ok(one.secrets?.[secret], secret);
    }
  });

  it('share the partitions among the instances', () => {
    const shares = ['weir-a', 'weir-b'].map(
      (name) => readEnvironment(one.services[name]?.environment as Record<string, string>).share,
    );
    assert.deepEqual(shares, [
      { index: 0, of: 2 },
      { index: 1, of: 2 },
    ]);
  });

  it('start Redis with the settings that weir asks for', () => {
    for (const text of [textOf('compose.yaml'), textOf('compose.cluster.yaml')])
      assert.match(text, /--appendonly yes[\s\S]*--maxmemory-policy noeviction/);
    assert.match(
      textOf('kubernetes/redis.yaml'),
      /--appendonly\s+- 'yes'[\s\S]*--maxmemory-policy\s+- noeviction/,
    );
  });
});

describe('the image', () => {
  it('has in it what it copies, and starts weir', () => {
    const text = textOf('Dockerfile');
    for (const [, from] of text.matchAll(/^COPY (.+) \S+$/gm))
      for (const path of (from as string).split(' ')) assert.ok(existsSync(join(root, path)), path);
    assert.match(text, /CMD \["node_modules\/\.bin\/node", "src\/main\.ts", "run"\]/);
  });
});

interface Compose {
  readonly services: Record<string, Fields>;
  readonly volumes?: Fields;
  readonly secrets?: Fields;
}

function read(file: string): Compose {
  // `!override` says how Compose lays one file over the other
  const text = textOf(file).replaceAll(' !override', '');
  const whole = parse(text, { merge: true }) as Fields;
  return Object.fromEntries(Object.entries(whole).filter(([name]) => !name.startsWith('x-'))) as never;
}
