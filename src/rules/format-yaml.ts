/** Rule files in one form: keys in one order, two spaces, one blank line between parts; comments stay where they are. */

import { isMap, isPair, isScalar, type Pair, parseAllDocuments, stringify, type YAMLMap } from 'yaml';

/** Keys of the documents of rule files, in the order in which they are read best; others follow as they stand. */
const ORDER = [
  'rule', 'report', 'event', 'description', 'owner', 'version', 'mode', 'for', 'path', 'range', 'route', 'params',
  'when', 'every', 'hold', 'value', 'factors', 'clamp', 'classes', 'pick', 'one_per', 'allocate', 'publish',
  'approve', 'then', 'fields', 'tests',
]; // biome-ignore format: one list

export type Formatted =
  | { readonly ok: true; readonly text: string }
  /** It is no YAML, or would come to mean something else. */
  | { readonly ok: false; readonly problem: string };

/** Never changes what the file means: where it would, nothing is formatted. */
export function formatYaml(text: string): Formatted {
  const documents = parseAllDocuments(text);
  if (!Array.isArray(documents)) return { ok: true, text: text.trim() === '' ? '' : `${text.trimEnd()}\n` };
  const before = documents.map((document) => document.toJS() as unknown);
  for (const { errors } of documents) if (errors[0]) return { ok: false, problem: errors[0].message };
  const texts = documents.map((document) => {
    if (isMap(document.contents)) arrange(document.contents);
    const flow = { flowCollectionPadding: true, lineWidth: 0, indent: 2, singleQuote: true };
    return document.toString({ ...flow, directives: false }).trim();
  });
  const formatted = `${texts.join('\n---\n')}\n`;
  const after = parseAllDocuments(formatted);
  const same =
    Array.isArray(after) &&
    after.length === before.length &&
    after.every((document, i) => meaning(document.toJS()) === meaning(before[i]));
  if (!same) return { ok: false, problem: 'it cannot be written in this form without another meaning' };
  return { ok: true, text: formatted };
}

/** Sorted by key: the order of top-level keys means nothing. */
function meaning(value: unknown): string {
  const top =
    typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.entries(value) : [];
  return top.length === 0 ? stringify(value) : JSON.stringify(top.sort(([a], [b]) => (a < b ? -1 : 1)));
}

function arrange(map: YAMLMap): void {
  const first = map.items[0];
  const place = (pair: unknown) => {
    const key =
      isPair(pair) && isScalar((pair as Pair).key)
        ? String(((pair as Pair).key as { value: unknown }).value)
        : '';
    const at = ORDER.indexOf(key);
    return at < 0 ? ORDER.length : at;
  };
  const sorts = ['rule', 'report', 'event'];
  // of settings and features the order is the operators' own
  if (!map.items.some((pair) => sorts.includes(String((pair.key as { value?: unknown })?.value)))) return;
  map.items = map.items
    .map((pair, i) => [place(pair), i, pair] as const)
    .sort(([a, i], [b, j]) => a - b || i - j)
    .map(([, , pair]) => pair);
  const now = map.items[0];
  // a blank line in front of the first key would stand at the top of the document
  if (now !== first && isScalar(now?.key)) now.key.spaceBefore = false;
}
