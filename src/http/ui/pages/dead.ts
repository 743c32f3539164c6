/** Dead letters: by reason first, then each of them, with its bytes for those who may see them. */

import { html } from 'hono/html';
import type { KeptLetter, LetterState } from '../../../core/history/kept-letter.ts';
import { groupForm, letterForm } from '../dead-forms.ts';
import { ago, at, facts, type Html, mark, panel, tableOr } from '../html-parts.ts';
import { fromHistory, notFound, type Page } from '../page.ts';
import type { Visit } from '../visit.ts';
import { pager } from './leads.ts';

const STATES: readonly LetterState[] = ['open', 'redriven', 'dropped', 'erased'];

export async function deadPage(visit: Visit): Promise<Page> {
  const { texts, show, url } = visit;
  const asked = (name: string) => url.searchParams.get(name) || undefined;
  const [reason, type, after] = [asked('reason'), asked('type'), asked('after')];
  const state = STATES.find((one) => one === asked('state')) ?? 'open';
  const operates = visit.may('operate');
  const groups = await fromHistory(visit, async (history) =>
    tableOr(
      texts.no_dead,
      texts.by_reason,
      [
        { head: texts.reason },
        { head: texts.type },
        { head: texts.how_many, number: true },
        { head: texts.first_one, extra: true },
        { head: texts.last_one },
        ...(operates ? [{ head: texts.do_it }] : []),
      ],
      (await history.deadGroups()).map((group) => [
        html`<a href="/dead?reason=${group.reason}${group.type === null ? '' : html`&amp;type=${encodeURIComponent(group.type)}`}">${show.label(group.reason)}</a>`,
        group.type ?? '',
        show.number(group.count, 0),
        ago(visit, group.first),
        ago(visit, group.last),
        ...(operates ? [groupForm(visit, group)] : []),
      ]),
    ),
  );
  const letters = await fromHistory(visit, async (history) => {
    const narrowed = {
      ...(reason ? { reason } : {}),
      ...(type ? { type } : {}),
      ...(after ? { after } : {}),
    };
    const { rows, next } = await history.deadLetters({ state, limit: 50, ...narrowed });
    return html`${tableOr(
      texts.no_dead,
      texts.dead,
      [
        { head: texts.when },
        { head: texts.reason },
        { head: texts.type, extra: true },
        { head: texts.problem },
      ],
      rows.map((letter) => [
        html`<a href="/dead/${encodeURIComponent(letter.id)}">${at(visit, letter.at)}</a>`,
        show.label(letter.reason),
        letter.type ?? '',
        problemOf(visit, letter),
      ]),
    )}${pager(visit, next)}`;
  });
  const narrowed = [reason && show.label(reason), type].filter((word) => word !== undefined).join(' · ');
  return {
    title: texts.dead,
    about: texts.dead_about,
    body: [
      panel({ id: 'groups', title: texts.by_reason, body: groups, wide: true }),
      panel({
        id: 'letters',
        title: narrowed === '' ? texts.each_of_them : narrowed,
        aside: narrowed === '' ? undefined : html`<a href="/dead">${texts.see_all}</a>`,
        body: letters,
        wide: true,
      }),
    ],
  };
}

export async function letterPage(visit: Visit, id: string): Promise<Page> {
  const { texts, show, options } = visit;
  const letter = /^\d{1,10}:\d{1,15}-\d{1,10}$/.test(id) ? await options.history?.deadLetter(id) : undefined;
  if (!letter) return notFound(visit);
  const tones = { open: 'warn', redriven: 'good', dropped: 'idle', erased: 'idle' } as const;
  return {
    title: `${texts.dead_letter} ${id}`,
    about: html`${mark(tones[letter.state], texts[`letter_${letter.state}`])} ${at(visit, letter.at)}`,
    body: [
      panel({
        id: 'letter',
        title: show.label(letter.reason),
        body: html`<p>${problemOf(visit, letter)}</p>${facts([
          [texts.type, letter.type ?? ''],
          [texts.partition, String(letter.partition)],
          [texts.entry, html`<code>${letter.entry}</code> · ${letter.item}`],
        ])}`,
      }),
      panel({
        id: 'bytes',
        title: texts.bytes,
        wide: true,
        body:
          letter.state === 'open' && visit.may('operate') && visit.may('personal')
            ? letterForm(visit, letter)
            : bytes(visit, letter),
      }),
    ],
  };
}

/** The sentence may quote what it is about. */
function problemOf(visit: Visit, { problem }: KeptLetter): Html {
  return visit.may('personal') ? problem : html`<em>${visit.texts.not_yours}</em>`;
}

function bytes(visit: Visit, { raw }: KeptLetter): Html {
  const { texts } = visit;
  if (!visit.may('personal')) return html`<p class="empty">${texts.bytes_not_yours}</p>`;
  if (raw === undefined) return html`<p class="empty">${texts.bytes_gone}</p>`;
  return html`<pre tabindex="0"><code>${Buffer.from(raw).toString('utf8')}</code></pre>`;
}
