/** What a fault is, and whom it meets. */

import { setTimeout as sleep } from 'node:timers/promises';
import { WeirError } from '../../src/core/errors.ts';
import { type Millis, SECOND } from '../../src/core/units.ts';
import type { TcpProxy } from '../../test/flow/tcp-proxy.ts';
import type { Random } from '../../test/oracle/random.ts';
import { TTL_SECONDS } from './deployment.ts';
import type { Instance } from './instance.ts';
import type { Losses } from './losses.ts';
import type { Ownership } from './ownership.ts';
import type { Producer } from './producer.ts';
import type { Stage } from './stage.ts';

export interface Scene {
  readonly stage: Stage;
  readonly random: Random;
  readonly ownership: Ownership;
  readonly producer: Producer;
  readonly losses: Losses;
  /** Sentences on what a fault itself found wrong. */
  readonly problems: string[];
}

export interface Fault {
  readonly name: string;
  /** What it is done to: two faults at a time never share one, and `all` has no other beside it. */
  readonly on: 'process' | 'connection' | 'redis' | 'history' | 'rules' | 'input' | 'people' | 'all';
  /** How often it is chosen, beside the others. */
  readonly weight: number;
  /** Absent: on every stage. */
  readonly fits?: (stage: Stage) => boolean;
  /** Resolves when it is over; answers what it was done to. */
  run(scene: Scene): Promise<string>;
}

export const TTL: Millis = TTL_SECONDS * SECOND;

/** Mostly whoever owns a random partition: faults of the others do little. */
export async function owner({ stage, random, ownership }: Scene): Promise<Instance> {
  const owners = await ownership.owners();
  const running = stage.instances.filter((instance) => instance.isRunning);
  const name = owners.length > 0 && random.chance(0.8) ? random.pick(owners) : undefined;
  return (
    running.find((instance) => instance.name === name) ??
    random.pick(running.length > 0 ? running : stage.instances.slice(0, 1))
  );
}

/** A pause that lets work pile up: what comes next finds the victim in the middle of it, and not idle. */
export async function stutter({ random }: Scene, victim: Instance): Promise<void> {
  if (random.chance(0.3)) return;
  const thaw = victim.freeze();
  await sleep(random.whole(200, SECOND));
  thaw();
  await sleep(random.whole(0, 40));
}

/** The proxied way of an owner, where one has such a way. */
export async function way({ stage, random, ownership }: Scene): Promise<[string, TcpProxy]> {
  const owners = await ownership.owners();
  const ways = [...stage.proxies];
  const busy = ways.filter(([name]) => owners.includes(name));
  return random.pick(busy.length > 0 ? busy : ways);
}

export async function unlessAway(work: () => Promise<unknown>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof WeirError)) throw error;
  }
}
