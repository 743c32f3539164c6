/** Files line by line: what went and what came; told by sign, which colour only repeats. */

import { html } from 'hono/html';
import type { FileEdit } from '../rule-edits.ts';
import { empty, type Html } from './html-parts.ts';
import type { Visit } from './visit.ts';

const SORTS = { ' ': 'same', '-': 'old', '+': 'new' } as const;

export function editedLines({ texts }: Visit, files: readonly FileEdit[]): Html {
  if (files.length === 0) return empty(texts.same_texts);
  return html`${files.map(
    ({
      path,
      hunks,
    }) => html`<figure class="edit"><figcaption><code>${path}${hunks[0] ? `:${hunks[0].new}` : ''}</code></figcaption>
${hunks.map(
  ({ lines }) =>
    html`<pre tabindex="0"><code>${lines.map(({ sign, text }) => html`<span class="line ${SORTS[sign]}">${sign} ${text}\n</span>`)}</code></pre>`,
)}</figure>`,
  )}`;
}
