/** OpenMetrics text (version 1.0.0): what Prometheus asks for, and the one form in which a bucket names an exemplar. */

export const OPEN_METRICS = 'application/openmetrics-text; version=1.0.0; charset=utf-8';

export interface Sample {
  readonly labels: Readonly<Record<string, string | number>>;
  readonly value: number;
  /** Where it is not the metric's own: `_bucket`, `_sum`, `_count`. */
  readonly metricName?: string | undefined;
  readonly exemplar?:
    | {
        readonly labelSet: Readonly<Record<string, string | number>>;
        readonly value: number;
        /** Seconds since 1970. */
        readonly timestamp?: number;
      }
    | null
    | undefined;
}

export interface Family {
  readonly name: string;
  readonly help: string;
  readonly type: string;
  readonly values: readonly Sample[];
}

/**
 * Every series has the name and the labels it has in the older text, so that a query finds both. (Buckets keep
 * `le="1"` where the specification would have `1.0`, for the same reason.)
 */
export function openMetricsText(families: readonly Family[]): string {
  const lines: string[] = [];
  for (const { name, help, type, values } of families) {
    // a counter's family goes without the ending that its samples have
    const family = type === 'counter' ? name.replace(/_total$/, '') : name;
    lines.push(`# TYPE ${family} ${type}`, `# HELP ${family} ${escaped(help)}`);
    for (const sample of values) lines.push(line(sample.metricName ?? name, sample));
  }
  return `${lines.join('\n')}\n# EOF\n`;
}

/** Whether an Accept header asks for this text at least as much as for any other that we have. */
export function wantsOpenMetrics(accept: string | undefined): boolean {
  let [open, plain] = [0, 0];
  for (const range of (accept ?? '').split(',')) {
    const [type = '', ...parameters] = range.split(';').map((part) => part.trim().toLowerCase());
    const quality = Number(parameters.find((part) => part.startsWith('q='))?.slice(2) ?? 1);
    if (!(quality > 0)) continue;
    const version = parameters.find((part) => part.startsWith('version='))?.slice(8) ?? '1.0.0';
    if (type === 'application/openmetrics-text') {
      if (version === '1.0.0') open = Math.max(open, quality);
    } else if (['text/plain', 'text/*', '*/*'].includes(type)) plain = Math.max(plain, quality);
  }
  return open > 0 && open >= plain;
}

function line(name: string, { labels, value, exemplar }: Sample): string {
  const text = `${name}${labelText(labels)} ${number(value)}`;
  if (!exemplar) return text;
  const at = exemplar.timestamp === undefined ? '' : ` ${exemplar.timestamp}`;
  return `${text} # ${labelText(exemplar.labelSet) || '{}'} ${number(exemplar.value)}${at}`;
}

function labelText(labels: Readonly<Record<string, string | number>>): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escaped(String(value))}"`);
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}

function number(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (Number.isFinite(value)) return String(value);
  return value > 0 ? '+Inf' : '-Inf';
}

function escaped(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('"', '\\"');
}
