/**
 * The engine of one machine: worker threads, by default one a core.
 * @module
 */
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { InvalidArgumentError } from "lindblad";
import { Piscina } from "piscina";
import type { Chunk, ChunkResult, Problem } from "../chunk.ts";
import { ChunkCrashError, type Engine, type OpenEngine } from "../engine.ts";
import { SweepError } from "../errors.ts";
import type { Answer, Task } from "./worker.ts";

/** Options of {@link threadsEngine}. */
export interface ThreadsOptions {
  /** Threads. Default: one a core. */
  readonly workers?: number | undefined;
  /**
   * Seconds after which a chunk is given up and its worker replaced. Default: twenty times what the slowest points so far would take, but at
   * least a minute; ten minutes while nothing is known.
   */
  readonly timeLimit?: number | undefined;
  /** Memory limits of a worker, as of `worker_threads`; those of Node by default. */
  readonly resourceLimits?: {
    /** Most megabytes of long-lived objects. */
    readonly maxOldGenerationSizeMb?: number;
    /** Most megabytes of new objects. */
    readonly maxYoungGenerationSizeMb?: number;
  };
  /** Script of the workers, for hosts that have to prepare something in them. */
  readonly worker?: URL | undefined;
}

/** Chunks cost different amounts, and machines have other things to do: this much longer is no hang. */
const PATIENCE = 20;
/** Seconds. */
const [LEAST_LIMIT, FIRST_LIMIT] = [60, 600];
/** Seconds that a new worker may take to begin. */
const START_LIMIT = 60;
/** Milliseconds between two looks at how long a chunk has taken. */
const LOOK = 100;

/**
 * Makes an engine of worker threads. A worker that dies or hangs is replaced.
 * @throws {@link InvalidArgumentError} for options that are none
 * @example
 * const points = { count: 3, parameters: { g: [0.1, 0.2, 0.3] } };
 * const outputs = { scalars: ["delta_U_chi_end"] };
 * await sweep(model, points, { outputs, store: "results", engine: threadsEngine({ workers: 4 }) });
 */
export function threadsEngine(options: ThreadsOptions = {}): OpenEngine {
  const { workers = availableParallelism(), timeLimit } = options;
  if (!(Number.isInteger(workers) && workers > 0)) throw new InvalidArgumentError("workers", workers, "an integer > 0");
  if (timeLimit !== undefined && !(timeLimit > 0)) {
    throw new InvalidArgumentError("timeLimit", timeLimit, "a number of seconds > 0");
  }
  return async (problem) => {
    const threads = new Threads(problem, workers, options);
    await threads.start();
    return threads;
  };
}

class Threads implements Engine {
  readonly name = "threads";
  readonly capacity: number;
  readonly #pool: Piscina<Task | undefined, Answer | undefined>;
  readonly #timeLimit: number | undefined;
  /** Seconds a point in the slowest chunk so far. */
  #slowest: number | undefined;
  #busy = 0;
  readonly #waiting: (() => void)[] = [];

  constructor(problem: Problem, workers: number, { timeLimit, worker, resourceLimits }: ThreadsOptions) {
    this.capacity = workers;
    this.#timeLimit = timeLimit;
    this.#pool = new Piscina({
      filename: fileURLToPath(worker ?? new URL("./worker.js", import.meta.url)),
      workerData: problem,
      ...{ minThreads: workers, maxThreads: workers, concurrentTasksPerWorker: 1, recordTiming: false },
      ...(resourceLimits === undefined ? {} : { resourceLimits }),
    });
    // of a worker that dies while it has nothing to do: another takes its place
    this.#pool.on("error", () => {});
  }

  /** @throws SweepError where workers do not start: no chunk is to blame for that */
  async start(): Promise<void> {
    try {
      await this.#pool.run(undefined);
    } catch (error) {
      await this.close();
      throw new SweepError(`workers do not start: ${wordsOf(error)}`);
    }
  }

  async submit(chunk: Chunk, signal: AbortSignal): Promise<ChunkResult> {
    // waiting for a worker is not part of a chunk's time
    await this.#worker();
    try {
      signal.throwIfAborted();
      return await this.#run(chunk, signal);
    } finally {
      this.#busy--;
      this.#waiting.shift()?.();
    }
  }

  async #worker(): Promise<void> {
    while (this.#busy >= this.capacity) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    this.#busy++;
  }

  async #run(chunk: Chunk, signal: AbortSignal): Promise<ChunkResult> {
    const { count } = chunk.points;
    const watch = new Watch(this.#limitFor(count));
    try {
      const task = { chunk, begun: watch.begun };
      const answer = (await this.#pool.run(task, { signal: AbortSignal.any([signal, watch.late]) }))!;
      if ("refused" in answer) throw new SweepError(answer.refused);
      this.#slowest = Math.max(this.#slowest ?? 0, watch.seconds / Math.max(count, 1));
      return answer.done;
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof SweepError) throw error;
      throw new ChunkCrashError(chunk.id, watch.late.aborted ? String(watch.late.reason) : wordsOf(error));
    } finally {
      watch.end();
    }
  }

  /** Seconds. */
  #limitFor(count: number): number {
    if (this.#timeLimit !== undefined) return this.#timeLimit;
    if (this.#slowest === undefined) return FIRST_LIMIT;
    return Math.max(LEAST_LIMIT, Math.ceil(PATIENCE * this.#slowest * count));
  }

  async close(): Promise<void> {
    await this.#pool.destroy();
  }
}

/** Looks how long a worker has been at a chunk; the time that it takes to start is not the chunk's. */
class Watch {
  /** Set by the worker. */
  readonly begun = new Int32Array(new SharedArrayBuffer(4));
  readonly #late = new AbortController();
  readonly #timer: NodeJS.Timeout;
  #since = performance.now();
  #seen = false;

  constructor(limit: number) {
    this.#timer = setInterval(() => {
      if (!this.#seen && Atomics.load(this.begun, 0) === 1) {
        this.#seen = true;
        this.#since = performance.now();
      }
      if (this.seconds > (this.#seen ? limit : START_LIMIT)) {
        this.#late.abort(this.#seen ? `no answer in ${limit} s` : `no worker in ${START_LIMIT} s`);
      }
    }, LOOK);
  }

  /** Aborted when it has taken too long, with the reason in words. */
  get late(): AbortSignal {
    return this.#late.signal;
  }

  get seconds(): number {
    return (performance.now() - this.#since) / 1000;
  }

  end(): void {
    clearInterval(this.#timer);
  }
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
