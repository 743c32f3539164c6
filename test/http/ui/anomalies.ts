/** Anomalies of every state, in which every text is the one given. */

import type { Anomaly } from '../../../src/core/history/anomaly.ts';
import { HOUR, type Millis } from '../../../src/core/units.ts';

export function anomaliesOf(evil: string, now: Millis): Anomaly[] {
  const base = {
    rule: 'anomalies',
    name: evil,
    kind: 'channel',
    entity: `c1/${evil.replaceAll('/', '%2F')}`,
    line: { message: evil, recommendation: evil },
    opened: now - 2 * HOUR,
    updated: now,
    muted: null,
  };
  const by = { by: evil, at: now, comment: evil };
  return [
    { ...base, id: `0-1-5/${evil}`, severity: 'high', resolved: null, decision: '0-1-5', acknowledged: null },
    { ...base, id: `0-1-6/${evil}`, severity: evil, resolved: null, decision: '0-1-6', acknowledged: by },
    { ...base, id: `0-1-7/${evil}`, severity: 'low', resolved: now, decision: '0-1-7', acknowledged: by },
    {
      ...base,
      id: `0-1-8/${evil}`,
      severity: 'low',
      resolved: null,
      decision: '0-1-8',
      acknowledged: null,
      muted: { by: evil, until: now + HOUR, comment: evil },
    },
  ];
}
