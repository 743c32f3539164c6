/** What a rule does, line by line, as a table: factors with their points, picked lines with their conditions. */

import { html } from 'hono/html';
import type { Expression } from '../../rules/expression/expression.ts';
import type { AllocateShape, FactorsShape, PickShape, RulePlan, Text } from '../../rules/rule-plan.ts';
import { facts, type Html, table } from './html-parts.ts';
import { NOTHING } from './show.ts';
import type { Visit } from './visit.ts';

export function shapeTable(visit: Visit, { shape, acting }: RulePlan): Html {
  if (shape.type === 'factors') return factors(visit, shape);
  if (shape.type === 'pick') return picks(visit, shape);
  if (shape.type === 'allocate') return allocation(visit, shape, acting?.action ?? '');
  return html`<pre tabindex="0"><code>${shape.expression.text}</code></pre>`;
}

function factors({ texts, show }: Visit, { factors: lines, clamp, classes }: FactorsShape): Html {
  const limit = (value: number | undefined) => (value === undefined ? NOTHING : show.number(value));
  const bounded = lines.some(({ min, max }) => min !== undefined || max !== undefined);
  const points = table(
    texts.factors,
    [
      { head: texts.factor },
      { head: texts.points },
      ...(bounded
        ? [
            { head: texts.least, number: true as const },
            { head: texts.most, number: true as const },
          ]
        : []),
    ],
    lines.map(({ name, expression, min, max }) => [
      show.label(name),
      html`<code>${expression.text}</code>`,
      ...(bounded ? [limit(min), limit(max)] : []),
    ]),
  );
  const range = clamp
    ? html`<p class="note">${texts.clamped} ${show.number(clamp[0])} – ${show.number(clamp[1])}</p>`
    : '';
  if (!classes) return html`${points}${range}`;
  const named = table(
    texts.classes,
    [{ head: texts.class_word }, { head: texts.from_points }],
    classes.map((line) => [
      show.label(line.class),
      line.above !== undefined
        ? `> ${show.number(line.above)}`
        : line.from !== undefined
          ? `≥ ${show.number(line.from)}`
          : texts.otherwise,
    ]),
  );
  return html`${points}${range}${named}`;
}

function picks({ texts, show }: Visit, { lines }: PickShape): Html {
  const lasting = lines.some(({ until }) => until !== undefined);
  return table(
    texts.lines,
    [
      { head: texts.line },
      { head: texts.when_true },
      ...(lasting ? [{ head: texts.until_true }] : []),
      { head: texts.says },
    ],
    lines.map(({ name, when, until, fields }) => [
      show.label(name),
      html`<code>${when.text}</code>`,
      ...(lasting ? [until ? html`<code>${until.text}</code>` : NOTHING] : []),
      html`<ul class="inputs">${fields.map(({ key, text }) => html`<li>${show.label(key)} <b>${textOf(text)}</b></li>`)}</ul>`,
    ]),
  );
}

/** As it stands in the file, with the places of its expressions. */
function textOf(text: unknown): string {
  if (typeof text === 'object' && text !== null && 'text' in text)
    return String((text as Exclude<Text, string>).text);
  return typeof text === 'string' ? text : JSON.stringify(text);
}

function allocation({ texts, show }: Visit, shape: AllocateShape, action: string): Html {
  const { minShare, maxShare, maxChange, smallestMove } = shape.limits;
  const code = (text: string) => html`<code>${text}</code>`;
  const share = (limit: number | Expression) =>
    typeof limit === 'number' ? show.percent(limit) : code(limit.text);
  return facts([
    [texts.action, show.label(action)],
    [texts.total, code(shape.total.text)],
    [texts.weight, 'weight' in shape && shape.weight ? code(shape.weight.text) : NOTHING],
    [texts.share_limits, html`${share(minShare)} – ${share(maxShare)}`],
    [texts.largest_change, share(maxChange)],
    [texts.smallest_move, show.number(smallestMove)],
  ]);
}
