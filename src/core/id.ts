/** Ids of events and entities: text of 1 to 200 characters without control characters, or a whole number. */

export const LONGEST_ID = 200;

export const ID_RULE = `1 to ${LONGEST_ID} characters without control characters, or a whole number`;

/** The id as text, as it is compared; undefined when the value cannot be an id. */
export function normalId(value: unknown): string | undefined {
  if (typeof value === 'string') return isIdText(value) ? value : undefined;
  // beyond 2^53 two different numbers in the text would become the same id
  return Number.isSafeInteger(value) ? String(value) : undefined;
}

/** Lone surrogates are refused too: they change when written as UTF-8, so memory and store would disagree. */
function isIdText(text: string): boolean {
  if (text.length === 0 || text.length > LONGEST_ID) return false;
  return isPlainText(text);
}

export function isPlainText(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit < 0x20 || (unit >= 0x7f && unit < 0xa0)) return false;
    if (unit >= 0xd800 && unit < 0xe000) return text.isWellFormed() && isPlainTail(text, i);
  }
  return true;
}

function isPlainTail(text: string, from: number): boolean {
  for (let i = from; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit < 0x20 || (unit >= 0x7f && unit < 0xa0)) return false;
  }
  return true;
}
