/** Reads the documents of a YAML file as located values; the only place that knows the yaml package. */

import { isMap, isScalar, isSeq, type Node, parseAllDocuments, type Range, Scalar, type YAMLMap } from 'yaml';
import type { Diagnostics } from './diagnostics.ts';
import type { Located, LocatedEntry, LocatedMap, LocatedScalar } from './located.ts';
import type { SourceFile, Span } from './source-file.ts';

const BRACES_HINT = 'put quotes around a text that starts with {{';
/** Beyond this depth nothing sensible stands, and recursion stays small. */
const DEEPEST = 40;

/** The file's documents that are maps; what cannot be read is reported, and its names are remembered as lost. */
export function readYaml(source: SourceFile, diagnostics: Diagnostics): LocatedMap[] {
  const reader = new YamlReader(source, diagnostics);
  const maps: LocatedMap[] = [];
  for (const document of parseAllDocuments(source.text, { prettyErrors: false })) {
    if (!('errors' in document)) continue;
    const first = document.errors[0];
    if (first !== undefined) {
      reader.reportSyntax(first.message, { start: first.pos[0], end: first.pos[1] });
      const range = document.range as Range;
      diagnostics.lose(source.text.slice(range[0], range[2]));
      continue;
    }
    const contents = document.contents as Node | null;
    if (contents === null || (isScalar(contents) && contents.value === null)) continue;
    const located = reader.locate(contents, 0);
    if (located?.type === 'map') maps.push(located);
    else if (located)
      diagnostics.report({ source, span: source.lineSpan(located.span.start) }, 'a document must be a map');
  }
  return maps;
}

class YamlReader {
  readonly #source: SourceFile;
  readonly #diagnostics: Diagnostics;

  constructor(source: SourceFile, diagnostics: Diagnostics) {
    this.#source = source;
    this.#diagnostics = diagnostics;
  }

  /** One problem per document: what follows a syntax error is mostly its consequence. */
  reportSyntax(message: string, span: Span): void {
    const { start } = this.#source.lineSpan(Math.min(span.start, Math.max(0, this.#source.text.length - 1)));
    const line = this.#source.text.slice(start, this.#source.lineSpan(start).end);
    const braces = /(^|[:,[-]\s+)\{\{/.exec(line);
    if (braces) {
      const at = start + braces.index + braces[0].length - 2;
      this.#report({ start: at, end: at + 2 }, 'this is read as YAML braces, not as a text', BRACES_HINT);
      return;
    }
    const nested = message.startsWith('Nested mappings')
      ? 'put quotes around a text that contains ": "'
      : undefined;
    this.#report({ start: span.start, end: Math.max(span.end, span.start + 1) }, `YAML: ${message}`, nested);
  }

  locate(node: Node | null, depth: number, fallback = 0): Located | undefined {
    const [start, end] = node?.range ?? [fallback, fallback];
    const place = { source: this.#source, span: { start, end } };
    if (depth > DEEPEST) return this.#report(place.span, 'nested too deeply');
    if (node === null) return { ...place, type: 'scalar', value: null, text: '', style: 'plain' };
    if (isScalar(node)) return this.#scalar(node, place.span);
    if (isSeq(node)) {
      const items: Located[] = [];
      for (const item of node.items) {
        const located = this.locate(item as Node | null, depth + 1, start);
        if (located) items.push(located);
      }
      return { ...place, type: 'list', items };
    }
    if (isMap(node)) return this.#map(node, place.span, depth);
    return this.#report(place.span, 'YAML anchors and aliases are not supported: write the value out');
  }

  #scalar(node: Scalar, span: Span): LocatedScalar {
    const { value } = node;
    const style =
      node.type === Scalar.QUOTE_SINGLE
        ? 'single'
        : node.type === Scalar.QUOTE_DOUBLE
          ? 'double'
          : node.type === Scalar.PLAIN || node.type === undefined
            ? 'plain'
            : 'block';
    const text = typeof value === 'string' ? value : (node.source ?? String(value ?? ''));
    const known = typeof value === 'number' || typeof value === 'boolean' || value === null ? value : text;
    return { type: 'scalar', source: this.#source, span, value: known, text, style };
  }

  #map(node: YAMLMap, span: Span, depth: number): Located | undefined {
    const entries = new Map<string, LocatedEntry>();
    for (const pair of node.items) {
      const keyNode = pair.key as Node | null;
      if (keyNode === null || !isScalar(keyNode)) {
        const braces = this.#source.text.startsWith('{{', span.start);
        if (braces)
          return this.#report(
            { start: span.start, end: span.start + 2 },
            'this is read as YAML braces, not as a text',
            BRACES_HINT,
          );
        this.#report(span, 'a key must be a word');
        continue;
      }
      const [start, end] = keyNode.range as Range;
      const key = this.#scalar(keyNode, { start, end });
      if (key.text === '__proto__') {
        this.#report(key.span, '`__proto__` is not allowed as a key');
        continue;
      }
      const value = this.locate(pair.value as Node | null, depth + 1, end);
      if (value) entries.set(key.text, { key, value });
      else
        entries.set(key.text, {
          key,
          value: { ...key, type: 'scalar', value: null, text: '', broken: true },
        });
    }
    return { type: 'map', source: this.#source, span, entries };
  }

  #report(span: Span, message: string, hint?: string): undefined {
    this.#diagnostics.report({ source: this.#source, span }, message, hint);
    return undefined;
  }
}
