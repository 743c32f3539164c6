/** The payload hash that tells a repeated event from another one under the same id; it looks into every field once. */

/** Instead of a hash: what in the fields may not be there. */
export const FORBIDDEN_KEY = -1;
export const TOO_DEEP = -2;
export const TEXT_TOO_LONG = -3;

export const DEEPEST_NESTING = 32;
export const LONGEST_TEXT_BYTES = 8 * 1024;

/** 32 bits over type, time as given and fields in any order; or, negative, why the fields are refused. */
export function payloadHash(type: string, time: unknown, fields: object, depth: number): number {
  const data = hashValue(fields, depth);
  if (data < 0) return data;
  const at = time === undefined ? 0 : hashValue(time, depth);
  if (at < 0) return at;
  return mix(hashText(type) ^ Math.imul(at, 0x85ebca6b) ^ Math.imul(data, 0xc2b2ae35)) >>> 0;
}

/**
 * 32 bits of the code units, signed: two hashes side by side, each taking two units at a time, so that the processor
 * need not wait for one multiplication to begin the next. Turning the bits lets high ones reach low ones.
 */
export function hashText(text: string): number {
  const { length } = text;
  let even = 0x811c9dc5 ^ length;
  let odd = 0x2f0b4a87 ^ length;
  let i = 0;
  for (; i + 3 < length; i += 4) {
    even = Math.imul(even ^ (text.charCodeAt(i) | (text.charCodeAt(i + 1) << 16)), 0x85ebca77);
    odd = Math.imul(odd ^ (text.charCodeAt(i + 2) | (text.charCodeAt(i + 3) << 16)), 0xc2b2ae3d);
    even = (even << 15) | (even >>> 17);
    odd = (odd << 13) | (odd >>> 19);
  }
  for (; i < length; i++) even = Math.imul(even ^ text.charCodeAt(i), 0x01000193);
  return mix(even ^ mix(odd));
}

export function isForbiddenKey(key: string): boolean {
  const { length } = key;
  return (
    (length === 9 || length === 11) && (key === '__proto__' || key === 'prototype' || key === 'constructor')
  );
}

export function isTooLong(text: string): boolean {
  // a code unit is at most three bytes, so most texts need no counting
  return text.length * 3 > LONGEST_TEXT_BYTES && Buffer.byteLength(text) > LONGEST_TEXT_BYTES;
}

/** 31 bits, so that the result and a refusal fit one small integer. */
export function hashValue(value: unknown, depth: number): number {
  switch (typeof value) {
    case 'string':
      return isTooLong(value) ? TEXT_TOO_LONG : hashText(value) & 0x7fffffff;
    case 'number':
      return hashNumber(value) & 0x7fffffff;
    case 'boolean':
      return value ? 0x2545f491 : 0x1b873593;
    case 'object':
      if (value === null) return 0x3c6ef372;
      if (depth > DEEPEST_NESTING) return TOO_DEEP;
      return Array.isArray(value)
        ? hashList(value, depth)
        : hashObject(value as Record<string, unknown>, depth);
    default:
      return 0;
  }
}

function hashObject(object: Record<string, unknown>, depth: number): number {
  let sum = 0x51ed270b;
  for (const key in object) {
    if (isForbiddenKey(key)) return FORBIDDEN_KEY;
    const value = hashValue(object[key], depth + 1);
    if (value < 0) return value;
    // a sum does not care for the order of the keys
    sum = (sum + mix(hashText(key) ^ Math.imul(value, 0x9e3779b1))) | 0;
  }
  return sum & 0x7fffffff;
}

function hashList(list: readonly unknown[], depth: number): number {
  let hash = list.length ^ 0x27d4eb2f;
  for (let i = 0; i < list.length; i++) {
    const value = hashValue(list[i], depth + 1);
    if (value < 0) return value;
    hash = (Math.imul(hash, 31) + mix(value ^ 0x165667b1)) | 0;
  }
  return hash & 0x7fffffff;
}

const float = new Float64Array(1);
const halves = new Uint32Array(float.buffer);

function hashNumber(number: number): number {
  float[0] = number;
  return mix((halves[0] as number) ^ Math.imul(halves[1] as number, 0x9e3779b1) ^ 0x68e31da4);
}

/** The finalizer of MurmurHash3: every bit of the input moves every bit of the output. */
function mix(bits: number): number {
  let hash = bits;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}
