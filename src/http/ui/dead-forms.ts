/** Forms about dead letters: try, send again, send another text, drop; and what came of it. */

import { html } from 'hono/html';
import type { KeptLetter } from '../../core/history/kept-letter.ts';
import type { Change } from './forms.ts';
import { type Html, mark, panel, tableOr } from './html-parts.ts';
import type { Page } from './page.ts';
import type { Visit } from './visit.ts';

/** What /v1/dead/redrive and /v1/dead/drop answer. */
export interface DeadAnswer {
  readonly dry_run: boolean;
  readonly letters: readonly {
    readonly id: string;
    readonly outcome: string;
    readonly problem?: string;
    readonly reason?: string;
  }[];
  readonly next?: string;
}

/** Of all open ones of a reason and type. */
export function groupForm({ texts }: Visit, { reason, type }: { reason: string; type: string | null }): Html {
  return html`<form class="inline" method="post" action="/ui/dead"><input type="hidden" name="reason" value="${reason}">${type === null ? '' : html`<input type="hidden" name="type" value="${type}">`}<button name="deed" value="try" class="quiet">${texts.try_it}</button> <button name="deed" value="redrive" class="quiet">${texts.send_again}</button></form>`;
}

export function letterForm({ texts }: Visit, { id, raw }: KeptLetter): Html {
  const text = raw === undefined ? '' : Buffer.from(raw).toString('utf8');
  return html`<form class="decide" method="post" action="/ui/dead"><input type="hidden" name="id" value="${id}">
<div><label for="letter-text">${texts.bytes}</label><textarea id="letter-text" name="text" rows="8" spellcheck="false">${text}</textarea></div>
<p><button name="deed" value="try" class="quiet">${texts.try_it}</button> <button name="deed" value="redrive">${texts.send_again}</button> <button name="deed" value="edit" class="quiet">${texts.send_text}</button> <button name="deed" value="drop" class="quiet">${texts.drop}</button></p></form>`;
}

export function deadRequest({
  deed,
  id,
  reason,
  type,
  text,
}: Readonly<Record<string, string>>): Change | undefined {
  const which = id ? { ids: [id] } : reason ? { reason, ...(type ? { type } : {}) } : undefined;
  if (which === undefined) return undefined;
  if (deed === 'drop') return { method: 'POST', path: '/v1/dead/drop', body: which };
  const redrive = { method: 'POST', path: '/v1/dead/redrive' } as const;
  if (deed === 'try') return { ...redrive, body: { ...which, dry_run: true } };
  if (deed === 'redrive') return { ...redrive, body: which };
  // browsers end lines of a form as mail does
  if (deed === 'edit') return { ...redrive, body: { ...which, text: (text ?? '').replaceAll('\r\n', '\n') } };
  return undefined;
}

export function deadResult(
  visit: Visit,
  { letters, dry_run, next }: DeadAnswer,
  fields: Readonly<Record<string, string>>,
): Page {
  const { texts } = visit;
  const words: Readonly<Record<string, string>> = {
    sent: texts.letter_redriven,
    would_be_sent: texts.would_be_sent,
    dropped: texts.letter_dropped,
    would_be_dropped: texts.letter_dropped,
  };
  const again =
    dry_run && next === undefined
      ? groupForm(visit, { reason: fields.reason ?? '', type: fields.type || null })
      : '';
  return {
    title: dry_run ? texts.try_it : texts.dead,
    about: html`<a href="/dead">${texts.dead}</a>${dry_run ? ` · ${texts.nothing_sent}` : ''}`,
    body: panel({
      id: 'outcome',
      title: texts.what_came_of_it,
      wide: true,
      aside: fields.reason ? again : '',
      body: tableOr(
        texts.no_dead,
        texts.what_came_of_it,
        [{ head: texts.dead_letter }, { head: texts.state }, { head: texts.problem }],
        letters.map(({ id, outcome, problem, reason }) => [
          html`<a href="/dead/${encodeURIComponent(id)}">${id}</a>`,
          outcome === 'refused' ? mark('bad', texts.refused) : mark('good', words[outcome] ?? outcome),
          problem ?? reason ?? '',
        ]),
      ),
    }),
  };
}
