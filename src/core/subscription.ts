/** A subscription: whom decisions of chosen rules are told, as weir.yaml declares it. */

export type Subscription = StreamSubscription | WebhookSubscription;

interface Told {
  readonly name: string;
  readonly rules: readonly string[];
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
