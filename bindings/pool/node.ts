/**
 * `lindblad/pool` in Node. Its types are those of web.ts.
 * @module
 */
import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import { createPool, type Pool, type PoolOptions } from "./pool.ts";
import type { End, WorkerLike } from "./slot.ts";

const end: End = {
  cores: availableParallelism,

  // Without the flags of this process: some (--input-type) are wrong for a file, others load what the worker does not need.
  start: () => new Worker(new URL("./worker-node.js", import.meta.url), { execArgv: [] }),

  listen(worker: WorkerLike, events) {
    const thread = worker as Worker;
    thread.on("message", events.message);
    thread.on("messageerror", (error) => events.lost("a message of it could not be read", error));
    thread.on("error", (error) => events.lost(error instanceof Error ? error.message : String(error), error));
    thread.on("exit", (code) => events.lost(`exit code ${code}`));
  },

  keepAlive(worker: WorkerLike, alive) {
    if (alive) (worker as Worker).ref();
    else (worker as Worker).unref();
  },
};

/** A pool of workers that runs the library's functions off the calling thread. */
export function pool(options: PoolOptions = {}): Pool {
  return createPool(options, end);
}
