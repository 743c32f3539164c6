/** Which IP addresses a webhook may be sent to: those of the public internet, and nothing inside anybody's network. */

/** Bytes of an address, and how many of their first bits say what it is for. */
type Range = readonly [bytes: readonly number[], bits: number];

/** IPv4 for special purposes (IANA's registry): private, shared, loopback, link-local and metadata, tests, multicast, reserved. */
const CLOSED_4: readonly Range[] = [
  [[0], 8],
  [[10], 8],
  [[100, 64], 10],
  [[127], 8],
  [[169, 254], 16],
  [[172, 16], 12],
  [[192, 0, 0], 24],
  [[192, 0, 2], 24],
  [[192, 31, 196], 24],
  [[192, 52, 193], 24],
  [[192, 88, 99], 24],
  [[192, 168], 16],
  [[192, 175, 48], 24],
  [[198, 18], 15],
  [[198, 51, 100], 24],
  [[203, 0, 113], 24],
  [[224], 3],
];

/**
 * Of IPv6 only global unicast is open, without what carries an IPv4 address inside (Teredo, 6to4) and without
 * ranges for documentation and tests. So mapped, translated, unique local, link-local and multicast are closed.
 */
const OPEN_6: Range = [[0x20], 3];
const CLOSED_6: readonly Range[] = [
  [[0x20, 0x01, 0x00], 23],
  [[0x20, 0x01, 0x0d, 0xb8], 32],
  [[0x20, 0x02], 16],
  [[0x26, 0x20, 0x00, 0x4f, 0x80, 0x00], 48],
  [[0x3f, 0xfe], 16],
  [[0x3f, 0xff, 0x00], 20],
];

/** False for everything that is not an address in its usual writing. */
export function isPublicAddress(address: string): boolean {
  const bytes = addressBytes(address);
  if (bytes === undefined) return false;
  const closed = (range: Range) => isIn(bytes, range);
  return bytes.length === 4 ? !CLOSED_4.some(closed) : isIn(bytes, OPEN_6) && !CLOSED_6.some(closed);
}

export function isLoopbackAddress(address: string): boolean {
  const bytes = addressBytes(address);
  if (bytes?.length === 4) return bytes[0] === 127;
  return bytes?.every((byte, i) => byte === (i === 15 ? 1 : 0)) ?? false;
}

/** Four bytes or sixteen; undefined for a name, and for every unusual writing, such as octal numbers or zones. */
export function addressBytes(address: string): number[] | undefined {
  return address.includes(':') ? bytes6(address) : bytes4(address);
}

function bytes4(address: string): number[] | undefined {
  const parts = address.split('.');
  if (parts.length !== 4 || !parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part))) return undefined;
  const bytes = parts.map(Number);
  return bytes.every((byte) => byte < 256) ? bytes : undefined;
}

function bytes6(address: string): number[] | undefined {
  const halves = address.split('::').map(groupBytes);
  const [head, tail] = halves;
  if (halves.length > 2 || head === undefined) return undefined;
  if (halves.length === 1) return head.length === 16 ? head : undefined;
  if (tail === undefined || head.length + tail.length > 14) return undefined;
  return [...head, ...new Array<number>(16 - head.length - tail.length).fill(0), ...tail];
}

/** Of groups between colons, the last of which may be an IPv4 address. */
function groupBytes(text: string): number[] | undefined {
  if (text === '') return [];
  const bytes: number[] = [];
  const groups = text.split(':');
  for (const [i, group] of groups.entries()) {
    const inner = group.includes('.') && i === groups.length - 1 ? bytes4(group) : undefined;
    if (inner) bytes.push(...inner);
    else if (/^[0-9a-f]{1,4}$/i.test(group)) {
      const word = Number.parseInt(group, 16);
      bytes.push(word >> 8, word & 255);
    } else return undefined;
  }
  return bytes;
}

function isIn(bytes: readonly number[], [net, bits]: Range): boolean {
  for (let i = 0; i * 8 < bits; i++) {
    const mask = bits - i * 8 >= 8 ? 255 : (255 << (8 - (bits - i * 8))) & 255;
    if (((bytes[i] as number) & mask) !== ((net[i] ?? 0) & mask)) return false;
  }
  return true;
}
