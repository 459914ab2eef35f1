/**
 * The coordinator's end of the queue: puts jobs into it, a window of them at a time, and hears what became of each.
 * @module
 */
import { setMaxListeners } from "node:events";
import { Queue } from "bullmq";
import type { Redis } from "ioredis";
import { ChunkCrashError } from "../engine.ts";
import { another, connect, isPassing, type Tell } from "./connect.ts";
import { VersionMismatchError, WorkerRefusedError } from "./errors.ts";
import { decode, encode, FrameError } from "./frame.ts";
import { Lease } from "./lease.ts";
import {
  ALIVE,
  type Failure,
  hashOf,
  JOB_OPTIONS,
  type JobData,
  KEPT,
  KEYS,
  PREFIX,
  QUEUE,
  type Reply,
} from "./protocol.ts";
import { type WorkerCount, workersOf } from "./workers.ts";

/** Options of {@link Dispatcher.open}. */
export interface DispatcherOptions {
  /** As for {@link connect}. */
  readonly url: string;
  /** Name of the workers' task. */
  readonly task: string;
  /** What all jobs have in common: a tree for {@link encode}. */
  readonly problem: unknown;
  readonly tell: Tell;
}

/** Milliseconds between two looks at workers, lease, and jobs that may be lost. */
const TICK = 1000;
/** Looks in which a job is neither queued nor done, before it is queued anew: its result may be on the way. */
const MISSED = 2;
/** Bytes of results of an earlier coordinator that are kept until they are asked for. */
const EARLY = 64 * 2 ** 20;
/** Results taken at once. */
const BATCH = 64;
/** Seconds that one command waits for a result. */
const WAIT = 2;

interface Submitted {
  readonly data: JobData;
  /** Looks in which it was neither queued nor done. */
  missed: number;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/** One problem's way through Redis. */
export class Dispatcher {
  readonly #options: DispatcherOptions;
  readonly #client: Redis;
  readonly #reader: Redis;
  readonly #queue: Queue<JobData, void, string>;
  readonly #frame: Buffer;
  readonly #hash: string;
  readonly #lease: Lease;
  readonly #submitted = new Map<string, Submitted>();
  /** Results of jobs that an earlier coordinator submitted: this one will, if it has not. */
  readonly #early = new Map<string, { readonly reply: Reply; readonly bytes: number }>();
  #earlyBytes = 0;
  #added: string[] = [];
  #workers: WorkerCount = { processes: 0, threads: 0 };
  #fatal: unknown;
  #closed = false;
  #ticks: NodeJS.Timeout | undefined;
  #ticking = Promise.resolve();
  #reading = Promise.resolve();
  #lonely = 0;
  /** What Redis said when it did not take jobs, until it is told. */
  #complaint = "";

  private constructor(options: DispatcherOptions, client: Redis, reader: Redis, frame: Uint8Array<ArrayBuffer>) {
    this.#options = options;
    this.#client = client;
    this.#reader = reader;
    this.#frame = Buffer.from(frame.buffer);
    this.#hash = hashOf(frame);
    this.#lease = new Lease(client, KEYS.coordinator(this.#hash));
    this.#queue = new Queue(QUEUE, {
      connection: client,
      prefix: PREFIX,
      defaultJobOptions: JOB_OPTIONS,
      skipVersionCheck: true,
    });
    // of the connection, which is told of elsewhere; a command that fails rejects
    this.#queue.on("error", () => {});
  }

  /**
   * Connects, and becomes the coordinator of the problem.
   * @throws {@link RedisError}; {@link CoordinatorBusyError}
   */
  static async open(options: DispatcherOptions): Promise<Dispatcher> {
    const frame = encode(options.problem);
    const client = await connect(options.url, options.tell);
    let reader: Redis | undefined;
    try {
      reader = await another(client);
      const dispatcher = new Dispatcher(options, client, reader, frame);
      await dispatcher.#start();
      return dispatcher;
    } catch (error) {
      reader?.disconnect();
      client.disconnect();
      throw error;
    }
  }

  /** Threads of all workers there are, at least one. */
  get capacity(): number {
    return Math.max(1, this.#workers.threads);
  }

  /**
   * Has a worker do the task with a part of the problem.
   * @param part a tree for {@link encode}: equal parts are one job, also of an earlier coordinator of the same problem
   * @param signal gives it up; what a worker has begun is waited for
   * @throws {@link ChunkCrashError} when workers died of it; {@link VersionMismatchError}; {@link WorkerRefusedError}; the signal's reason
   */
  submit(part: unknown, signal?: AbortSignal): Promise<unknown> {
    const frame = encode(part);
    const id = hashOf(this.#hash, frame);
    if (this.#fatal !== undefined) return Promise.reject(this.#fatal);
    if (signal?.aborted) return Promise.reject(signal.reason);
    return new Promise((resolve, reject) => {
      const data = {
        task: this.#options.task,
        problem: this.#hash,
        part: Buffer.from(frame.buffer).toString("base64"),
      };
      const abort = () => void this.#withdraw(id, signal!.reason);
      const release = () => signal?.removeEventListener("abort", abort);
      this.#submitted.set(id, {
        ...{ data, missed: 0 },
        resolve: (value) => {
          release();
          resolve(value);
        },
        reject: (error) => {
          release();
          reject(error);
        },
      });
      if (signal) {
        // one for all chunks of a sweep
        setMaxListeners(0, signal);
        signal.addEventListener("abort", abort);
      }
      const early = this.#early.get(id);
      if (early) {
        this.#forget(id);
        this.#settle(early.reply);
      } else this.#add(id);
    });
  }

  /** Takes back what no worker has begun, and hangs up. What is still submitted rejects. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    clearInterval(this.#ticks);
    const over = new Error("the queue was closed");
    const ids = [...this.#submitted.keys()];
    for (const id of ids) this.#submitted.get(id)?.reject(over);
    this.#submitted.clear();
    if (this.#client.status === "ready") {
      const clean = async () => {
        await this.#ticking;
        const removed = await Promise.all(ids.map((id) => this.#remove(id)));
        // what is being computed may be asked for again
        if (removed.every(Boolean)) await this.#client.del(KEYS.problem(this.#hash), KEYS.results(this.#hash));
        await this.#lease.release();
      };
      // a connection that is cut meanwhile leaves it to the keys' own ends
      await Promise.race([clean().catch(() => {}), new Promise((resolve) => setTimeout(resolve, 5 * TICK).unref())]);
    }
    await Promise.race([this.#queue.close(), new Promise((resolve) => setTimeout(resolve, TICK).unref())]);
    this.#reader.disconnect();
    this.#client.disconnect();
    await this.#reading;
  }

  async #start(): Promise<void> {
    const { tell } = this.#options;
    await this.#lease.take(tell);
    await this.#publish();
    await this.#drain();
    this.#workers = await workersOf(this.#client);
    if (this.#workers.threads === 0)
      tell("no worker is there yet: expected lindblad worker --redis URL on some machine");
    this.#reading = this.#read();
    this.#ticks = setInterval(() => {
      this.#ticking = this.#ticking.then(() => this.#tick()).catch(() => {});
    }, TICK);
  }

  async #publish(): Promise<void> {
    await this.#client.set(KEYS.problem(this.#hash), this.#frame, "EX", KEPT);
  }

  /** Jobs that were submitted together are added together. */
  #add(id: string): void {
    this.#added.push(id);
    if (this.#added.length > 1) return;
    queueMicrotask(async () => {
      const ids = this.#added.filter((added) => this.#submitted.has(added));
      this.#added = [];
      try {
        const jobs = ids.map((jobId) => ({ name: "", data: this.#submitted.get(jobId)!.data, opts: { jobId } }));
        if (jobs.length > 0) await this.#queue.addBulk(jobs);
      } catch (error) {
        // whoever looks for lost jobs adds them
        if (isPassing(error as Error)) this.#complaint = (error as Error).message;
      }
    });
  }

  /** Results as they come. */
  async #read(): Promise<void> {
    while (!this.#closed) {
      try {
        const found = await this.#reader.blpopBuffer(KEYS.results(this.#hash), WAIT);
        if (found) this.#take(found[1]!);
        await this.#drain(this.#reader);
      } catch {
        if (!this.#closed) await new Promise((resolve) => setTimeout(resolve, TICK / 4));
      }
    }
  }

  async #drain(client = this.#client): Promise<void> {
    for (;;) {
      const frames = await client.lpopBuffer(KEYS.results(this.#hash), BATCH);
      for (const frame of frames ?? []) this.#take(frame);
      if (frames === null || frames.length < BATCH) return;
    }
  }

  #take(frame: Buffer): void {
    try {
      const reply = decode(frame) as Reply;
      if (this.#submitted.has(reply.id)) this.#settle(reply);
      else if (reply.failure === undefined) this.#remember(reply, frame.length);
    } catch (error) {
      if (!(error instanceof FrameError)) throw error;
      this.#end(new WorkerRefusedError("unknown", `its result is not to be read: ${error.message}`));
    }
  }

  #settle({ id, host, value, failure }: Reply): void {
    const { resolve, reject } = this.#submitted.get(id)!;
    this.#submitted.delete(id);
    if (failure === undefined) resolve(value);
    else reject(errorOf(failure, id, host));
  }

  #remember(reply: Reply, bytes: number): void {
    if (this.#early.has(reply.id)) return;
    this.#early.set(reply.id, { reply, bytes });
    this.#earlyBytes += bytes;
    for (const [oldest] of this.#early) {
      if (this.#earlyBytes <= EARLY) break;
      this.#forget(oldest);
    }
  }

  #forget(id: string): void {
    this.#earlyBytes -= this.#early.get(id)!.bytes;
    this.#early.delete(id);
  }

  async #tick(): Promise<void> {
    if (this.#client.status !== "ready") return;
    const busy = await this.#lease.renew();
    if (busy) return this.#end(busy);
    this.#workers = await workersOf(this.#client);
    this.#complain();
    // gone when Redis has lost everything
    if ((await this.#client.expire(KEYS.problem(this.#hash), KEPT)) === 0) await this.#publish();
    await this.#findLost();
  }

  /** Adds jobs that Redis has lost, with all it held or by a command that never arrived. */
  async #findLost(): Promise<void> {
    const ids = [...this.#submitted.keys()];
    const counts = await this.#client.pipeline(ids.map((id) => ["exists", KEYS.job(id)])).exec();
    ids.forEach((id, k) => {
      const job = this.#submitted.get(id);
      if (!job) return;
      if (counts?.[k]?.[1] !== 0) job.missed = 0;
      else if (++job.missed >= MISSED) {
        job.missed = 0;
        this.#add(id);
      }
    });
  }

  /** Says that Redis takes no jobs, and once in a while that nobody works. */
  #complain(): void {
    if (this.#complaint !== "") this.#options.tell(`Redis takes no jobs for now: ${this.#complaint}`);
    this.#complaint = "";
    const isLonely = this.#workers.threads === 0 && this.#submitted.size > 0;
    this.#lonely = isLonely ? this.#lonely + 1 : 0;
    if (this.#lonely > 0 && this.#lonely % LONELY === 0) {
      this.#options.tell("still no worker: expected lindblad worker --redis URL, of this version, on some machine");
    }
  }

  /** @returns whether the job is gone; not while a worker has it */
  async #remove(id: string): Promise<boolean> {
    try {
      return (await this.#queue.remove(id)) === 1 || (await this.#client.exists(KEYS.job(id))) === 0;
    } catch {
      return false;
    }
  }

  async #withdraw(id: string, reason: unknown): Promise<void> {
    // without Redis nothing more is to be heard of it
    if (this.#client.status === "ready" && !(await this.#remove(id))) return;
    // done just now: its result is in the list
    if (this.#client.status === "ready") await this.#drain().catch(() => {});
    const job = this.#submitted.get(id);
    this.#submitted.delete(id);
    job?.reject(reason);
  }

  #end(error: unknown): void {
    this.#fatal = error;
    for (const { reject } of this.#submitted.values()) reject(error);
    this.#submitted.clear();
  }
}

/** Looks without a worker between two complaints. */
const LONELY = (10 * ALIVE.lasts) / TICK;

function errorOf({ kind, message }: Failure, id: string, host: string): Error {
  if (kind === "crash") return new ChunkCrashError(Number.NaN, `${message} (worker on ${host}, job ${id})`);
  if (kind === "version") {
    const [found, expected] = message.split(" ");
    return new VersionMismatchError(host, found!, expected!);
  }
  return new WorkerRefusedError(host, message);
}
