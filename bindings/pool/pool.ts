/**
 * A pool of workers: who waits, who runs, and what becomes of those whose worker is gone.
 * @module
 */
/// <reference lib="esnext.disposable" preserve="true" />
import { InvalidArgumentError, PoolClosedError, WorkerCrashedError } from "../errors.ts";
import { checkKeys } from "../operators/checks.ts";
import type { Ket } from "../operators/ket.ts";
import type { Operator } from "../operators/operator.ts";
import type { Progress } from "../solvers/options.ts";
import type { MeasurementOptions } from "../trajectories/measurement-options.ts";
import type { TrajectoryShare } from "../trajectories/share.ts";
import { type SharedMeasurements, shareMeasurements } from "./measurements.ts";
import type { WorkerInit } from "./protocol.ts";
import { type FunctionName, type PoolFunctions, PUBLIC_NAMES } from "./registry.ts";
import { type End, type Job, Slot, type SlotOptions, type WorkerLike } from "./slot.ts";
import { type SharedTrajectories, shareTrajectories } from "./trajectories.ts";
import { isRecord, snapshot } from "./tree.ts";
import { SignalWatch } from "./watch.ts";

/** Options of {@link pool}. */
export interface PoolOptions {
  /** How many workers there are at most; each is started when there is work for it. Default: all cores but one, at least one. */
  size?: number | undefined;
  /**
   * Makes a worker that runs the module `lindblad/pool/worker`; for bundlers that do not find it by themselves.
   * @example
   * pool({ worker: () => new Worker(new URL("lindblad/pool/worker", import.meta.url), { type: "module" }) });
   */
  worker?: (() => WorkerLike) | undefined;
  /** The build of the kernel that workers run, as for {@link init}; what `init` did on the calling thread does not concern them. */
  init?: WorkerInit | undefined;
  /** Milliseconds until a worker that has not answered at all counts as one that cannot. Default 60 000. */
  startTimeout?: number | undefined;
}

/**
 * The library's functions, run on workers. Arguments are those of the functions of the same names, copied when the call is made; what
 * they return comes as a promise, its large arrays handed over without a copy. `signal` ends a run at any time; `onProgress` is called on
 * the calling thread; any other function among the arguments is refused. A promise rejects with what the function throws, with
 * {@link WorkerCrashedError}, or with {@link PoolClosedError}.
 */
export interface Pool extends PoolFunctions {
  /** {@link mcsolve} with its trajectories shared out among the workers: the same bits on any number of them, unless `timeout` ends the run. */
  mcsolve: SharedTrajectories;
  /** {@link ssesolve}, in the same way. */
  ssesolve: SharedMeasurements<Ket, Omit<MeasurementOptions, "cOps">>;
  /** {@link smesolve}, in the same way. */
  smesolve: SharedMeasurements<Operator | Ket>;
  /** How many workers there are at most. */
  readonly size: number;
  /** Calls that wait for a worker; first come, first served. */
  readonly pending: number;
  /** Calls that have one. */
  readonly running: number;
  /** Ends all workers, now; calls that have not returned are rejected with {@link PoolClosedError}. Resolves when all have ended. */
  close(): Promise<void>;
  /** The same as `close`, for `await using`. */
  [Symbol.asyncDispose](): Promise<void>;
}

/** @throws {@link UnknownOptionError}, {@link InvalidArgumentError} */
export function createPool(options: PoolOptions, end: End): Pool {
  checkKeys(options, ["size", "worker", "init", "startTimeout"], "pool");
  const { size = Math.max(1, end.cores() - 1), worker, init = {}, startTimeout = 60_000 } = options;
  if (!Number.isSafeInteger(size) || size < 1) throw new InvalidArgumentError("pool: size", size, "a positive integer");
  if (worker !== undefined && typeof worker !== "function") {
    throw new InvalidArgumentError("pool: worker", worker, "a function that makes a worker");
  }
  if (!isRecord(init)) throw new InvalidArgumentError("pool: init", init, "the options of init");
  if (typeof Response !== "undefined" && init.wasm instanceof Response) {
    throw new InvalidArgumentError("pool: init.wasm", init.wasm, "bytes or a URL: every worker needs them anew");
  }
  if (!(startTimeout > 0 && startTimeout < 2 ** 31)) {
    throw new InvalidArgumentError("pool: startTimeout", startTimeout, "a number > 0, below 2^31");
  }
  const queue = new Queue(size, end, { worker, init, startTimeout });
  const methods = Object.fromEntries(
    PUBLIC_NAMES.map((name) => [name, (...args: unknown[]) => queue.call(name, args)]),
  ) as unknown as PoolFunctions;
  const measure = (...args: unknown[]) => queue.call("measurementShare", args);
  const close = () => queue.close();
  return {
    ...methods,
    mcsolve: shareTrajectories(
      (...args) => queue.call("trajectoryShare", args) as Promise<TrajectoryShare>,
      () => size,
    ),
    ssesolve: shareMeasurements("ssesolve", measure, size),
    smesolve: shareMeasurements("smesolve", measure, size),
    size,
    get pending() {
      return queue.pending;
    },
    get running() {
      return queue.running;
    },
    close,
    // Older engines lack the symbol; a key "undefined" does no harm there.
    [Symbol.asyncDispose]: close,
  };
}

class Queue {
  readonly #size: number;
  readonly #end: End;
  readonly #options: SlotOptions;
  readonly #waiting = new Set<Job>();
  readonly #slots = new Set<Slot>();
  /** Workers on their way out: until they are gone they take up memory, and a place. */
  readonly #leaving = new Set<Promise<void>>();
  readonly #watch = new SignalWatch<Job>((job, reason) => this.#cancel(job, reason));
  #lastId = 0;
  /** Starts that have failed since one succeeded. */
  #failedStarts = 0;
  #closed: Promise<void> | undefined;

  constructor(size: number, end: End, options: SlotOptions) {
    this.#size = size;
    this.#end = end;
    this.#options = options;
  }

  get pending(): number {
    return this.#waiting.size;
  }

  get running(): number {
    return [...this.#slots].filter(({ job }) => job).length;
  }

  call(name: FunctionName, args: readonly unknown[]): Promise<unknown> {
    return new Promise((resolve, reject) => {
      if (this.#closed) throw new PoolClosedError(name);
      const { rest, signal, onProgress } = takeWatchers(args);
      const copies = rest.map((value, k) => snapshot(value, `${name}: ${nameOf(value, k, rest.length)}`));
      if (signal?.aborted) throw signal.reason;
      const job: Job = {
        id: ++this.#lastId,
        name,
        args: copies,
        onProgress,
        resolve: (value) => {
          if (signal) this.#watch.delete(signal, job);
          resolve(value);
        },
        reject: (reason) => {
          if (signal) this.#watch.delete(signal, job);
          reject(reason);
        },
      };
      if (signal) this.#watch.add(signal, job);
      this.#waiting.add(job);
      this.#pump();
    });
  }

  close(): Promise<void> {
    this.#closed ??= this.#endAll();
    return this.#closed;
  }

  async #endAll(): Promise<void> {
    const unfinished = [...this.#waiting, ...[...this.#slots].flatMap(({ job }) => job ?? [])];
    this.#waiting.clear();
    for (const slot of this.#slots) this.#retire(slot);
    for (const job of unfinished) job.reject(new PoolClosedError(job.name));
    await Promise.all(this.#leaving);
  }

  /** Gives waiting jobs to idle workers, and to new ones where there is place. */
  #pump(): void {
    for (const job of this.#waiting) {
      const idle = [...this.#slots].find((slot) => !slot.job);
      if (!idle && this.#slots.size + this.#leaving.size >= this.#size) return;
      this.#waiting.delete(job);
      if (idle) idle.assign(job);
      else this.#start(job);
    }
  }

  #start(job: Job): void {
    try {
      const slot = new Slot(this.#end, this.#options, job, {
        started: () => {
          this.#failedStarts = 0;
        },
        free: () => this.#pump(),
        broken: (broken, reason) => {
          this.#retire(broken);
          if (reason !== undefined) this.#countFailure(reason);
        },
      });
      this.#slots.add(slot);
    } catch (cause) {
      const detail = cause instanceof Error ? cause.message : String(cause);
      const error = new WorkerCrashedError(job.name, "start", detail, cause);
      job.reject(error);
      this.#countFailure(error);
    }
  }

  /** When as many starts as there are places have failed in a row, those who wait would fare no better. */
  #countFailure(reason: unknown): void {
    if (++this.#failedStarts < this.#size) return;
    this.#failedStarts = 0;
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const job of waiting) job.reject(reason);
  }

  #cancel(job: Job, reason: unknown): void {
    if (!this.#waiting.delete(job)) {
      for (const slot of this.#slots) if (slot.job === job) this.#retire(slot);
    }
    job.reject(reason);
  }

  #retire(slot: Slot): void {
    if (!this.#slots.delete(slot)) return;
    const gone = slot.terminate().then(() => {
      this.#leaving.delete(gone);
      this.#pump();
    });
    this.#leaving.add(gone);
  }
}

/** Takes out of the options, which come last, what stays on this side. */
function takeWatchers(args: readonly unknown[]): {
  rest: unknown[];
  signal?: AbortSignal;
  onProgress?: (progress: Progress) => void;
} {
  const last = args.at(-1);
  if (!isRecord(last)) return { rest: [...args] };
  const { signal, onProgress, ...options } = last;
  // Anything else in their place goes to the worker, whose function says what is wrong with it.
  const isSignal = isAbortSignal(signal);
  const isCallback = typeof onProgress === "function";
  if (!isSignal && signal !== undefined) options.signal = signal;
  if (!isCallback && onProgress !== undefined) options.onProgress = onProgress;
  return {
    rest: [...args.slice(0, -1), options],
    ...(isSignal ? { signal } : {}),
    ...(isCallback ? { onProgress: onProgress as (progress: Progress) => void } : {}),
  };
}

/** Not by its class: a page in a frame, or a test's browser, has another. */
function isAbortSignal(value: unknown): value is AbortSignal {
  return typeof value === "object" && value !== null && "aborted" in value && "addEventListener" in value;
}

/** What to call an argument, in messages. */
function nameOf(value: unknown, index: number, count: number): string {
  return index === count - 1 && isRecord(value) ? "options" : `argument ${index + 1}`;
}
