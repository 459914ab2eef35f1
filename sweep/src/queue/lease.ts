/**
 * Who coordinates a problem: one at a time, since results go to whoever asks for them.
 * @module
 */
import { randomUUID } from "node:crypto";
import type { Redis } from "ioredis";
import type { Tell } from "./connect.ts";
import { CoordinatorBusyError } from "./errors.ts";
import { host } from "./protocol.ts";

/** Milliseconds that a lease holds without being renewed. */
const LASTS = 10_000;
/** Milliseconds between two looks at another's. */
const LOOK = 250;

/** Takes or keeps a key whose value it is; returns the value of whoever has it, and for how many milliseconds. */
const KEEP = `
local holder = redis.call("GET", KEYS[1])
if holder and holder ~= ARGV[1] then return {holder, redis.call("PTTL", KEYS[1])} end
redis.call("SET", KEYS[1], ARGV[1], "PX", ARGV[2])
return {ARGV[1], tonumber(ARGV[2])}`;

const RELEASE = `if redis.call("GET", KEYS[1]) == ARGV[1] then return redis.call("DEL", KEYS[1]) end return 0`;

interface Holder {
  readonly host: string;
  readonly pid: number;
}

export class Lease {
  readonly #own = JSON.stringify({ host, pid: process.pid, id: randomUUID() });

  constructor(
    readonly client: Redis,
    readonly key: string,
  ) {}

  /**
   * Waits as long as a coordinator that is gone may still hold it.
   * @throws {@link CoordinatorBusyError} as soon as the one that has it shows that it is there
   */
  async take(tell: Tell): Promise<void> {
    let [holder, left] = await this.#keep();
    for (let told = false; holder !== this.#own; ) {
      const { host: name, pid } = JSON.parse(holder) as Holder;
      // of this machine: no need to wait
      if (name === host && isGone(pid)) await this.client.eval(RELEASE, 1, this.key, holder);
      else {
        if (!told) tell(`waiting whether ${nameOf(holder)}, which coordinated this sweep, is still there`);
        told = true;
        await new Promise((resolve) => setTimeout(resolve, LOOK));
      }
      const before = left;
      [holder, left] = await this.#keep();
      if (holder !== this.#own && left > before) throw busy(holder);
    }
  }

  /** @returns an error when somebody else has it */
  async renew(): Promise<CoordinatorBusyError | undefined> {
    const [holder] = await this.#keep();
    return holder === this.#own ? undefined : busy(holder);
  }

  async release(): Promise<void> {
    await this.client.eval(RELEASE, 1, this.key, this.#own);
  }

  async #keep(): Promise<[holder: string, milliseconds: number]> {
    return (await this.client.eval(KEEP, 1, this.key, this.#own, LASTS)) as [string, number];
  }
}

const busy = (holder: string) => new CoordinatorBusyError(nameOf(holder));

function nameOf(holder: string): string {
  const { host: name, pid } = JSON.parse(holder) as Holder;
  return `process ${pid} on ${name}`;
}

function isGone(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ESRCH";
  }
}
