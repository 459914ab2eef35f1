/**
 * Computes a map on all workers: a rough picture first, then every point. Of several requests the latest counts.
 * @module
 */
import type { Model } from "lindblad/slim/model";
import { type Axis, Grid, merged, orderOf } from "./grid.ts";
import type { MapAnswer, MapRequest, Names, Reason } from "./protocol.ts";

/** A scalar over two parameters of a model. */
export interface MapOf {
  readonly model: Model;
  readonly x: Axis;
  readonly y: Axis;
  readonly scalar: string;
  /** What that is, in words. */
  readonly title: string;
}

/** A map as far as it is computed. */
export interface MapView {
  readonly of: MapOf;
  /** One value a point, row by row from the least y; NaN where there is none. Of points that are not computed that of one nearby. */
  readonly values: Float64Array;
  /** 1 for points that are computed. */
  readonly isKnown: Uint8Array;
  readonly done: number;
  /** Of those that are done, how many have no value, and why. */
  readonly failed: number;
  readonly reasons: readonly Reason[];
  /** Numbers of the points with the least and the largest value. */
  readonly extremes: { readonly least: number; readonly most: number } | undefined;
}

/** What of a Worker is used. */
export type Thread = Pick<Worker, "postMessage" | "terminate" | "onmessage" | "onerror">;

/** Milliseconds that a worker is busy with what it is given at once, about. */
const TASK = 40;
/** Points of the first task, whose time nobody knows, and the most of any. */
const [FIRST, MOST] = [8, 480];
/** Milliseconds that what nobody wants any more may go on, and that a rough picture may take until a later request ends it. */
const PATIENCE = 250;
/** Milliseconds from one picture to the next, once there is a rough one: drawing takes time as well. */
const PAUSE = 120;

interface Run {
  readonly of: MapOf;
  readonly grid: Grid;
  readonly order: Uint32Array;
  readonly coarse: number;
  readonly started: number;
  readonly onView: (view: MapView) => void;
  readonly onFailed: (message: string) => void;
  next: number;
  reasons: readonly Reason[];
  /** When it was shown the last time. */
  shown: number | undefined;
  /** As far as is known. */
  millisecondsAPoint: number | undefined;
}

interface Task {
  /** Undefined for names. */
  readonly run: Run | undefined;
  readonly job: number;
  readonly points: Uint32Array;
  readonly started: number;
}

interface Place {
  thread: Thread;
  task: Task | undefined;
}

type Asked = Pick<Run, "of" | "onView" | "onFailed">;

interface NamesAsked {
  readonly model: Model;
  /** Of the worker; undefined until one is free. */
  job: number | undefined;
  resolve(names: Names): void;
  reject(reason: Error): void;
}

export class Sweep {
  readonly #make: () => Thread;
  readonly #size: number;
  readonly #places: Place[] = [];
  #run: Run | undefined;
  /** The latest whose points took a time that is known. */
  #known: Run | undefined;
  /** Begins when the rough picture of the run before is there. */
  #waiting: Asked | undefined;
  #names: NamesAsked | undefined;
  #lastJob = 0;
  /** Of workers that are to be ended, and of a rough picture. */
  #endTimer: ReturnType<typeof setTimeout> | undefined;
  #waitTimer: ReturnType<typeof setTimeout> | undefined;

  /** @param make starts a worker */
  constructor(make: () => Thread, workers: number) {
    this.#make = make;
    this.#size = workers;
    this.#fill();
  }

  /**
   * Computes a map. `onView` is called when there is more to see, the last time when all is done; `onFailed` in its place when nothing can be
   * computed.
   */
  run(of: MapOf, onView: Asked["onView"], onFailed: Asked["onFailed"]): void {
    const asked = { of, onView, onFailed };
    const current = this.#run;
    const left = current && current.grid.done < current.coarse ? current.started + PATIENCE - performance.now() : 0;
    if (left <= 0) {
      this.#begin(asked);
      return;
    }
    this.#waiting = asked;
    clearTimeout(this.#waitTimer);
    this.#waitTimer = setTimeout(() => {
      if (this.#waiting) this.#begin(this.#waiting);
    }, left);
  }

  /** What of a model can be mapped. @throws Error when the model cannot be built, or is asked for again meanwhile */
  names(model: Model): Promise<Names> {
    this.#names?.reject(new Error("asked for again"));
    return new Promise((resolve, reject) => {
      this.#names = { model, job: undefined, resolve, reject };
      this.#fill();
      this.#pump();
    });
  }

  /** Drops what is being computed. */
  cancel(): void {
    this.#run = undefined;
    this.#waiting = undefined;
    clearTimeout(this.#waitTimer);
    this.#endLater();
  }

  /** Ends all workers. */
  close(): void {
    this.cancel();
    clearTimeout(this.#endTimer);
    this.#endTimer = undefined;
    for (const { thread } of this.#places.splice(0)) thread.terminate();
  }

  #begin({ of, onView, onFailed }: Asked): void {
    this.#waiting = undefined;
    clearTimeout(this.#waitTimer);
    this.#fill();
    const [columns, rows] = [of.x.values.length, of.y.values.length];
    const grid = new Grid(columns, rows);
    const order = orderOf(columns, rows);
    const millisecondsAPoint = this.#known && isLike(this.#known.of, of) ? this.#known.millisecondsAPoint : undefined;
    const first = { next: 0, reasons: [], shown: undefined, millisecondsAPoint };
    this.#run = { of, onView, onFailed, grid, ...order, ...first, started: performance.now() };
    this.#endLater();
    this.#pump();
  }

  /** Workers that go on with what is not wanted any more are replaced, in a while. */
  #endLater(): void {
    const isOld = ({ task }: Place) => task?.run !== undefined && task.run !== this.#run;
    if (this.#endTimer !== undefined || !this.#places.some(isOld)) return;
    this.#endTimer = setTimeout(() => {
      this.#endTimer = undefined;
      const latest = performance.now() - PATIENCE;
      for (const place of this.#places) if (isOld(place) && place.task!.started <= latest) this.#restart(place);
      this.#endLater();
      this.#pump();
    }, PATIENCE);
  }

  #restart(place: Place): void {
    place.thread.terminate();
    place.task = undefined;
    this.#start(place);
  }

  /** Starts workers that are missing: at first all, later those that have died. */
  #fill(): void {
    while (this.#places.length < this.#size) {
      const place: Place = { thread: this.#make(), task: undefined };
      this.#places.push(place);
      this.#listen(place);
    }
  }

  #start(place: Place): void {
    place.thread = this.#make();
    this.#listen(place);
  }

  #listen(place: Place): void {
    place.thread.onmessage = ({ data }: MessageEvent<MapAnswer>) => this.#take(place, data);
    place.thread.onerror = (event) => {
      event.preventDefault();
      this.#fail(place, event.message || "a worker's script could not be loaded");
    };
  }

  #pump(): void {
    for (const place of this.#places) {
      if (place.task !== undefined) continue;
      if (this.#names && this.#names.job === undefined) {
        this.#names.job = this.#ask(place, undefined, new Uint32Array(0));
        continue;
      }
      const run = this.#run;
      if (run === undefined || run.next === run.order.length) continue;
      const points = run.order.slice(run.next, run.next + this.#sizeOf(run));
      run.next += points.length;
      this.#ask(place, run, points);
    }
  }

  /** Points of the next task; the rough picture is shared among all workers. */
  #sizeOf(run: Run): number {
    const wanted = run.millisecondsAPoint === undefined ? FIRST : TASK / run.millisecondsAPoint;
    const share = run.next < run.coarse ? Math.ceil(run.coarse / this.#places.length) : MOST;
    return Math.max(1, Math.min(Math.ceil(wanted), share, MOST));
  }

  #ask(place: Place, run: Run | undefined, points: Uint32Array): number {
    const job = ++this.#lastJob;
    place.task = { run, job, points, started: performance.now() };
    place.thread.postMessage(run ? requestOf(run.of, job, points) : { type: "names", job, model: this.#names!.model });
    return job;
  }

  #take(place: Place, answer: MapAnswer): void {
    const { task } = place;
    if (task === undefined || answer.job !== task.job) return;
    if (answer.type === "failed") {
      this.#settle(place, answer.message);
      return;
    }
    place.task = undefined;
    if (answer.type === "names") this.#tell(answer.job, (asked) => asked.resolve(answer));
    else if (task.run && task.run === this.#run) this.#put(task.run, task, answer.values, answer.reasons);
    this.#pump();
  }

  /** Unless names of another model have been asked for since. */
  #tell(job: number, say: (asked: NamesAsked) => void): void {
    const asked = this.#names;
    if (asked?.job !== job) return;
    this.#names = undefined;
    say(asked);
  }

  #put(run: Run, { points, started }: Task, values: Float64Array, reasons: readonly Reason[]): void {
    const { grid, coarse, of, onView } = run;
    const now = performance.now();
    run.millisecondsAPoint = Math.max(1e-3, (now - started) / points.length);
    this.#known = run;
    grid.put(points, values);
    run.reasons = merged([...run.reasons, ...reasons]);
    const { done, failed } = grid;
    if (done === run.order.length) this.#run = undefined;
    // a picture of which parts are missing is better than none, where even a rough one takes long
    const isDue = run.shown === undefined ? done >= coarse || now - run.started > PATIENCE : now - run.shown > PAUSE;
    if (isDue || done === run.order.length) {
      run.shown = now;
      const [values, isKnown] = [grid.values.slice(), grid.isKnown.slice()];
      onView({ of, values, isKnown, done, failed, reasons: run.reasons, extremes: grid.extremes() });
    }
    if (this.#waiting && grid.done >= coarse) this.#begin(this.#waiting);
  }

  /** A worker could not be started, or died. It is not started anew until more is asked for: what ends one may end them all. */
  #fail(place: Place, message: string): void {
    place.thread.terminate();
    this.#places.splice(this.#places.indexOf(place), 1);
    this.#settle(place, message);
  }

  #settle(place: Place, message: string): void {
    const { task } = place;
    place.task = undefined;
    if (task && task.run === undefined) this.#tell(task.job, (asked) => asked.reject(new Error(message)));
    const run = this.#run;
    if (run && (task?.run === run || this.#places.length === 0)) {
      this.#run = undefined;
      run.onFailed(message);
    }
    if (this.#waiting) this.#begin(this.#waiting);
    else this.#pump();
  }
}

/** Whether two maps differ in parameters alone: their points take about as long. */
function isLike(a: MapOf, b: MapOf): boolean {
  const keys = new Set([...Object.keys(a.model), ...Object.keys(b.model)].filter((key) => key !== "parameters"));
  const same = (key: string) => a.model[key as keyof Model] === b.model[key as keyof Model];
  return a.scalar === b.scalar && [...keys].every(same);
}

function requestOf({ model, x, y, scalar }: MapOf, job: number, points: Uint32Array): MapRequest {
  const columns = x.values.length;
  const parameters = {
    [x.name]: Float64Array.from(points, (k) => x.values[k % columns]!),
    [y.name]: Float64Array.from(points, (k) => y.values[Math.floor(k / columns)]!),
  };
  return { type: "points", job, model, count: points.length, parameters, scalar };
}
