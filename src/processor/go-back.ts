/** go back: the owner writes the rule set before into the log when a rule that came with the new one was switched off. */

import type { Log, Meter } from '../core/ports.ts';
import type { Plan } from '../rules/plan.ts';
import type { PartitionState } from '../step/partition-state.ts';
import type { WayBack } from '../step/way-back.ts';

export interface GoBackOptions {
  readonly partition: number;
  /** Where the activation is written: every log of the deployment, or only that of the partition. */
  readonly logs: () => readonly Pick<Log, 'append'>[];
  readonly load: (hash: string) => Promise<Plan | undefined>;
  readonly meter: Meter;
  readonly onNotice: (notice: string, context: Record<string, unknown>) => void;
}

export class GoBack {
  private readonly options: GoBackOptions;
  /** What this session has judged already; a session after a crash judges again, and a log refuses the repetition. */
  private judged: WayBack | undefined;

  constructor(options: GoBackOptions) {
    this.options = options;
  }

  /** To be called when everything is committed. */
  async afterCommit(state: PartitionState): Promise<void> {
    const { wanted } = state.predecessor;
    if (wanted === undefined || wanted === this.judged) return;
    this.judged = wanted;
    const { partition, logs, load, meter, onNotice } = this.options;
    const { hash, rule, definition, error } = wanted;
    const before = await load(hash);
    const same = before?.kinds.some((kind) => kind.nodes.some((node) => node.definition === definition));
    if (before === undefined || same === true) return;
    const entry = { d: JSON.stringify({ type: 'rules.activated', hash, previous: state.rules }) };
    for (const log of logs()) await log.append(entry);
    meter.count('weir_rules_went_back_total');
    onNotice(`rule ${rule} of the new rule set was switched off: the set before is in force again`, {
      partition,
      rule,
      error,
      refused: state.rules,
      activated: hash,
    });
  }
}
