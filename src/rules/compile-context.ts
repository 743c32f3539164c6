/** What compiling a definition needs to know of the rest of the set. */

import type { DeclaredNames } from './declared-names.ts';
import type { Diagnostics } from './diagnostics.ts';
import type { EventType } from './event-catalogue.ts';
import type { ExpressionTexts } from './expression-texts.ts';
import type { RuleDefinition } from './rule-definition.ts';
import type { FeatureDefinition, KindDefinition } from './rule-set.ts';
import type { TypeFacts } from './type-facts.ts';

export interface CompileContext {
  readonly diagnostics: Diagnostics;
  readonly texts: ExpressionTexts;
  /** What is known of values. */
  readonly types: TypeFacts;
  readonly declared: DeclaredNames;
  readonly kinds: ReadonlyMap<string, KindDefinition>;
  /** Event types by name, `decision.<rule>` among them. */
  readonly events: ReadonlyMap<string, EventType>;
  /** Rules by name. */
  readonly rules: ReadonlyMap<string, RuleDefinition>;
  feature(kind: string, name: string): FeatureDefinition | undefined;
  /** Slot of a key field, feature or result of a kind. */
  slot(kind: string, name: string): number;
}
