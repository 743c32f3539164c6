/** A decision in one line: what it was and what it is. */

import { html } from 'hono/html';
import type { Decision } from '../../core/decision.ts';
import { type Html, mark, wordFor } from './html-parts.ts';
import type { Visit } from './visit.ts';

export function decisionText(visit: Visit, decision: Decision): Html {
  const { show, texts } = visit;
  const { value, old, entered, left, change, error, realised } = decision;
  if (error !== undefined) return mark('bad', html`${texts.failed}: ${error}`);
  if (realised) {
    const { statement, because } = realised;
    const came = realised.value === null ? '' : html`<strong>${show.signed(realised.value, 1)} %</strong> `;
    return html`${texts.came_of_it}: ${show.signed(statement.value, 1)} % ${statement.of} → ${came}<small>${texts[`by_${because}`]}</small>`;
  }
  const { action, status, moved } = (value ?? {}) as { action?: unknown; status?: unknown; moved?: unknown };
  if (typeof action === 'string')
    return html`${wordFor(visit, 'action', action)} · ${statusMark(visit, String(status))}${typeof moved === 'number' ? ` · ${show.number(moved)}` : ''}`;
  if (entered || left)
    return html`${(entered ?? []).map((name) => html`<span class="came">+ ${show.label(name)}</span> `)}${(left ?? []).map((name) => html`<span class="went">− ${show.label(name)}</span> `)}`;
  const by = change === undefined ? '' : html` <span class="change">${show.signed(change)}</span>`;
  const before = old === null || old === undefined ? '' : html`${show.value(bare(old))} → `;
  return html`${before}<strong>${show.value(value)}</strong>${by}`;
}

/** Without its class: that stands with the new value. */
function bare(value: unknown): unknown {
  return typeof value === 'object' && value !== null && 'value' in value ? value.value : value;
}

export function statusMark(visit: Visit, status: string): Html {
  const tones = {
    pending: 'warn',
    approved: 'info',
    applied: 'good',
    auto: 'good',
    rejected: 'idle',
    expired: 'idle',
    failed: 'bad',
    reverted: 'idle',
  } as const;
  const tone = Object.hasOwn(tones, status) ? tones[status as keyof typeof tones] : 'idle';
  return mark(tone, wordFor(visit, 'status', status));
}

/** Reasons that added something, or the line's name. */
export function decisionReasons({ show }: Visit, { reasons }: Decision): string {
  return reasons
    .filter(({ points }) => points !== undefined && points !== 0)
    .map(({ name, points }) => `${show.label(name)} ${show.signed(points as number)}`)
    .join(', ');
}
