/** Segments: each with how many leads it has, and the way to them. */

import { html } from 'hono/html';
import { pickTag } from '../../../core/history/kept-entity.ts';
import { lineTexts } from '../../report-values.ts';
import { empty, type Html, panel, table } from '../html-parts.ts';
import { leadRules } from '../lead-rules.ts';
import { fromHistory, type Page } from '../page.ts';
import type { Visit } from '../visit.ts';

interface Segment {
  readonly name: string;
  readonly description: string;
  readonly count: number;
}

async function readSegments(visit: Visit): Promise<Segment[] | undefined> {
  const { history } = visit.options;
  const rule = leadRules(visit).segments;
  if (!history || rule?.shape.type !== 'pick') return undefined;
  const counts = await history.tagCounts('lead');
  return rule.shape.lines.map(({ name }) => ({
    name,
    description: String((lineTexts(rule, name) as { description?: unknown }).description ?? ''),
    count: counts.get(pickTag(rule.name, name)) ?? 0,
  }));
}

export function segmentTiles(visit: Visit): Promise<Html> {
  const { texts, show } = visit;
  return fromHistory(visit, async () => {
    const segments = await readSegments(visit);
    if (!segments) return empty(texts.no_segments);
    return html`<ul class="tiles">${segments.map(
      ({ name, count }) =>
        html`<li class="tile"><strong>${show.number(count, 0)}</strong><a href="/leads?segment=${name}">${show.label(name)}</a></li>`,
    )}</ul>`;
  });
}

export async function segmentsPage(visit: Visit): Promise<Page> {
  const { texts, show } = visit;
  const body = await fromHistory(visit, async () => {
    const segments = await readSegments(visit);
    if (!segments) return empty(texts.no_segments);
    return table(
      texts.segments,
      [{ head: texts.segment }, { head: texts.leads, number: true }, { head: texts.meaning }],
      segments.map(({ name, count, description }) => [
        html`<a href="/leads?segment=${name}">${show.label(name)}</a>`,
        show.number(count, 0),
        description,
      ]),
    );
  });
  return {
    title: texts.segments,
    about: texts.segments_about,
    body: panel({ id: 'segments', title: texts.segments, body, wide: true }),
  };
}
