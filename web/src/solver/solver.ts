/**
 * The page's end of the solving worker. Of several requests the latest counts: what is computed for an older one is dropped, and ended if it
 * takes long.
 * @module
 */
import type { Model } from "lindblad/slim/model";
import type { Answer, Details, Problem, Request, RunView } from "./protocol.ts";

/** Milliseconds after which a job is ended for a later one, rather than waited for: starting a worker takes about as long. */
const PATIENCE = 250;

/** A request was dropped for a later one, or cancelled. */
export class Superseded extends Error {
  override readonly name = "Superseded";
}

/** A model could not be run; `problem` says why. */
export class SolveError extends Error {
  override readonly name = "SolveError";
  constructor(readonly problem: Problem) {
    super(problem.message);
  }
}

interface Job {
  readonly request: Request;
  readonly onProgress: ((fraction: number) => void) | undefined;
  readonly resolve: (value: RunView | Details) => void;
  readonly reject: (reason: Error) => void;
  started: number;
}

export class Solver {
  readonly #make: () => Worker;
  #worker: Worker | undefined;
  #running: Job | undefined;
  #waiting: Job | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #lastJob = 0;

  /** Starts a worker at once: it is ready when the first request comes. */
  constructor(make: () => Worker) {
    this.#make = make;
    this.#worker = this.#start();
  }

  /** @throws {@link Superseded}; {@link SolveError} */
  run(model: Model, onProgress?: (fraction: number) => void): Promise<RunView> {
    return this.#ask((job) => ({ type: "run", job, model }), onProgress) as Promise<RunView>;
  }

  /** @throws {@link Superseded}; {@link SolveError} */
  details(model: Model): Promise<Details> {
    return this.#ask((job) => ({ type: "details", job, model })) as Promise<Details>;
  }

  /** Ends what is being computed. Its caller gets {@link Superseded}. */
  cancel(): void {
    this.#waiting?.reject(new Superseded());
    this.#waiting = undefined;
    if (this.#running) this.#restart(new Superseded());
  }

  #ask(make: (job: number) => Request, onProgress?: (fraction: number) => void): Promise<RunView | Details> {
    return new Promise((resolve, reject) => {
      this.#waiting?.reject(new Superseded());
      this.#waiting = { request: make(++this.#lastJob), onProgress, resolve, reject, started: 0 };
      this.#pump();
    });
  }

  #pump(): void {
    const job = this.#waiting;
    if (job === undefined) return;
    if (this.#running) {
      const left = PATIENCE - (performance.now() - this.#running.started);
      this.#timer ??= setTimeout(() => {
        this.#timer = undefined;
        if (this.#waiting && this.#running) this.#restart(new Superseded());
      }, left);
      return;
    }
    this.#waiting = undefined;
    this.#running = job;
    job.started = performance.now();
    this.#worker ??= this.#start();
    this.#worker.postMessage(job.request);
  }

  #restart(reason: Error): void {
    this.#lose(reason);
    this.#worker ??= this.#start();
  }

  /** Not started anew unless something waits: a script that cannot be loaded would be asked for without end. */
  #lose(reason: Error): void {
    const job = this.#running;
    this.#running = undefined;
    // the next job has patience of its own
    this.#forgetTimer();
    this.#worker?.terminate();
    this.#worker = undefined;
    job?.reject(reason);
    this.#pump();
  }

  #forgetTimer(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #start(): Worker {
    const worker = this.#make();
    worker.onmessage = ({ data }: MessageEvent<Answer>) => this.#take(data);
    worker.onerror = (event) => {
      event.preventDefault();
      const message = event.message || "the worker's script could not be loaded";
      this.#lose(new SolveError({ name: "WorkerCrashedError", message }));
    };
    return worker;
  }

  #take(answer: Answer): void {
    const job = this.#running;
    if (job === undefined || answer.job !== job.request.job) return;
    if (answer.type === "progress") {
      job.onProgress?.(answer.fraction);
      return;
    }
    if (answer.type === "failed" && answer.isDead) {
      this.#lose(new SolveError(answer.problem));
      return;
    }
    this.#running = undefined;
    this.#forgetTimer();
    if (answer.type === "done") job.resolve(answer.value);
    else job.reject(new SolveError(answer.problem));
    this.#pump();
  }
}
