/** Leads: a table with its filters in the address, a page at a time. */

import { html } from 'hono/html';
import { classTag, type EntityQuery, pickTag } from '../../../core/history/kept-entity.ts';
import { ago, entityLink, entityPath, type Html, panel, tableOr } from '../html-parts.ts';
import { leadRules } from '../lead-rules.ts';
import { fromHistory, type Page } from '../page.ts';
import { personsOf } from '../persons.ts';
import type { Visit } from '../visit.ts';

const ROWS = 50;

export async function leadsPage(visit: Visit): Promise<Page> {
  const { texts, show, url } = visit;
  const wanted = url.searchParams.get('lead')?.trim();
  if (wanted) return { title: texts.leads, body: '', to: entityPath('lead', wanted) as string };
  const rules = leadRules(visit);
  const asked = leadQuery(visit);
  const body = await fromHistory(visit, async (history) => {
    const { rows, next } = await history.entities(asked);
    const persons = await personsOf(visit, history, 'lead', rows);
    const personal = visit.may('personal');
    const columns = [
      { head: texts.kind_lead },
      ...(personal ? [{ head: texts.person, extra: true as const }] : []),
      { head: texts.state },
      ...(rules.score ? [{ head: show.label(rules.score), number: true as const }] : []),
      ...(rules.chance ? [{ head: show.label(rules.chance.rule) }] : []),
      { head: texts.segments, extra: true as const },
      { head: texts.updated, extra: true as const },
    ];
    const cells = rows.map(({ id, values, asOf }) => {
      const person = persons.get(id);
      return [
        entityLink(visit, 'lead', id),
        ...(personal ? [html`${person?.name ?? ''} <small>${person?.email ?? ''}</small>`] : []),
        show.value(values.status),
        ...(rules.score ? [html`<strong>${show.value(values[rules.score])}</strong>`] : []),
        ...(rules.chance ? [chanceCell(visit, values[rules.chance.rule])] : []),
        rules.segments ? html`<small>${show.labels(values[rules.segments.name])}</small>` : '',
        ago(visit, asOf),
      ];
    });
    return html`${tableOr(texts.nobody, texts.leads, columns, cells)}${pager(visit, next)}`;
  });
  return {
    title: texts.leads,
    about: texts.leads_about,
    body: [filters(visit), panel({ id: 'leads', title: filterTitle(visit), body, wide: true })],
  };
}

function chanceCell({ show }: Visit, value: unknown): Html {
  const { value: number, class: name } = (value ?? {}) as { value?: unknown; class?: unknown };
  return html`<strong>${show.value(number)}</strong> <small>${typeof name === 'string' ? show.label(name) : ''}</small>`;
}

/** What does not fit is left out: the form shows what was understood. */
function leadQuery(visit: Visit): EntityQuery {
  const { url } = visit;
  const rules = leadRules(visit);
  const { chosenClass, segment, least, order } = chosen(url, rules);
  const after = url.searchParams.get('after');
  const by = rules.score;
  return {
    kind: 'lead',
    limit: ROWS,
    tags: [
      ...(segment && rules.segments ? [pickTag(rules.segments.name, segment)] : []),
      ...(chosenClass && rules.chance ? [classTag(rules.chance.rule, chosenClass)] : []),
    ],
    ranks: by !== undefined && least !== undefined ? [{ name: by, min: least }] : [],
    ...(order && by !== undefined ? { order: { by, descending: order === 'down' } } : {}),
    ...(after ? { after } : {}),
  };
}

function chosen(url: URL, { chance, segments }: ReturnType<typeof leadRules>) {
  const asked = (name: string, known: readonly string[]) =>
    known.find((one) => one === url.searchParams.get(name));
  const names = segments?.shape.type === 'pick' ? segments.shape.lines.map(({ name }) => name) : [];
  const text = url.searchParams.get('min_score')?.trim() ?? '';
  const least = text === '' || !Number.isFinite(Number(text)) ? undefined : Number(text);
  return {
    chosenClass: asked('class', chance?.classes ?? []),
    segment: asked('segment', names),
    least,
    order: asked('order', ['up', 'down', 'none']) ?? 'down',
    names,
  };
}

function filters(visit: Visit): Html {
  const { texts, show, url } = visit;
  const rules = leadRules(visit);
  const { chosenClass, segment, least, order, names } = chosen(url, rules);
  const option = (value: string, word: string, is: boolean) =>
    html`<option value="${value}"${is ? html` selected` : ''}>${word}</option>`;
  return html`<form class="filters" method="get" action="/leads" role="search" aria-label="${texts.filter_leads}">
${names.length === 0 ? '' : html`<p><label for="segment">${texts.segment}</label><select id="segment" name="segment">${option('', texts.any, !segment)}${names.map((name) => option(name, show.label(name), name === segment))}</select></p>`}
${rules.chance ? html`<p><label for="class">${show.label(rules.chance.rule)}</label><select id="class" name="class">${option('', texts.any, !chosenClass)}${rules.chance.classes.map((name) => option(name, show.label(name), name === chosenClass))}</select></p>` : ''}
${rules.score ? html`<p><label for="min_score">${texts.least_score}</label><input id="min_score" name="min_score" inputmode="decimal" size="5" value="${least ?? ''}"></p><p><label for="order">${texts.order}</label><select id="order" name="order">${option('down', texts.order_down, order === 'down')}${option('up', texts.order_up, order === 'up')}${option('none', texts.order_none, order === 'none')}</select></p>` : ''}
<p><button>${texts.filter}</button></p>
<p class="find"><label for="lead">${texts.lead_by_id}</label><input id="lead" name="lead" size="8" autocomplete="off"></p>
</form>`;
}

function filterTitle(visit: Visit): string {
  const { chosenClass, segment } = chosen(visit.url, leadRules(visit));
  const named = [segment, chosenClass].filter((name) => name !== undefined);
  return named.length === 0 ? visit.texts.all_leads : named.map((name) => visit.show.label(name)).join(' · ');
}

/** The way on, with everything else of the address as it is. */
export function pager({ url, texts }: Visit, next: string | undefined): Html {
  const link = (after: string | undefined, words: string, rel: string) => {
    const to = new URL(url);
    if (after === undefined) to.searchParams.delete('after');
    else to.searchParams.set('after', after);
    return html`<a rel="${rel}" href="${to.pathname}${to.search}">${words}</a>`;
  };
  const first = url.searchParams.has('after') ? link(undefined, texts.first_page, 'first') : '';
  const on = next === undefined ? '' : link(next, texts.next_page, 'next');
  return first === '' && on === '' ? '' : html`<p class="pager">${first} ${on}</p>`;
}
