/** Every event type that may arrive: how it is checked, routed and normalised. */

/**
 * What normalising does with a field: ids become text, money and budgets numbers, times milliseconds; `rows`
 * are lists of objects with fields of their own; an `ip` is cut to its network, an `agent` to its family.
 */
export type FieldKind =
  | 'id'
  | 'text'
  | 'number'
  | 'money'
  | 'budget'
  | 'boolean'
  | 'time'
  | 'any'
  | 'rows'
  | 'ip'
  | 'agent';

export interface EventField {
  readonly name: string;
  readonly kind: FieldKind;
  readonly required: boolean;
  readonly personal: boolean;
  /** The only texts it may be. */
  readonly values?: readonly string[];
  /** The smallest and the largest number it may be. */
  readonly least?: number;
  readonly most?: number;
  /** Of money: a larger amount is taken for a mistake. */
  readonly largest?: number;
  /** The fields of each row, for kind `rows`. */
  readonly rows?: readonly EventField[];
}

/** One declared type; built-in (spec of events) or from `config/events/*.yaml`. */
export interface EventType {
  readonly name: string;
  /** JSON Schema (TypeBox) of `data`. */
  readonly schema: unknown;
  /** Fields one of which routes the event (the first present): lead_id, campaign_id, action_id … */
  readonly route: readonly string[];
  /** Fields that hold entity ids and become strings. */
  readonly ids: readonly string[];
  /** Money fields, those of rows as `channels.budget`: exact, at most 6 decimals. */
  readonly money: readonly string[];
  /** Personal fields: never in features, decisions, logs or metrics. */
  readonly personal: readonly string[];
  /** Whoever its route names is to be forgotten. */
  readonly erases?: boolean;
  /** Every declared field. */
  readonly fields: readonly string[];
  /** The same fields with what is known of each. */
  readonly shape: readonly EventField[];
  /** Checks `data` after ids and money were normalised; undefined when it fits, else the first problem. */
  check(data: Record<string, unknown>): { readonly field: string; readonly problem: string } | undefined;
}

export interface EventCatalogue {
  get(type: string): EventType | undefined;
  /**
   * Fields that a type does not declare and that are personal wherever they are declared, or in the types that are
   * routed like it: what they hold is personal here too.
   */
  strays(type: EventType): ReadonlyMap<string, FieldKind>;
  readonly types: readonly EventType[];
}
