/** The pieces every page is made of: panels, tables, marks, links to entities, times. */

import { html } from 'hono/html';
import type { Millis } from '../../core/units.ts';
import type { Visit } from './visit.ts';

export type Html = ReturnType<typeof html> | string;

/** Status by word and shape; the colour only repeats it. */
export type Tone = 'bad' | 'warn' | 'good' | 'info' | 'idle';
const SHAPES: Readonly<Record<Tone, string>> = { bad: '▲', warn: '◆', good: '✓', info: '●', idle: '○' };

export function mark(tone: Tone, word: Html): Html {
  return html`<span class="mark ${tone}"><span aria-hidden="true">${SHAPES[tone]}</span> ${word}</span>`;
}

const SEVERITIES: Readonly<Record<string, Tone>> = Object.assign(Object.create(null), {
  critical: 'bad',
  high: 'bad',
  medium: 'warn',
  low: 'info',
});

export function severityTone(severity: string): Tone {
  return SEVERITIES[severity] ?? 'info';
}

export interface PanelOptions {
  /** Unique on the page. */
  readonly id: string;
  readonly title: Html;
  /** Beside the title. */
  readonly aside?: Html | undefined;
  readonly body: Html | readonly Html[];
  /** Asked for again, by its address below /ui/parts/, whenever one of the topics tells something. */
  readonly part?: { readonly path: string; readonly topics: string } | undefined;
  readonly wide?: boolean | undefined;
}

export function panel({ id, title, aside, body, part, wide }: PanelOptions): Html {
  const live = part ? html`data-part="/ui/parts/${part.path}" data-topics="${part.topics}"` : '';
  return html`<section class="panel${wide ? ' wide' : ''}" id="${id}" aria-labelledby="${id}-title" ${live}>
<header><h2 id="${id}-title">${title}</h2>${aside ? html`<div class="aside">${aside}</div>` : ''}</header>
${body}
</section>`;
}

export interface Column {
  readonly head: Html;
  readonly number?: true;
  /** Left out where the screen is narrow. */
  readonly extra?: true;
}

/** A real table: the first cell of each row names it. */
export function table(caption: string, columns: readonly Column[], rows: readonly (readonly Html[])[]): Html {
  const kind = ({ number, extra }: Column) =>
    number || extra ? html` class="${number ? 'number' : ''}${extra ? ' extra' : ''}"` : '';
  return html`<div class="scroll" role="group" aria-label="${caption}" tabindex="0"><table>
<caption class="unseen">${caption}</caption>
<thead><tr>${columns.map((column) => html`<th scope="col"${kind(column)}>${column.head}</th>`)}</tr></thead>
<tbody>${rows.map(
    (cells) =>
      html`<tr>${cells.map((cell, i) => {
        const column = columns[i] as Column;
        return i === 0
          ? html`<th scope="row"${kind(column)}>${cell}</th>`
          : html`<td${kind(column)}>${cell}</td>`;
      })}</tr>\n`,
  )}</tbody></table></div>`;
}

export function empty(text: Html): Html {
  return html`<p class="empty">${text}</p>`;
}

/** A table, or a sentence where it would have no rows. */
export function tableOr(
  text: Html,
  caption: string,
  columns: readonly Column[],
  rows: readonly (readonly Html[])[],
): Html {
  return rows.length === 0 ? empty(text) : table(caption, columns, rows);
}

/** A moment as people say it, with the exact one beside it for whoever wants that. */
export function ago({ show }: Visit, time: Millis): Html {
  return html`<time datetime="${new Date(time).toISOString()}" title="${show.time(time)}" data-ago>${show.ago(time)}</time>`;
}

export function at({ show }: Visit, time: Millis): Html {
  return html`<time datetime="${new Date(time).toISOString()}">${show.time(time)}</time>`;
}

/** Kinds with pages, and where. */
export const COLLECTIONS: Readonly<Record<string, string>> = Object.assign(Object.create(null), {
  lead: 'leads',
  campaign: 'campaigns',
  channel: 'channels',
  source: 'sources',
  platform: 'platforms',
  category: 'categories',
  client: 'clients',
});

export function entityPath(kind: string, id: string): string | undefined {
  if (kind === 'all') return '/all';
  const collection = COLLECTIONS[kind];
  return collection && `/${collection}/${encodePath(id)}`;
}

export function encodePath(id: string): string {
  return id.split('/').map(encodeURIComponent).join('/');
}

export function entityLink(visit: Visit, kind: string, id: string): Html {
  const path = entityPath(kind, id);
  const word = kindWord(visit, kind);
  const name = kind === id ? word : `${word} ${id}`;
  return path === undefined
    ? html`<span class="id">${name}</span>`
    : html`<a class="id" href="${path}">${name}</a>`;
}

/** Kinds of the operators' own are called as they call them. */
export function kindWord({ texts }: Visit, kind: string): string {
  return ownWord(texts, `kind_${kind}`) ?? kind;
}

/** A word of weir's own in the language of the page, or the word itself where it is the operators'. */
export function wordFor({ texts, show }: Visit, prefix: string, word: string): string {
  return ownWord(texts, `${prefix}_${word}`) ?? show.label(word);
}

function ownWord(texts: object, name: string): string | undefined {
  return Object.hasOwn(texts, name) ? (texts as Readonly<Record<string, string>>)[name] : undefined;
}

/** Name and value, one under the other. */
export function facts(rows: readonly (readonly [name: Html, value: Html])[]): Html {
  return html`<dl class="facts">${rows.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>`;
}

/** One big number and what it is. */
export function tile(value: Html, name: Html, note: Html = ''): Html {
  return html`<div class="tile"><strong>${value}</strong><span>${name}</span>${note === '' ? '' : html`<small>${note}</small>`}</div>`;
}
