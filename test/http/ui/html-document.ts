/** A strict reader of HTML for tests: every tag closed, every attribute quoted, nothing that a browser would mend. */

import assert from 'node:assert/strict';

export interface Element {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: (Element | string)[];
}

const EMPTY = new Set(['meta', 'link', 'input', 'br', 'hr', 'img']);
const NAMED: Readonly<Record<string, string>> = { lt: '<', gt: '>', quot: '"', amp: '&', '#39': "'" };
/** Elements that may not stand inside the one before them. */
const NEVER_INSIDE: readonly (readonly [string, string])[] = [
  ['p', 'p'],
  ['p', 'ul'],
  ['p', 'div'],
  ['p', 'table'],
  ['p', 'section'],
  ['p', 'h3'],
  ['a', 'a'],
  ['form', 'form'],
  ['button', 'a'],
];

export function parseHtml(text: string): Element {
  const root: Element = { name: '#document', attributes: new Map(), children: [] };
  const open: Element[] = [root];
  const source = text.replace(/^<!doctype html>\s*/i, '');
  const token = /<(\/?)([a-zA-Z][\w-]*)((?:\s+[^\s=<>"']+(?:="[^"<]*")?)*)\s*(\/?)>|([^<]+)|(<)/g;
  for (const [, closing, name, attributes, selfClosing, words, stray] of source.matchAll(token)) {
    const parent = open.at(-1) as Element;
    if (stray !== undefined) assert.fail(`a "<" that begins no tag, in ${parent.name}`);
    if (words !== undefined) parent.children.push(decode(words));
    else if (closing) {
      assert.equal(name, parent.name, `</${name}> closes <${parent.name}>`);
      open.pop();
    } else {
      const element = { name: name as string, attributes: readAttributes(attributes ?? ''), children: [] };
      for (const [outer, inner] of NEVER_INSIDE)
        if (inner === element.name)
          assert.ok(!open.some((one) => one.name === outer), `<${inner}> inside <${outer}>`);
      parent.children.push(element);
      if (!selfClosing && !EMPTY.has(element.name)) open.push(element);
    }
  }
  assert.deepEqual(
    open.map((one) => one.name),
    ['#document'],
    'every element is closed',
  );
  return root;
}

function readAttributes(text: string): Map<string, string> {
  const attributes = new Map<string, string>();
  for (const [, name, value] of text.matchAll(/([^\s=]+)(?:="([^"]*)")?/g)) {
    assert.ok(!attributes.has(name as string), `${name} is given twice`);
    attributes.set(name as string, decode(value ?? ''));
  }
  return attributes;
}

function decode(text: string): string {
  return text.replace(/&(\w+|#\d+);?/g, (whole, name: string) => {
    const known = NAMED[name];
    assert.ok(known !== undefined && whole.endsWith(';'), `${whole} is no entity`);
    return known;
  });
}

export function all(element: Element, fits: (one: Element) => boolean): Element[] {
  return element.children.flatMap((child) =>
    typeof child === 'string' ? [] : [...(fits(child) ? [child] : []), ...all(child, fits)],
  );
}

export function named(element: Element, ...names: string[]): Element[] {
  return all(element, (one) => names.includes(one.name));
}

export function textOf(element: Element): string {
  return element.children.map((child) => (typeof child === 'string' ? child : textOf(child))).join('');
}

/** What makes a page usable by keyboard and screen reader, as far as its text tells. */
export function assertUsable(document: Element): void {
  const ids = all(document, (one) => one.attributes.has('id')).map(
    (one) => one.attributes.get('id') as string,
  );
  assert.deepEqual(ids, [...new Set(ids)], 'every id is there once');
  const [html] = named(document, 'html');
  assert.match(html?.attributes.get('lang') ?? '', /^(en|es)$/);
  assert.equal(named(document, 'main').length, 1);
  assert.equal(named(document, 'h1').length, 1);
  let level = 0;
  for (const heading of named(document, 'h1', 'h2', 'h3', 'h4')) {
    const next = Number(heading.name[1]);
    assert.ok(next <= level + 1, `${heading.name} "${textOf(heading)}" follows h${level}`);
    assert.notEqual(textOf(heading).trim(), '');
    level = next;
  }
  for (const one of all(document, () => true)) assertElement(one, document, ids);
}

function assertElement(one: Element, document: Element, ids: readonly string[]): void {
  const { name, attributes } = one;
  const labelled = attributes.get('aria-labelledby');
  if (labelled !== undefined) assert.ok(ids.includes(labelled), `${labelled} is on the page`);
  for (const attribute of attributes.keys())
    assert.ok(!/^on|^style$/.test(attribute), `<${name} ${attribute}> stands in the page itself`);
  if (name === 'style' || (name === 'script' && attributes.get('src') === undefined))
    assert.equal(textOf(one).trim(), '', 'neither style nor script stands in the page itself');
  if (['input', 'select', 'textarea'].includes(name) && attributes.get('type') !== 'hidden') {
    const labels = named(document, 'label').map((label) => label.attributes.get('for'));
    assert.ok(
      labels.includes(attributes.get('id')),
      `<${name} name="${attributes.get('name')}"> has a label`,
    );
  }
  if (name === 'table') {
    assert.equal(named(one, 'caption').length, 1);
    for (const cell of named(one, 'thead').flatMap((head) => named(head, 'th')))
      assert.notEqual(textOf(cell).trim(), '', 'a column has a name');
    for (const cell of named(one, 'th'))
      assert.ok(['col', 'row'].includes(cell.attributes.get('scope') ?? ''));
    const widths = named(one, 'tr').map((row) => named(row, 'th', 'td').length);
    assert.equal(
      new Set(widths).size,
      1,
      `rows of "${textOf(named(one, 'caption')[0] as Element)}" have ${widths} cells`,
    );
  }
  if (name === 'svg') {
    const hidden = attributes.get('aria-hidden') === 'true';
    assert.ok(
      hidden || (attributes.get('role') === 'img' && attributes.get('aria-label')),
      'a picture says what it shows',
    );
  }
  if (name === 'button' || name === 'a') assert.notEqual(textOf(one).trim(), '', `an empty <${name}>`);
  const address = attributes.get('href') ?? attributes.get('action') ?? attributes.get('src');
  if (address !== undefined) assert.match(address, /^(\/(?!\/)|#)/, 'every address is one of ours');
  if (address?.startsWith('#')) assert.ok(ids.includes(address.slice(1)), `${address} is on the page`);
}
