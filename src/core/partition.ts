/** Which partition an entity belongs to, and the hash tag that puts all keys of a partition into one slot. */

/** CRC-16/XMODEM, the function Redis Cluster maps keys to slots with (redis.io, cluster specification). */
const TABLE = new Uint16Array(256);
for (let i = 0; i < 256; i++) {
  let crc = i << 8;
  for (let bit = 0; bit < 8; bit++) crc = crc & 0x8000 ? (crc << 1) ^ 0x1021 : crc << 1;
  TABLE[i] = crc;
}

const encoder = new TextEncoder();

export function crc16(text: string): number {
  let crc = 0;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit > 127) return crc16Bytes(encoder.encode(text));
    crc = ((crc << 8) & 0xffff) ^ (TABLE[(crc >> 8) ^ unit] as number);
  }
  return crc;
}

function crc16Bytes(bytes: Uint8Array): number {
  let crc = 0;
  for (const byte of bytes) crc = ((crc << 8) & 0xffff) ^ (TABLE[(crc >> 8) ^ byte] as number);
  return crc;
}

/** The partition of an entity: crc16 of the value it is routed by, modulo the fixed number of partitions. */
export function partitionOf(routeValue: string, partitions: number): number {
  return crc16(routeValue) % partitions;
}

/** Slots of a Redis Cluster. */
export const SLOTS = 16_384;
const LARGEST_TABLE = 1024;

/** The slot of a key: of what stands between its first `{` and the next `}`, where that is something, else of it all. */
export function slotOf(key: string): number {
  const open = key.indexOf('{');
  const close = open < 0 ? -1 : key.indexOf('}', open + 1);
  return crc16(close > open + 1 ? key.slice(open + 1, close) : key) % SLOTS;
}

/**
 * The tag of partition p out of `partitions`: the first of `p0`, `p1`, … whose slot lies in the p-th equal
 * share of the slot space, so that tags spread evenly over the nodes of a cluster (`{p0}`…`{p7}` fall 2/2/4).
 */
export function partitionTag(partition: number, partitions: number): string {
  const table = tables.get(partitions) ?? makeTable(partitions);
  return table[partition] as string;
}

const tables = new Map<number, string[]>();

function makeTable(partitions: number): string[] {
  if (!Number.isInteger(partitions) || partitions < 1 || partitions > LARGEST_TABLE)
    throw new RangeError(`partitions must be 1 to ${LARGEST_TABLE}, is ${partitions}`);
  const table = new Array<string>(partitions);
  let open = partitions;
  for (let n = 0; open > 0; n++) {
    const tag = `p${n}`;
    const share = Math.floor(((crc16(tag) % SLOTS) * partitions) / SLOTS);
    if (table[share] === undefined) {
      table[share] = tag;
      open -= 1;
    }
  }
  tables.set(partitions, table);
  return table;
}

export type PartitionKeys = ReturnType<typeof partitionKeys>;

/** Every key of one partition; all lie in the slot of the tag. */
export function partitionKeys(partition: number, partitions: number, prefix = 'weir') {
  const base = `${prefix}:{${partitionTag(partition, partitions)}}`;
  return {
    in: `${base}:in`,
    state: `${base}:state`,
    decided: `${base}:decided`,
    out: `${base}:out`,
    dead: `${base}:dead`,
    late: `${base}:late`,
    timers: `${base}:timers`,
    changed: `${base}:changed`,
    ids: `${base}:ids`,
    owner: `${base}:owner`,
    position: `${base}:position`,
    durable: `${base}:durable`,
  };
}
