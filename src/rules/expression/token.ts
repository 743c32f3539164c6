/** Where tokens stand in the text: the parser only says where they end. */

/** Start of the name, quoted name, text or variable that ends at `end`; `length` is that of its value. */
export function tokenStart(text: string, end: number, length: number): number {
  const last = text[end - 1];
  if (last === '`') return Math.max(0, text.lastIndexOf('`', end - 2));
  if (last !== '"' && last !== "'") return Math.max(0, end - length);
  for (let at = end - 2; at >= 0; at--) {
    if (text[at] !== last) continue;
    let slashes = 0;
    while (text[at - 1 - slashes] === '\\') slashes += 1;
    if (slashes % 2 === 0) return at;
  }
  return 0;
}

/** A position behind the text, comment or quoted name that begins at `at`; `at` itself if none does. */
export function skipQuoted(text: string, at: number): number {
  const mark = text[at];
  if (mark === '/' && text[at + 1] === '*') {
    const close = text.indexOf('*/', at + 2);
    return close < 0 ? text.length : close + 2;
  }
  if (mark === '`') {
    const close = text.indexOf('`', at + 1);
    return close < 0 ? text.length : close + 1;
  }
  if (mark !== '"' && mark !== "'") return at;
  let end = at + 1;
  while (end < text.length && text[end] !== mark) end += text[end] === '\\' ? 2 : 1;
  return Math.min(end + 1, text.length);
}

/** A position behind the regular expression that begins at `at`; `at` itself if none does. */
export function skipPattern(text: string, at: number): number {
  if (text[at] !== '/') return at;
  let depth = 0;
  for (let end = at + 1; end < text.length; end++) {
    const sign = text[end] as string;
    if (sign === '\\') end += 1;
    else if ('([{'.includes(sign)) depth += 1;
    else if (')]}'.includes(sign)) depth -= 1;
    else if (sign === '/' && depth === 0) return end + 1;
  }
  return at + 1;
}
