/** Finds `params.name` in the text of an expression, so that an undeclared parameter can be shown at its place. */

export interface ParamRead {
  readonly name: string;
  readonly start: number;
  readonly end: number;
}

const HIDDEN = /"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|\/\*[\s\S]*?\*\//g;
const READ = /(?<![\w.$`])(?:\$\$\s*\.\s*)?params\s*\.\s*([A-Za-z_]\w*)/g;

/** @param template only what stands within {{ }} is an expression */
export function readsOfParams(text: string, template: boolean): ParamRead[] {
  const blank = (hidden: string) => ' '.repeat(hidden.length);
  const visible = template ? text.replace(/(^|\}\})(?:(?!\{\{)[\s\S])*/g, blank) : text;
  const reads: ParamRead[] = [];
  for (const match of visible.replace(HIDDEN, blank).matchAll(READ))
    reads.push({ name: match[1] as string, start: match.index, end: match.index + match[0].length });
  return reads;
}
