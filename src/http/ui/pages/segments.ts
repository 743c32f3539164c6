/** Segments: each with how many leads it has, and the way to them. */

import { html } from 'hono/html';
import { pickTag } from '../../../core/history/kept-entity.ts';
import type { History } from '../../../core/history.ts';
import { DAY, MINUTE, type Millis } from '../../../core/units.ts';
import { lineTexts } from '../../report-values.ts';
import { empty, type Html, panel, table } from '../html-parts.ts';
import { leadRules } from '../lead-rules.ts';
import { fromHistory, type Page } from '../page.ts';
import type { Visit } from '../visit.ts';

interface Segment {
  readonly name: string;
  readonly description: string;
  readonly count: number;
  /** Leads more, or fewer, than a week ago, as the decisions say. */
  readonly change: number;
}

async function readSegments(visit: Visit): Promise<Segment[] | undefined> {
  const { history } = visit.options;
  const rule = leadRules(visit).segments;
  if (!history || rule?.shape.type !== 'pick') return undefined;
  const [counts, changes] = await Promise.all([
    history.tagCounts('lead'),
    weekOf(history, rule.name, visit.show.now),
  ]);
  return rule.shape.lines.map(({ name }) => ({
    name,
    description: String((lineTexts(rule, name) as { description?: unknown }).description ?? ''),
    count: counts.get(pickTag(rule.name, name)) ?? 0,
    change: changes.get(name) ?? 0,
  }));
}

interface Week {
  readonly rule: string;
  readonly read: Millis;
  readonly changes: Promise<ReadonlyMap<string, number>>;
}

/** A week of decisions is counted once a minute, whoever looks. */
const KEPT: Millis = MINUTE;
const weeks = new WeakMap<History, Week>();

function weekOf(history: History, rule: string, now: Millis): Week['changes'] {
  const known = weeks.get(history);
  if (known?.rule === rule && now - known.read < KEPT && now >= known.read) return known.changes;
  const changes = history.pickChanges(rule, now - 7 * DAY);
  weeks.set(history, { rule, read: now, changes });
  // one that failed is not kept
  changes.catch(() => weeks.delete(history));
  return changes;
}

export function segmentTiles(visit: Visit): Promise<Html> {
  const { texts, show } = visit;
  return fromHistory(visit, async () => {
    const segments = await readSegments(visit);
    if (!segments) return empty(texts.no_segments);
    return html`<ul class="tiles">${segments.map(
      ({ name, count, change }) =>
        html`<li class="tile"><strong>${show.number(count, 0)}${change === 0 ? '' : html` <small title="${texts.in_a_week}">(${show.signed(change, 0)})</small>`}</strong><a href="/leads?segment=${name}">${show.label(name)}</a></li>`,
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
      [
        { head: texts.segment },
        { head: texts.leads, number: true },
        { head: texts.in_a_week, number: true },
        { head: texts.meaning },
      ],
      segments.map(({ name, count, change, description }) => [
        html`<a href="/leads?segment=${name}">${show.label(name)}</a>`,
        show.number(count, 0),
        show.signed(change, 0),
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
