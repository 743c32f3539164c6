/** What a page is: its title, what stands below it, and how it answers when a store is away. */

import { html } from 'hono/html';
import { WeirError } from '../../core/errors.ts';
import type { History } from '../../core/history.ts';
import { empty, type Html } from './html-parts.ts';
import type { Visit } from './visit.ts';

export interface Page {
  /** In the window's title and, unless there is a heading, above the page. */
  readonly title: string;
  readonly heading?: Html;
  /** A sentence below the heading. */
  readonly about?: Html;
  readonly body: Html | readonly Html[];
  /** Another page is meant: nothing of this one is shown. */
  readonly to?: string;
  readonly status?: 200 | 400 | 401 | 403 | 404 | 409 | 410 | 412 | 503;
}

/** @param rest what of the path stands behind the page's own, decoded */
export type PageMaker = (visit: Visit, rest: string) => Promise<Page>;

export function notFound({ texts }: Visit): Page {
  return { title: texts.nothing_here, body: empty(texts.nothing_here_more), status: 404 };
}

/** A part of a page that needs the history; a sentence where there is none, or where a store does not answer. */
export async function fromHistory(visit: Visit, make: (history: History) => Promise<Html>): Promise<Html> {
  const { history } = visit.options;
  if (!history) return empty(visit.texts.no_history);
  return whileThere(visit, () => make(history));
}

/** The same for what Redis is asked. */
export async function whileThere({ texts }: Visit, make: () => Promise<Html>): Promise<Html> {
  try {
    return await make();
  } catch (error) {
    const { code } = error instanceof WeirError ? error : { code: '' };
    if (code === 'redis_away') return html`<p class="empty away">${texts.redis_away}</p>`;
    if (code === 'history_away') return html`<p class="empty away">${texts.history_away}</p>`;
    throw error;
  }
}
