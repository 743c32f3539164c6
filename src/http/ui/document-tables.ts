/** Any JSON as people read it: single values side by side, lists of objects as tables, the rest below headings. */

import { html } from 'hono/html';
import { empty, entityPath, facts, type Html, table } from './html-parts.ts';
import { NOTHING } from './show.ts';
import type { Visit } from './visit.ts';

const MOST_ROWS = 200;
const DEEPEST = 4;

type Fields = Readonly<Record<string, unknown>>;

export function documentTables(visit: Visit, title: string, document: unknown, depth = 0): Html {
  const { show, texts } = visit;
  if (Array.isArray(document)) return listTable(visit, title, document);
  if (!isFields(document)) return html`<p>${show.value(document)}</p>`;
  const entries = Object.entries(document);
  if (entries.length === 0) return empty(texts.nothing_known);
  const single = entries.filter(([, value]) => typeof value !== 'object' || value === null);
  const several = entries.filter(([, value]) => typeof value === 'object' && value !== null);
  const below = several.map(([name, value]) => {
    const heading = show.label(name);
    if (depth >= DEEPEST) return html`<pre tabindex="0"><code>${JSON.stringify(value)}</code></pre>`;
    const body = isRows(value)
      ? rowTable(visit, heading, value)
      : documentTables(visit, heading, value, depth + 1);
    return html`<section class="below"><h3>${heading}</h3>${body}</section>`;
  });
  const values = single.map(([name, value]) => [show.label(name), show.value(value)] as const);
  return html`${values.length === 0 ? '' : facts(values)}${below}`;
}

function listTable(visit: Visit, title: string, list: readonly unknown[]): Html {
  if (list.length === 0) return empty(visit.texts.none);
  const rows = list.slice(0, MOST_ROWS);
  const cut = list.length - rows.length;
  if (!rows.every(isFields)) return html`<p>${rows.map((value) => visit.show.value(value)).join(', ')}</p>`;
  return html`${fieldTable(
    visit,
    title,
    rows.map((row) => ['', row] as const),
  )}${cut > 0 ? html`<p class="note">${visit.texts.more(cut)}</p>` : ''}`;
}

/** An object of objects of the same sort: each a row. */
function rowTable(visit: Visit, title: string, rows: Fields): Html {
  return fieldTable(
    visit,
    title,
    Object.entries(rows).map(([name, row]) => [visit.show.label(name), row as Fields] as const),
  );
}

function fieldTable(visit: Visit, title: string, rows: readonly (readonly [string, Fields])[]): Html {
  const { show } = visit;
  const columns = [...new Set(rows.flatMap(([, row]) => Object.keys(row)))];
  const named = rows.some(([name]) => name !== '');
  const numeric = (column: string) =>
    rows.every(
      ([, row]) => row[column] === undefined || row[column] === null || typeof row[column] === 'number',
    );
  return table(
    title,
    [
      ...(named ? [{ head: visit.texts.name }] : []),
      ...columns.map((column) => ({
        head: show.label(column),
        ...(numeric(column) ? { number: true as const } : {}),
      })),
    ],
    rows.map(([name, row]) => [
      ...(named ? [name] : []),
      ...columns.map((column) => cell(visit, column, row[column])),
    ]),
  );
}

function cell({ show }: Visit, column: string, value: unknown): Html {
  if (Array.isArray(value))
    return value.length === 0 ? NOTHING : value.map((one) => show.value(one)).join('; ');
  if (column === 'lead_id' && (typeof value === 'string' || typeof value === 'number'))
    return html`<a href="${entityPath('lead', String(value))}">${value}</a>`;
  if (isFields(value))
    return Object.entries(value)
      .map(([name, one]) => `${show.label(name)} ${show.value(one)}`)
      .join(' · ');
  return show.value(value);
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isRows(value: unknown): value is Fields {
  return isFields(value) && Object.keys(value).length > 0 && Object.values(value).every(isFields);
}
