/**
 * One worker of a pool, from its start to its end, and the job that it has.
 * @module
 */
import { LindbladError, WorkerCrashedError } from "../errors.ts";
import type { Progress } from "../solvers/options.ts";
import { pack, unpack } from "./pack.ts";
import { type FromWorker, isFromWorker, type ToWorker, type WorkerInit } from "./protocol.ts";
import type { FunctionName } from "./registry.ts";

/** What a pool asks of a worker, be it a browser's `Worker` or one of `node:worker_threads`. */
export interface WorkerLike {
  /** Sends a message; the buffers in `transfer` are handed over, not copied. */
  postMessage(message: unknown, transfer: ArrayBuffer[]): void;
  /** Ends it at once, whatever it is computing. */
  terminate(): unknown;
}

export interface WorkerEvents {
  message(message: unknown): void;
  /** The worker has ended, or something went wrong in it that no answer will tell. */
  lost(detail: string, cause?: unknown): void;
}

/** One end of the pool: all that differs between Node and browsers. */
export interface End {
  /** How many threads the machine runs at once. */
  cores(): number;
  /** Starts the worker that comes with the library. */
  start(): WorkerLike;
  listen(worker: WorkerLike, events: WorkerEvents): void;
  /** Whether the process must go on for this worker's sake. */
  keepAlive(worker: WorkerLike, alive: boolean): void;
}

/** A call that was made and has not returned. */
export interface Job {
  readonly id: number;
  readonly name: FunctionName;
  /** As they were when the call was made. */
  readonly args: unknown;
  readonly onProgress: ((progress: Progress) => void) | undefined;
  resolve(value: unknown): void;
  reject(reason: unknown): void;
}

export interface SlotOptions {
  readonly worker: (() => WorkerLike) | undefined;
  readonly init: WorkerInit;
  readonly startTimeout: number;
}

export interface SlotEvents {
  /** It has its first answer. */
  started(): void;
  /** It waits for a job. */
  free(): void;
  /** It cannot be used any more, and its job has been rejected; `reason`: why it never started. */
  broken(slot: Slot, reason?: unknown): void;
}

export class Slot {
  readonly #end: End;
  readonly #events: SlotEvents;
  readonly #worker: WorkerLike;
  readonly #startLimit: ReturnType<typeof setTimeout>;
  #started = false;
  #ended = false;
  #job: Job | undefined;

  /** Starts a worker for a job. @throws what the factory of workers throws */
  constructor(end: End, options: SlotOptions, job: Job, events: SlotEvents) {
    this.#end = end;
    this.#events = events;
    this.#job = job;
    this.#worker = options.worker ? options.worker() : end.start();
    try {
      this.#begin(job, options.init);
    } catch (error) {
      this.#worker?.terminate?.();
      throw error;
    }
    const { startTimeout } = options;
    this.#startLimit = setTimeout(() => this.#lose(`it gave no answer in ${startTimeout} ms`), startTimeout);
  }

  #begin({ id: job }: Job, { wasm, ...init }: WorkerInit): void {
    this.#end.listen(this.#worker, {
      message: (message) => this.#receive(message),
      lost: (detail, cause) => this.#lose(detail, cause),
    });
    this.#end.keepAlive(this.#worker, true);
    // A URL cannot be cloned.
    this.#post({ type: "init", job, options: { ...init, wasm: wasm instanceof URL ? wasm.href : wasm } });
  }

  get job(): Job | undefined {
    return this.#job;
  }

  /** Gives it a job; it must have none. */
  assign(job: Job): void {
    this.#job = job;
    this.#end.keepAlive(this.#worker, true);
    this.#run(job);
  }

  /** Ends the worker, in the midst of its work if need be. */
  async terminate(): Promise<void> {
    this.#ended = true;
    this.#job = undefined;
    clearTimeout(this.#startLimit);
    await this.#worker.terminate();
  }

  #run(job: Job): void {
    try {
      const { transfer, ...args } = pack(job.args, job.name);
      this.#post({ type: "run", job: job.id, name: job.name, args, progress: job.onProgress !== undefined }, transfer);
    } catch (error) {
      // Out of memory, most likely: nothing has been sent.
      this.#free();
      job.reject(error);
    }
  }

  #post(message: ToWorker, transfer: ArrayBuffer[] = []): void {
    this.#worker.postMessage(message, transfer);
  }

  #receive(message: unknown): void {
    if (this.#ended) return;
    if (!isFromWorker(message) || message.job !== this.#job?.id) {
      this.#lose("it sent a message that is not of the pool's protocol; is it lindblad/pool/worker, of this version?");
    } else if (message.type === "progress") {
      this.#tell(this.#job, message);
    } else if (this.#started) {
      this.#finish(this.#job, message);
    } else if (message.type === "failed") {
      this.#break(unpack(message.error));
    } else {
      this.#started = true;
      clearTimeout(this.#startLimit);
      this.#events.started();
      this.#run(this.#job);
    }
  }

  #tell(job: Job, { progress }: FromWorker & { type: "progress" }): void {
    try {
      job.onProgress?.(progress);
    } catch (error) {
      // As on the same thread: what it throws ends the run.
      this.#break(error);
    }
  }

  #finish(job: Job, message: FromWorker & { type: "done" | "failed" }): void {
    if (message.type === "done") {
      // The next job is sent before this one's result is unpacked.
      this.#free();
      try {
        job.resolve(unpack(message.value));
      } catch (error) {
        job.reject(error);
      }
      return;
    }
    const error = unpack(message.error);
    if (!(error instanceof LindbladError)) {
      // Nothing the library throws on purpose; the kernel may have been left in any state.
      this.#break(error);
      return;
    }
    this.#free();
    job.reject(error);
  }

  #free(): void {
    this.#job = undefined;
    this.#end.keepAlive(this.#worker, false);
    this.#events.free();
  }

  #lose(detail: string, cause?: unknown): void {
    if (this.#ended) return;
    const where = this.#job?.name ?? "pool";
    this.#break(new WorkerCrashedError(where, this.#started ? "run" : "start", detail, cause));
  }

  #break(reason: unknown): void {
    const job = this.#job;
    this.#events.broken(this, this.#started ? undefined : reason);
    job?.reject(reason);
  }
}
