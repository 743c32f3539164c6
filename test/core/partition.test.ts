/** Partitions and their tags: the same for ever, each key of a partition in one slot, slots shared out evenly. */

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { crc16, partitionKeys, partitionOf, partitionTag, SLOTS, slotOf } from '../../src/core/partition.ts';

const COUNTS = [1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 100, 128, 256, 512, 1024];
// biome-ignore format: a table
const TAGS_OF_16 = [
  'p60', 'p42', 'p11', 'p3', 'p61', 'p43', 'p10', 'p2', 'p62', 'p40', 'p13', 'p1', 'p63', 'p41', 'p12', 'p0',
];
const tagsOf = (partitions: number) =>
  Array.from({ length: partitions }, (_, p) => partitionTag(p, partitions));

describe('partitions', () => {
  it('hash as Redis does', () => {
    // the check value of CRC-16/XMODEM, and slots that CLUSTER KEYSLOT answers
    assert.equal(crc16('123456789'), 0x31c3);
    const slots = { foo: 12182, 'a{foo}b': 12182, '{}foo': 9500, 'foo{}{bar}': 8363, 'foo{{bar}}zap': 4015 };
    for (const [key, slot] of Object.entries(slots)) assert.equal(slotOf(key), slot, key);
  });

  it('are found by the entity, whatever its name', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: 1, max: 1024 }), (name, partitions) => {
        const partition = partitionOf(name, partitions);
        return partition >= 0 && partition < partitions && partition === partitionOf(name, partitions);
      }),
    );
  });

  it('never change their tags: deployments that exist have their keys under them', () => {
    assert.deepEqual(tagsOf(4), ['p3', 'p2', 'p1', 'p0']);
    assert.deepEqual(tagsOf(16), TAGS_OF_16);
    // all tables of all sizes in one number
    const all = COUNTS.map((count) => `${count}:${tagsOf(count).join()}`).join(' ');
    assert.equal(crc16(all), 39_704);
  });

  it('have tags of their own, one in each equal share of the slots', () => {
    for (const partitions of COUNTS) {
      const tags = tagsOf(partitions);
      assert.equal(new Set(tags).size, partitions);
      for (const [partition, tag] of tags.entries())
        assert.equal(Math.floor((slotOf(tag) * partitions) / SLOTS), partition, `${tag} of ${partitions}`);
    }
  });

  it('spread over any number of servers that share the slots evenly, each with less than two more or fewer than its share', () => {
    for (const partitions of COUNTS) {
      const slots = tagsOf(partitions).map(slotOf);
      for (let servers = 1; servers <= Math.min(partitions, 50); servers++) {
        const counts = new Array<number>(servers).fill(0);
        for (const slot of slots) {
          const server = Math.floor((slot * servers) / SLOTS);
          counts[server] = (counts[server] as number) + 1;
        }
        const even = partitions / servers;
        for (const count of counts)
          assert.ok(Math.abs(count - even) < 2, `${partitions} on ${servers}: ${counts.join(' ')}`);
      }
    }
  });

  it('have all their keys in the slot of the tag', () => {
    for (const partitions of COUNTS)
      for (let partition = 0; partition < partitions; partition += Math.ceil(partitions / 16)) {
        const keys = partitionKeys(partition, partitions);
        const slots = [...Object.values(keys), `${keys.ids}:495`].map(slotOf);
        assert.deepEqual(new Set(slots), new Set([slotOf(partitionTag(partition, partitions))]));
      }
  });
});
