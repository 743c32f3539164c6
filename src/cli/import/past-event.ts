/** An event of the history as a fresh deployment is sent it: whatever rests on that deployment's own actions aside. */

import { type BudgetRow, rowOf } from '../../core/action.ts';
import type { PastEvent } from '../../core/history/past-events.ts';

interface Row {
  readonly channel: string;
  readonly budget?: number;
}

interface SentEvent {
  readonly id: string;
  readonly source: string;
  readonly type: string;
  readonly time: number;
  readonly data: Readonly<Record<string, unknown>>;
}

/**
 * The budgets that a campaign had change by actions too, which nobody knows here: what was applied is sent as a change
 * of the campaign, with all of its channels.
 */
export class PastEventReader {
  /** By campaign, what was said of its channels last; budgets as they were in force. */
  readonly #rows = new Map<string, readonly Row[]>();

  /** Undefined for what means nothing to another deployment: judgements of its actions, what became of its anomalies. */
  read({ id, source, type, time, data, asked }: PastEvent): SentEvent | undefined {
    if (type === 'campaign.created' || type === 'campaign.updated') this.#noteRows(data);
    if (type === 'action.applied' && asked !== undefined) {
      const channels = this.#applied(asked, data.budgets);
      if (channels === undefined) return undefined;
      const campaign_id = asked.campaign;
      return { id, source, type: 'campaign.updated', time, data: { campaign_id, channels } };
    }
    if (type.startsWith('action.') || type.startsWith('anomaly.')) return undefined;
    return { id, source, type, time, data };
  }

  #noteRows(data: PastEvent['data']): void {
    if (!Array.isArray(data.channels)) return;
    const rows = data.channels as readonly Row[];
    const open = rows.filter(({ budget }) => budget === undefined || budget === null);
    const given = rows.reduce((sum, { budget }) => sum + (budget ?? 0), 0);
    const daily = typeof data.daily_budget === 'number' ? data.daily_budget : given;
    const share = Math.floor((100 * Math.max(0, daily - given)) / Math.max(1, open.length)) / 100;
    this.#rows.set(
      String(data.campaign_id),
      rows.map((row) => ({ ...row, budget: row.budget ?? share })),
    );
  }

  /** All rows of the campaign with what the report says; without budgets all was done as asked. */
  #applied(
    { campaign, budgets }: NonNullable<PastEvent['asked']>,
    reported: unknown,
  ): readonly Row[] | undefined {
    const known = this.#rows.get(campaign);
    const changed = new Map(
      (Array.isArray(reported) ? reported : budgets).map((row: Pick<Row, 'budget'> & BudgetRow) => [
        rowOf(row),
        row.budget,
      ]),
    );
    if (known === undefined || changed.size === 0) return undefined;
    const rows = known.map((row) => {
      const budget = changed.get(row.channel) ?? row.budget;
      return budget === undefined ? row : { ...row, budget };
    });
    this.#rows.set(campaign, rows);
    return rows;
  }
}
