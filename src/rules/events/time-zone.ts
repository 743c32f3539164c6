/** Which texts name a time zone; asking Intl is slow, so answers are remembered, up to a bound. */

const MOST_REMEMBERED = 1000;
const LONGEST_NAME = 64;
const remembered = new Map<string, boolean>();

export function isTimeZone(name: string): boolean {
  if (name.length === 0 || name.length > LONGEST_NAME) return false;
  let answer = remembered.get(name);
  if (answer === undefined) {
    answer = isKnownToIntl(name);
    if (remembered.size >= MOST_REMEMBERED) remembered.clear();
    remembered.set(name, answer);
  }
  return answer;
}

function isKnownToIntl(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
