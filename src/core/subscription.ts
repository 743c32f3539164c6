/** A subscription: whom decisions of chosen rules are told, as weir.yaml declares it. */

export type Subscription = StreamSubscription | WebhookSubscription | ActionSubscription;

interface Told {
  readonly name: string;
  readonly rules: readonly string[];
  /** Actions that were approved are told, of all rules. */
  readonly actions?: true;
}

/** One entry a decision in the stream `weir:decisions`. */
export interface StreamSubscription extends Told {
  readonly to: 'stream';
}

/** One signed request a decision. */
export interface WebhookSubscription extends Told {
  readonly to: 'webhook';
  readonly url: string;
  /** Names an environment variable, or a file by its path; never the secret itself. */
  readonly secret: string;
  /** For trials: a server on this machine, also without TLS. */
  readonly insecure?: true;
}

/** One entry an approved action in the stream `weir:actions`: every deployment whose rules act has it. */
export interface ActionSubscription extends Told {
  readonly to: 'actions';
}

export const ACTIONS: ActionSubscription = { name: 'actions', rules: [], to: 'actions', actions: true };
