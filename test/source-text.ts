/** Reads TypeScript as text for the architecture test: what is code, what is comment, what is imported. */

/** Characters after which a slash begins a regular expression and not a division. */
const BEFORE_REGEX = /(?:^|[([{,;:=!&|?+\-*%<>~^]|\b(?:return|typeof|case|in|of|throw|await|yield))\s*$/;

/** The text with comments blanked out (line breaks stay); with `strings: false` the insides of literals too. */
export function codeOf(text: string, options: { strings: boolean } = { strings: true }): string {
  let code = '';
  let at = 0;
  /** Brace depths at which a template literal goes on. */
  const templates: number[] = [];
  let depth = 0;
  const literal = (end: number, open: number, close: number) => {
    const inside = text.slice(at + open, end - close);
    code += text.slice(at, at + open) + (options.strings ? inside : inside.replace(/[^\n]/g, ' '));
    code += text.slice(end - close, end);
    at = end;
  };
  while (at < text.length) {
    const char = text[at] as string;
    const rest = text.slice(at, at + 2);
    if (rest === '//' || rest === '/*') {
      const found = rest === '//' ? text.indexOf('\n', at) : text.indexOf('*/', at + 2) + 2;
      const end = found < (rest === '//' ? 0 : 2) ? text.length : found;
      code += text.slice(at, end).replace(/[^\n]/g, ' ');
      at = end;
    } else if (char === "'" || char === '"') {
      literal(endOf(text, at + 1, char), 1, 1);
    } else if (char === '`' || (char === '}' && templates.at(-1) === depth)) {
      if (char === '}') templates.pop();
      const end = endOf(text, at + 1, '`', true);
      const goesOn = text[end - 1] === '{';
      if (goesOn) templates.push(depth);
      literal(end, 1, goesOn ? 2 : 1);
    } else if (char === '/' && BEFORE_REGEX.test(code.slice(-30))) {
      literal(endOfRegex(text, at + 1), 1, 1);
    } else {
      if (char === '{') depth += 1;
      if (char === '}') depth -= 1;
      code += char;
      at += 1;
    }
  }
  return code;
}

function endOf(text: string, from: number, quote: string, template = false): number {
  for (let i = from; i < text.length; i++) {
    if (text[i] === '\\') i += 1;
    else if (text[i] === quote) return i + 1;
    else if (template && text[i] === '$' && text[i + 1] === '{') return i + 2;
  }
  return text.length;
}

function endOfRegex(text: string, from: number): number {
  let inClass = false;
  for (let i = from; i < text.length; i++) {
    if (text[i] === '\\') i += 1;
    else if (text[i] === '[') inClass = true;
    else if (text[i] === ']') inClass = false;
    else if (text[i] === '/' && !inClass) return i + 1;
    else if (text[i] === '\n') return i;
  }
  return text.length;
}

/** Module names of every import, re-export and dynamic import. */
export function importsOf(text: string): string[] {
  const pattern =
    /(?:^|[;\n])\s*(?:import|export)\b[^'";]*?\bfrom\s*['"]([^'"]+)['"]|\bimport\s*\(\s*['"`]([^'"`]+)['"`]|(?:^|[;\n])\s*import\s*['"]([^'"]+)['"]/g;
  return [...codeOf(text).matchAll(pattern)].map((match) => (match[1] ?? match[2] ?? match[3]) as string);
}

/** Lines that hold something besides comment and blanks. */
export function codeLines(text: string): number {
  return codeOf(text)
    .split('\n')
    .filter((line) => line.trim() !== '').length;
}

/** The text of the comment a file opens with, as one line; undefined when it opens with anything else. */
export function openingComment(text: string): string | undefined {
  const match = /^(?:#![^\n]*\n)?\/\*\*([\s\S]*?)\*\//.exec(text);
  return match?.[1]
    ?.replace(/\n\s*\*/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
}
