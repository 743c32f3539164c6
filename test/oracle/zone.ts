/** Local time of an instant in an IANA zone, straight from Intl. */

interface Local {
  readonly hour: number;
  readonly minute: number;
  readonly weekday: number;
  readonly date: string;
}

const formats = new Map<string, Intl.DateTimeFormat>();
const WEEK = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];

export function localTime(time: number, zone: string): Local {
  const parts: Record<string, string> = {};
  for (const { type, value } of formatOf(zone).formatToParts(time)) parts[type] = value;
  return {
    hour: Number(parts.hour),
    minute: Number(parts.minute),
    weekday: 1 + WEEK.indexOf(String(parts.weekday)),
    date: `${parts.year}-${parts.month}-${parts.day}`,
  };
}

/** What clocks of the zone show, as milliseconds: as if it were UTC. */
export function clockOf(time: number, zone: string): number {
  const { date, hour, minute } = localTime(time, zone);
  return (
    Date.parse(`${date}T00:00:00Z`) + (hour * 60 + minute) * 60_000 + (((time % 60_000) + 60_000) % 60_000)
  );
}

/** The zone itself when Intl knows it, else the configured one. */
export function knownZone(zone: unknown, otherwise: string): string {
  if (typeof zone !== 'string') return otherwise;
  try {
    formatOf(zone);
    return zone;
  } catch {
    return otherwise;
  }
}

function formatOf(zone: string): Intl.DateTimeFormat {
  let format = formats.get(zone);
  if (!format) {
    format = new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      hourCycle: 'h23',
      weekday: 'short',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
    });
    formats.set(zone, format);
  }
  return format;
}
