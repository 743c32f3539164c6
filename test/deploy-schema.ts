/** The fields of Kubernetes and of Compose that docs/deploy uses, and no others: a name that is misspelt is found. */

import Type, { type TSchema } from 'typebox';

const strict = (fields: Record<string, TSchema>) => Type.Object(fields, { additionalProperties: false });
const optional = (fields: Record<string, TSchema>) =>
  Object.fromEntries(Object.entries(fields).map(([name, schema]) => [name, Type.Optional(schema)]));
const text = Type.String({ minLength: 1 });
const texts = Type.Record(Type.String(), Type.String());
const whole = Type.Integer({ minimum: 0 });
const name = Type.String({ pattern: '^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$' });
const portName = Type.String({ pattern: '^[a-z0-9-]{1,15}$' });
const port = Type.Union([Type.Integer({ minimum: 1, maximum: 65_535 }), portName]);
const quantity = Type.String({ pattern: '^[0-9]+(m|Ki|Mi|Gi|Ti)?$' });
const oneOf = (...values: string[]) => Type.Union(values.map((value) => Type.Literal(value)));

const metadata = strict({ name, ...optional({ labels: texts, annotations: texts }) });
const selector = strict(
  optional({
    matchLabels: texts,
    matchExpressions: Type.Array(
      strict({
        key: text,
        operator: oneOf('In', 'NotIn', 'Exists', 'DoesNotExist'),
        values: Type.Array(text),
      }),
    ),
  }),
);
const probe = strict({
  ...optional({
    httpGet: strict({ path: Type.String({ pattern: '^/' }), port }),
    tcpSocket: strict({ port }),
    periodSeconds: whole,
    timeoutSeconds: whole,
    failureThreshold: whole,
  }),
});
const amounts = strict(optional({ cpu: quantity, memory: quantity, storage: quantity }));
const source = strict(
  optional({
    fieldRef: strict({ fieldPath: text }),
    secretKeyRef: strict({ name, key: text }),
  }),
);
const container = strict({
  name,
  image: Type.String({ pattern: '^[a-z0-9./-]+:[A-Za-z0-9._-]+$' }),
  resources: strict({ requests: amounts, ...optional({ limits: amounts }) }),
  securityContext: strict({
    allowPrivilegeEscalation: Type.Literal(false),
    readOnlyRootFilesystem: Type.Literal(true),
    capabilities: strict({ drop: Type.Array(text) }),
  }),
  ...optional({
    command: Type.Array(Type.String()),
    args: Type.Array(Type.String()),
    env: Type.Array(strict({ name: text, ...optional({ value: Type.String(), valueFrom: source }) })),
    ports: Type.Array(strict({ name: portName, containerPort: Type.Integer() })),
    startupProbe: probe,
    readinessProbe: probe,
    livenessProbe: probe,
    volumeMounts: Type.Array(strict({ name, mountPath: text, ...optional({ readOnly: Type.Boolean() }) })),
  }),
});
const podTemplate = strict({
  metadata: strict(optional({ labels: texts, annotations: texts })),
  spec: strict({
    automountServiceAccountToken: Type.Literal(false),
    containers: Type.Array(container, { minItems: 1 }),
    securityContext: strict({
      runAsNonRoot: Type.Literal(true),
      runAsUser: whole,
      runAsGroup: whole,
      seccompProfile: strict({ type: Type.Literal('RuntimeDefault') }),
      ...optional({ fsGroup: whole }),
    }),
    ...optional({
      terminationGracePeriodSeconds: whole,
      restartPolicy: oneOf('Always', 'OnFailure', 'Never'),
      topologySpreadConstraints: Type.Array(
        strict({
          maxSkew: whole,
          topologyKey: text,
          whenUnsatisfiable: oneOf('ScheduleAnyway', 'DoNotSchedule'),
          labelSelector: selector,
        }),
      ),
      volumes: Type.Array(
        strict({
          name,
          ...optional({
            emptyDir: strict(optional({ sizeLimit: quantity })),
            secret: strict({
              secretName: name,
              ...optional({ items: Type.Array(strict({ key: text, path: text })) }),
            }),
          }),
        }),
      ),
    }),
  }),
});
const peer = strict(optional({ podSelector: selector, namespaceSelector: selector }));
const policyPorts = Type.Array(strict({ protocol: oneOf('TCP', 'UDP'), port }));

function kind(apiVersion: string, named: string, spec: TSchema): TSchema {
  return strict({ apiVersion: Type.Literal(apiVersion), kind: Type.Literal(named), metadata, spec });
}

/** By kind; after the API reference of Kubernetes 1.34. */
export const KUBERNETES: Readonly<Record<string, TSchema>> = {
  Service: kind(
    'v1',
    'Service',
    strict({
      selector: texts,
      ports: Type.Array(strict({ name: portName, port, targetPort: port })),
      ...optional({ clusterIP: Type.Literal('None'), publishNotReadyAddresses: Type.Boolean() }),
    }),
  ),
  StatefulSet: kind(
    'apps/v1',
    'StatefulSet',
    strict({
      serviceName: name,
      replicas: whole,
      selector,
      template: podTemplate,
      ...optional({
        podManagementPolicy: oneOf('OrderedReady', 'Parallel'),
        volumeClaimTemplates: Type.Array(
          strict({
            metadata,
            spec: strict({
              accessModes: Type.Array(oneOf('ReadWriteOnce', 'ReadWriteOncePod')),
              resources: strict({ requests: amounts }),
            }),
          }),
        ),
      }),
    }),
  ),
  PodDisruptionBudget: kind('policy/v1', 'PodDisruptionBudget', strict({ maxUnavailable: whole, selector })),
  Job: kind('batch/v1', 'Job', strict({ template: podTemplate, ...optional({ backoffLimit: whole }) })),
  NetworkPolicy: kind(
    'networking.k8s.io/v1',
    'NetworkPolicy',
    strict({
      podSelector: selector,
      policyTypes: Type.Array(oneOf('Ingress', 'Egress')),
      ...optional({
        ingress: Type.Array(strict(optional({ from: Type.Array(peer), ports: policyPorts }))),
        egress: Type.Array(strict(optional({ to: Type.Array(peer), ports: policyPorts }))),
      }),
    }),
  ),
};

const duration = Type.String({ pattern: '^([0-9]+(ms|s|m|h))+$' });
const size = Type.String({ pattern: '^[0-9]+(b|k|m|g|kb|mb|gb)$' });
const dependencies = Type.Record(
  Type.String(),
  strict({ condition: oneOf('service_started', 'service_healthy', 'service_completed_successfully') }),
);
const service = strict(
  optional({
    image: text,
    build: strict({ context: text, dockerfile: text }),
    command: Type.Array(Type.String()),
    environment: texts,
    env_file: text,
    volumes: Type.Array(text),
    secrets: Type.Array(text),
    ports: Type.Array(Type.String({ pattern: '^([0-9.]+:)?[0-9]+:[0-9]+$' })),
    profiles: Type.Array(text),
    depends_on: dependencies,
    healthcheck: strict({
      test: Type.Array(Type.String()),
      ...optional({ interval: duration, timeout: duration, start_period: duration }),
    }),
    restart: oneOf('no', 'always', 'on-failure', 'unless-stopped'),
    stop_grace_period: duration,
    read_only: Type.Boolean(),
    tmpfs: Type.Array(text),
    mem_limit: size,
    shm_size: size,
  }),
);

/** After the Compose specification. */
export const COMPOSE = strict({
  name,
  services: Type.Record(name, service),
  ...optional({
    volumes: Type.Record(name, Type.Null()),
    secrets: Type.Record(name, strict({ file: text })),
  }),
});
