/** Anomalies one below the other: how grave, what, since when, what to do, and the forms to say that one knows. */

import { html } from 'hono/html';
import type { Anomaly } from '../../core/history/anomaly.ts';
import { ago, entityLink, entityPath, type Html, mark, severityTone, wordFor } from './html-parts.ts';
import type { Visit } from './visit.ts';

export function anomalyList(visit: Visit, anomalies: readonly Anomaly[]): Html {
  return html`<ul class="anomalies">${anomalies.map((anomaly) => item(visit, anomaly))}</ul>`;
}

function item(visit: Visit, anomaly: Anomaly): Html {
  const { texts, show } = visit;
  const { id, name, kind, entity, severity, line, opened, resolved, acknowledged, muted, rule } = anomaly;
  const { message, recommendation } = line as { message?: unknown; recommendation?: unknown };
  const path = entityPath(kind, entity);
  const open = resolved === null;
  return html`<li class="anomaly" id="anomaly-${id.replace('/', '-')}">
<h3>${mark(open ? severityTone(severity) : 'idle', wordFor(visit, 'severity', severity))} ${show.label(name)} <small>${entityLink(visit, kind, entity)}</small></h3>
${message === undefined ? '' : html`<p>${show.value(message)}</p>`}
${recommendation === undefined ? '' : html`<p class="advice">${show.value(recommendation)}</p>`}
<p class="note">${open ? html`${texts.since} ${ago(visit, opened)}` : html`${texts.over} ${ago(visit, resolved)}`}${acknowledged ? html` · ${texts.known_by} ${acknowledged.by}` : ''}${muted && muted.until > show.now ? html` · ${texts.muted_until} ${show.time(muted.until)}` : ''}${path ? html` · <a href="${path}#rule-${rule}">${texts.why}</a>` : ''}</p>
${open && visit.may('operate') ? deeds(visit, anomaly) : ''}
</li>`;
}

/** The comment is asked for in place: nothing opens over the page. */
function deeds({ texts, url }: Visit, { id, acknowledged }: Anomaly): Html {
  const [decision = '', name = ''] = id.split('/');
  const action = `/ui/anomalies/${encodeURIComponent(decision)}/${encodeURIComponent(name)}`;
  const back = html`<input type="hidden" name="back" value="${url.pathname.startsWith('/ui/') ? '/' : `${url.pathname}${url.search}`}">`;
  const field = `comment-${decision}-${name}`;
  return html`<details class="deeds"><summary>${texts.answer_it}</summary><form method="post" action="${action}">${back}
<label for="${field}">${texts.comment}</label><input id="${field}" name="comment" maxlength="2000" autocomplete="off">
${acknowledged ? '' : html`<button name="deed" value="acknowledge">${texts.acknowledge}</button>`}
<button name="deed" value="mute" class="quiet">${texts.mute_day}</button>
</form></details>`;
}
