/** The form that judges an action: it carries the hash of what is shown, so that nothing else is approved. */

import { html } from 'hono/html';
import { type ActionView, cannotJudge } from './action-view.ts';
import type { Html } from './html-parts.ts';
import type { Visit } from './visit.ts';

export function verdictForm(visit: Visit, action: ActionView): Html {
  const { texts, options } = visit;
  const { id, hash, status } = action;
  const open = status === 'pending';
  if (!open && status !== 'applied') return '';
  const reason = cannotJudge(visit, action);
  const off = reason === undefined ? '' : html` disabled aria-describedby="cannot-${id}"`;
  const nameless = options.access.tokens().length === 0;
  const button = (deed: string, word: string, quiet = false) =>
    html`<button name="deed" value="${deed}"${quiet ? html` class="quiet"` : ''}${off}>${word}</button>`;
  return html`<form class="decide" method="post" action="/ui/actions/${id}">
<input type="hidden" name="hash" value="${hash}"><input type="hidden" name="back" value="/actions/${id}">
${nameless ? field('by', id, texts.your_name, true) : ''}
${field('comment', id, texts.comment, false)}
<p>${open ? html`${button('approve', texts.approve)} ${button('reject', texts.reject, true)}` : button('revert', texts.revert, true)}</p>
${reason === undefined ? '' : html`<p class="note" id="cannot-${id}">${reason}</p>`}
</form>`;
}

function field(name: string, id: string, label: string, required: boolean): Html {
  return html`<div><label for="${name}-${id}">${label}</label><input id="${name}-${id}" name="${name}" maxlength="${required ? 200 : 2000}" autocomplete="off"${required ? html` required` : ''}></div>`;
}
