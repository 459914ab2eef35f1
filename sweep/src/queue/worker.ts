/**
 * A worker: takes jobs from the queue and has threads compute them. Its own event loop is free, so that locks are renewed whatever threads do.
 * @module @lindblad/sweep/worker
 */
import { randomUUID } from "node:crypto";
import { availableParallelism } from "node:os";
import { type Job, Worker } from "bullmq";
import type { Redis } from "ioredis";
import { Piscina } from "piscina";
import { VERSION } from "../hash.ts";
import { addressOf, connect, isPassing, type Tell } from "./connect.ts";
import { encode } from "./frame.ts";
import {
  ALIVE,
  hashOf,
  host,
  type JobData,
  KEPT,
  KEYS,
  LOCK,
  QUEUE,
  type Reply,
  type WorkerCard,
  workerOptions,
} from "./protocol.ts";
import type { Order } from "./thread.ts";
import { announce, leave } from "./workers.ts";

/** Options of {@link startWorker}. */
export interface SweepWorkerOptions {
  /** `redis://[user:password@]host[:port][/database]`, `rediss://…` for TLS, or `unix:///path`. */
  readonly url: string;
  /** Threads that compute. Default: one a core. */
  readonly threads?: number | undefined;
  /** Seconds after which the chunks of a worker that is gone are given to others. Default 15. */
  readonly lock?: number | undefined;
  /** Seconds after which a chunk is given up and its thread replaced; tried again as one whose thread died. Default: none. */
  readonly timeLimit?: number | undefined;
  /** Hears what goes on, in words. Default: nobody does. */
  readonly tell?: Tell | undefined;
}

/** A worker that runs. */
export interface SweepWorker {
  /** Chunks computed so far. */
  readonly chunks: number;
  /** Takes no more chunks, finishes those it has, and hangs up. */
  close(): Promise<void>;
}

/** Problems whose bytes are kept. */
const KNOWN = 8;
/** Milliseconds until a result that Redis did not take is offered again. */
const AGAIN = 500;
/** Milliseconds in which a complaint is not repeated. */
const QUIET = 10_000;

/**
 * Starts a worker of any sweep that runs through this Redis.
 * @throws {@link RedisError} when there is none within seconds
 * @example
 * const worker = await startWorker({ url: "redis://127.0.0.1:6379", threads: 4 });
 * process.once("SIGTERM", () => worker.close());
 */
export async function startWorker(options: SweepWorkerOptions): Promise<SweepWorker> {
  const { url, threads = availableParallelism(), lock = LOCK, timeLimit, tell = () => {} } = options;
  const client = await connect(url, tell);
  const pool = new Piscina({
    filename: new URL("./thread.js", import.meta.url).href,
    minThreads: threads,
    maxThreads: threads,
    // flags of this process are not meant for threads
    execArgv: [],
  });
  const complain = rarely(tell);
  const serving = new Serving(client, pool, timeLimit, complain);
  const card: WorkerCard = { id: randomUUID(), host, pid: process.pid, threads, version: VERSION };
  await announce(client, card);
  // a sign of life that is not heard has others after it
  const signs = setInterval(() => void announce(client, card).catch(() => {}), ALIVE.every);
  const worker = new Worker<JobData, void>(QUEUE, (job) => serving.serve(job), {
    ...workerOptions(lock),
    connection: client,
    concurrency: threads,
  });
  worker.on("error", (error) => {
    // the connection's own are told by it
    if (client.status === "ready" && !/ECONN|EPIPE|closed/i.test(error.message)) complain(error.message);
  });
  worker.on("failed", (job, error) => {
    if (job?.finishedOn === undefined) complain(`a chunk is tried again: ${error.message}`);
    else void serving.giveUp(job, error).catch(() => {});
  });
  tell(`worker ${VERSION} on ${host}: ${threads} ${threads === 1 ? "thread" : "threads"}, ${addressOf(url)}`);
  return {
    get chunks() {
      return serving.chunks;
    },
    async close() {
      clearInterval(signs);
      await leave(client, card).catch(() => {});
      await worker.close();
      await pool.destroy();
      client.disconnect();
    },
  };
}

/** Jobs from data to frames in the list of results. */
class Serving {
  chunks = 0;
  readonly #client: Redis;
  readonly #pool: Piscina;
  readonly #timeLimit: number | undefined;
  /** By hash. */
  readonly #problems = new Map<string, Promise<SharedArrayBuffer | undefined>>();

  readonly #tell: Tell;

  constructor(client: Redis, pool: Piscina, timeLimit: number | undefined, tell: Tell) {
    this.#tell = tell;
    this.#client = client;
    this.#pool = pool;
    this.#timeLimit = timeLimit;
  }

  /** @throws when the thread died: BullMQ tries again, as often as it may */
  async serve({ id, data }: Job<JobData>): Promise<void> {
    const { task, problem: hash, part } = data;
    const problem = await this.#problem(hash);
    // the sweep is over, or withdrawn
    if (problem === undefined) return;
    const order: Order = { ...{ id: id!, task, hash, problem }, part: Buffer.from(part, "base64") };
    await this.#answer(hash, await this.#compute(order));
    this.chunks++;
  }

  async #compute(order: Order): Promise<Uint8Array> {
    const limit = this.#timeLimit;
    const signal = limit === undefined ? null : AbortSignal.timeout(1000 * limit);
    try {
      return (await this.#pool.run(order, { signal })) as Uint8Array;
    } catch (error) {
      throw signal?.aborted ? new Error(`no answer in ${limit} s`) : error;
    }
  }

  /** Tells the coordinator that nothing will come of a job. */
  async giveUp({ id, data: { problem } }: Job<JobData>, error: Error): Promise<void> {
    const failure = { kind: "crash", message: error.message } as const;
    await this.#answer(problem, encode({ ...{ id: id!, host }, failure } satisfies Reply));
  }

  /** Appends a frame to the results, as soon as Redis takes it: what is computed is not to be lost. */
  async #answer(hash: string, frame: Uint8Array): Promise<void> {
    const list = KEYS.results(hash);
    const bytes = Buffer.from(frame.buffer as ArrayBuffer, frame.byteOffset, frame.length);
    for (;;) {
      const done = await this.#client
        .multi()
        .rpush(list, bytes)
        .expire(list, KEPT)
        .exec()
        .catch((error: Error) => [[error, null]] as const);
      const [error] = done?.find(([failed]) => failed !== null) ?? [null];
      if (error === null) return;
      if (!isPassing(error)) throw error;
      this.#tell(`Redis: ${error.message}`);
      await new Promise((resolve) => setTimeout(resolve, AGAIN));
    }
  }

  #problem(hash: string): Promise<SharedArrayBuffer | undefined> {
    const known = this.#problems.get(hash);
    if (known) return known;
    const fetched = this.#fetch(hash);
    this.#problems.set(hash, fetched);
    if (this.#problems.size > KNOWN) this.#problems.delete(this.#problems.keys().next().value!);
    // asked for again next time
    const forget = () => this.#problems.delete(hash);
    fetched.then((found) => found ?? forget(), forget);
    return fetched;
  }

  async #fetch(hash: string): Promise<SharedArrayBuffer | undefined> {
    const bytes = await this.#client.getBuffer(KEYS.problem(hash));
    if (bytes === null) return undefined;
    if (hashOf(bytes) !== hash)
      throw new Error(`the problem ${hash} does not have this hash: Redis holds something else`);
    const shared = new SharedArrayBuffer(bytes.length);
    new Uint8Array(shared).set(bytes);
    return shared;
  }
}

/** Says what it has not said of late. */
function rarely(tell: Tell): Tell {
  const said = new Map<string, number>();
  return (text) => {
    const now = performance.now();
    if (now - (said.get(text) ?? Number.NEGATIVE_INFINITY) < QUIET) return;
    said.set(text, now);
    tell(text);
  };
}
