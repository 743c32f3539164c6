/** What new rules, features and tests begin as: commented, and with a test that fails until somebody says what is expected. */

import type { EventField, EventType } from '../../rules/event-catalogue.ts';
import type { KindPlan } from '../../rules/plan.ts';

/** How an event and a test name an entity of the kind, with what else the event must have. */
function entityOf({ name, key }: KindPlan, event?: EventType): { fields: string; id: string; kind: string } {
  const values = key.map((_, i) => (i === 0 ? '1' : `x${i}`));
  const others = (event?.shape ?? []).filter(({ name: field, required }) => required && !key.includes(field));
  const fields = [
    ...key.map((field, i) => `${field}: ${values[i]}`),
    ...others.map((field) => `${field.name}: ${exampleOf(field)}`),
  ];
  return { fields: fields.join(', '), id: values.join('/'), kind: name };
}

function exampleOf({ kind, values, rows }: EventField): string {
  if (values?.[0] !== undefined) return String(values[0]);
  if (rows !== undefined) return '[]';
  if (kind === 'boolean') return 'true';
  return kind === 'id' || kind === 'text' ? 'x' : '1';
}

export interface Skeleton {
  readonly name: string;
  readonly kind: KindPlan;
  /** A feature of the kind that is a number. */
  readonly feature: string;
  /** An event type that the kind hears of. */
  readonly event: EventType;
}

export function ruleSkeleton({ name, kind, feature }: Skeleton): string {
  const { id, kind: about } = entityOf(kind);
  return `rule: ${name}
description: What it says, in one sentence           # shown with every decision
owner: you@example.com                              # who answers questions about it
version: 1                                          # raise it when it is to decide otherwise
mode: shadow                                        # watched and read by nothing; \`live\` when it is to count
for: ${about}

# one of four shapes: factors (points, added up), pick (lines that are true), value (one expression), allocate (money)
factors:
  base: 10
  ${feature}: 2 * ${feature}                         # any feature of ${about}: \`weir graph\` lists them
clamp: [0, 100]
publish: { change_over: 1 }                         # told when it changes by more than this

tests:
  - name: say what is expected, and why
    with: { ${about}: ${id}, ${feature}: 3 }
    expect: { ${name}: 999 }                        # fails until you write what it is to be: \`weir test -t "say what"\`
`;
}

export function featureSkeleton({ name, kind, event }: Skeleton): string {
  const { fields, id, kind: about } = entityOf(kind, event);
  return `# count, sum, avg, last, since …: docs/rules.md lists what there is
features:
  ${about}:
    ${name}: { count: ${event.name}, window: 7d }          # the rolling last seven days

---
# shows the feature while nothing else reads it; delete it, with its test, once a rule does
rule: ${name}_seen
description: Shows ${name}
owner: you@example.com
version: 1
mode: shadow
for: ${about}
value: ${name}

tests:
  - name: say what is expected of ${name}
    given:
      - { at: 0h, type: ${event.name}, ${fields}, times: 3, every: 1d }
    expect:
      - { at: 2d, ${about}: ${id}, ${name}: 999 }      # fails until you write what it is to be
      - { at: 10d, ${about}: ${id}, ${name}: 0 }       # the window is over
`;
}

/** One more test of a rule, indented as tests in rule files are. */
export function testSkeleton({ name, kind, feature, event }: Skeleton, title: string): string {
  const { fields, id, kind: about } = entityOf(kind, event);
  return `  - name: ${title}
    # events and when they happen; or \`with: { ${about}: ${id}, ${feature}: 3 }\` instead of \`given\`
    given:
      - { at: 0h, type: ${event.name}, ${fields} }
    expect:
      - { at: 1h, ${about}: ${id}, ${name}: 999 }       # fails until you write what it is to be
`;
}

/** The text with the test at the end of the rule's tests; undefined when the rule does not begin on that line. */
export function withTest(text: string, line: number, test: string): string | undefined {
  const lines = text.split('\n');
  if (!/^rule:/.test(lines[line - 1] ?? '')) return undefined;
  const isBreak = (one: string) => /^---(\s|$)/.test(one);
  const found = lines.findIndex((one, i) => i >= line && isBreak(one));
  const end = found < 0 ? lines.length : found;
  const tests = lines.findIndex((one, i) => i >= line && i < end && /^tests:/.test(one));
  const after = tests < 0 ? -1 : lines.findIndex((one, i) => i > tests && i < end && /^[^\s#]/.test(one));
  let at = after < 0 ? end : after;
  while (at > 0 && (lines[at - 1] ?? '').trim() === '') at -= 1;
  const added = tests < 0 ? `\ntests:\n${test}` : test;
  return [...lines.slice(0, at), ...added.trimEnd().split('\n'), ...lines.slice(at)]
    .join('\n')
    .replace(/\n*$/, '\n');
}
