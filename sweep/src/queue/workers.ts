/**
 * Which workers there are. By the clock of Redis: those of machines differ.
 * @module
 */
import type { Redis } from "ioredis";
import { ALIVE, KEYS, type WorkerCard } from "./protocol.ts";

const NOW = `local now = redis.call("TIME"); now = now[1] * 1000 + math.floor(now[2] / 1000)`;
const ANNOUNCE = `${NOW}
redis.call("ZADD", KEYS[1], now + ARGV[2], ARGV[1])
redis.call("PEXPIRE", KEYS[1], ARGV[2] * 2)`;
const LIST = `${NOW}
redis.call("ZREMRANGEBYSCORE", KEYS[1], "-inf", now)
return redis.call("ZRANGE", KEYS[1], 0, -1)`;

/** How many there are. */
export interface WorkerCount {
  readonly processes: number;
  readonly threads: number;
}

/** A sign of life. */
export async function announce(client: Redis, card: WorkerCard): Promise<void> {
  await client.eval(ANNOUNCE, 1, KEYS.workers, JSON.stringify(card), ALIVE.lasts);
}

/** No more of this worker. */
export async function leave(client: Redis, card: WorkerCard): Promise<void> {
  await client.zrem(KEYS.workers, JSON.stringify(card));
}

/** Those that showed signs of life of late. */
export async function workersOf(client: Redis): Promise<WorkerCount> {
  const cards = ((await client.eval(LIST, 1, KEYS.workers)) as string[]).map((card) => JSON.parse(card) as WorkerCard);
  return { processes: cards.length, threads: cards.reduce((sum, { threads }) => sum + threads, 0) };
}
