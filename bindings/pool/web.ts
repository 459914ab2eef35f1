/**
 * `lindblad/pool` in browsers.
 * @module lindblad/pool
 */
import { createPool, type Pool, type PoolOptions } from "./pool.ts";
import type { End, WorkerLike } from "./slot.ts";

export type { SharedMeasurements } from "./measurements.ts";
export type { Pool, PoolOptions } from "./pool.ts";
export type { WorkerInit } from "./protocol.ts";
export type { WorkerLike } from "./slot.ts";

const end: End = {
  cores: () => navigator.hardwareConcurrency ?? 1,

  // Bundlers look for these very words.
  start: () => new Worker(new URL("./worker-web.js", import.meta.url), { type: "module" }),

  listen(worker: WorkerLike, events) {
    const target = worker as Worker;
    target.addEventListener("message", ({ data }) => events.message(data));
    target.addEventListener("messageerror", () => events.lost("a message of it could not be read"));
    target.addEventListener("error", (event) => {
      // Told by a rejection; without this, by the page's own handler too.
      event.preventDefault();
      const { message, error } = event;
      // A script that cannot be loaded gives an event without a message.
      events.lost(message || "its script could not be loaded: a wrong URL, or the page's security policy", error);
    });
  },

  keepAlive() {},
};

/**
 * A pool of workers that runs the library's functions off the calling thread: each as a method that returns a promise; {@link mcsolve},
 * {@link ssesolve} and {@link smesolve} are shared among the workers.
 * @throws {@link UnknownOptionError}, {@link InvalidArgumentError}
 * @example
 * const workers = pool();
 * const run = await workers.mesolve(H, rho0, tlist, { cOps, eOps, signal: AbortSignal.timeout(10_000) });
 * await workers.close();
 */
export function pool(options: PoolOptions = {}): Pool {
  return createPool(options, end);
}
