/** Every change of the tables, by name and in this order; what was released is never edited. */

import type { Migration } from 'kysely/migration';
import { actions } from './actions.ts';
import { anomalies } from './anomalies.ts';
import { audit } from './audit.ts';
import { decisionColumns } from './decision-columns.ts';
import { decisions } from './decisions.ts';
import { entities } from './entities.ts';
import { entityNumbers } from './entity-numbers.ts';
import { entityTags } from './entity-tags.ts';
import { erasures } from './erasures.ts';
import { eventTimes } from './event-times.ts';
import { events } from './events.ts';
import { insights } from './insights.ts';
import { letterStates } from './letter-states.ts';
import { letters } from './letters.ts';
import { ruleChanges } from './rule-changes.ts';
import { ruleSets } from './rule-sets.ts';
import { streamPositions } from './stream-positions.ts';

export const MIGRATIONS: Readonly<Record<string, Migration>> = {
  '0001_decisions': decisions,
  '0002_stream_positions': streamPositions,
  '0003_decision_columns': decisionColumns,
  '0004_events': events,
  '0005_letters': letters,
  '0006_entities': entities,
  '0007_anomalies': anomalies,
  '0008_rule_sets': ruleSets,
  '0009_entity_tags': entityTags,
  '0010_erasures': erasures,
  '0011_audit': audit,
  '0012_letter_states': letterStates,
  '0013_actions': actions,
  '0014_insights': insights,
  '0015_rule_changes': ruleChanges,
  '0016_event_times': eventTimes,
  '0017_entity_numbers': entityNumbers,
};
