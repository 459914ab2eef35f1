/**
 * The evolution of a batch: the kernel's groups of systems, slab after slab.
 * @module
 */
import {
  BATCH_ADAPTIVE,
  BATCH_AUTO,
  BATCH_CLASSICAL,
  BATCH_LANES,
  BATCH_PROPAGATOR,
  BATCH_SERIES,
  INTERVAL_ROUNDING,
  STATUS_DONE,
  STATUS_NON_FINITE,
} from "../../assembly/constants.ts";
import type { Kernel } from "../kernel/kernel.ts";
import { getKernel } from "../kernel/load.ts";
import type { Sums } from "./patterns.ts";
import { type BatchPlan, type BatchSystems, type Kept, planBatch } from "./plan.ts";

/** Methods of a batch. */
export type BatchMethod = keyof typeof METHODS;
const METHODS = {
  auto: BATCH_AUTO,
  taylor: BATCH_SERIES,
  expm: BATCH_PROPAGATOR,
  rk4: BATCH_CLASSICAL,
  tsit5: BATCH_ADAPTIVE,
};
export const BATCH_METHODS = /* @__PURE__ */ Object.keys(METHODS) as BatchMethod[];

/** What is to be computed. */
export interface BatchProblem extends BatchSystems {
  /** Increasing. */
  readonly times: Float64Array;
  readonly method?: BatchMethod | undefined;
  readonly rtol?: number | undefined;
  readonly atol?: number | undefined;
  /** The step of rk4, the longest of tsit5. */
  readonly step?: number | undefined;
  readonly maxSteps?: number | undefined;
  /** Order of the values; default `"times"`. */
  readonly order?: "times" | "systems" | undefined;
  /** Whether the states at the last output time are wanted. */
  readonly keepLast?: boolean | undefined;
  /** All coordinates are computed, also those that are zero or change no result: for comparisons. */
  readonly everything?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Called after every slab with how many systems are done. */
  readonly onProgress?: ((done: number) => void) | undefined;
}

/** What the kernel found. */
export interface BatchResult {
  /**
   * Tr[O_f rho(t)] of system k: in order `"times"` number (f·times + t)·count + k, in order `"systems"` number (f·count + k)·times + t.
   */
  readonly values: Float64Array;
  /** Coordinates of the states at the last output time, `places[c]` the one that row c of `count` numbers is; empty unless wanted. */
  readonly last: Float64Array;
  readonly places: readonly number[];
  /** A STATUS of every system: STATUS_DONE where nothing went wrong. */
  readonly status: Int32Array;
  /** Of every system by how much rounding of propagators may have moved modes that do not decay. */
  readonly rounding: Float64Array;
  readonly plan: BatchPlan;
  readonly steps: number;
  /** Generators, or propagators, times vectors, of groups of systems. */
  readonly applications: number;
}

/** Bytes of results and entries that one call of the kernel works on. */
const SLAB_BYTES = 2 ** 25;
const WHAT = "a batch of systems";

/** Evolves all systems of a batch. @throws {@link TooLargeError}; the signal's reason */
export function evolveBatch(problem: BatchProblem): BatchResult {
  const { count, functionals, times, method = "auto", order = "times", keepLast = false } = problem;
  const whole = method === "rk4" || method === "tsit5";
  const kept: Kept = problem.everything ? "all" : keepLast || whole ? "reached" : "seen";
  const plan = planBatch(problem, kept, whole);
  const places = keepLast ? plan.blocks.flatMap(({ coordinates }) => coordinates) : [];
  const values = new Float64Array(functionals.length * times.length * count);
  const last = new Float64Array(places.length * count);
  const status = new Int32Array(count).fill(STATUS_DONE);
  const rounding = new Float64Array(count);
  const perSystem = 8 * (functionals.length * times.length + 2 * plan.entries + places.length);
  const slab = Math.max(BATCH_LANES, Math.floor(SLAB_BYTES / perSystem / BATCH_LANES) * BATCH_LANES);
  let [steps, applications] = [0, 0];
  const run = (from: number, size: number) =>
    getKernel().frame((kernel) => {
      const part = new Slab(kernel, problem, plan, { from, size, order, keepLast });
      part.run(kernel, problem, plan);
      part.read(kernel, { values, last, status, rounding });
      steps += kernel.functions.batchSteps(part.batch);
      applications += kernel.functions.batchApplications(part.batch);
    });
  for (let from = 0; from < count; from += slab) {
    problem.signal?.throwIfAborted();
    const size = Math.min(slab, count - from);
    run(from, size);
    problem.onProgress?.(from + size);
  }
  // Steps are those of a group: one system may have failed for all of it.
  status.forEach((value, k) => {
    if (value !== STATUS_DONE && count > 1) run(k, 1);
  });
  markNonFinite(values, status, (at) => (order === "times" ? at % count : Math.floor(at / times.length) % count));
  return { values, last, places, status, rounding, plan, steps, applications };
}

/** Means of a finite state may overflow. */
function markNonFinite(values: Float64Array, status: Int32Array, systemOf: (at: number) => number): void {
  let sum = 0;
  for (let at = 0; at < values.length; at++) sum += 0 * values[at]!;
  if (sum === 0) return;
  values.forEach((value, at) => {
    const system = systemOf(at);
    if (!Number.isFinite(value) && status[system] === STATUS_DONE) status[system] = STATUS_NON_FINITE;
  });
}

interface Extent {
  readonly from: number;
  readonly size: number;
  readonly order: "times" | "systems";
  readonly keepLast: boolean;
}

/** Systems that one call of the kernel computes. */
class Slab {
  readonly batch: number;
  readonly #extent: Extent;
  readonly #count: number;
  readonly #functionals: number;
  readonly #times: number;
  /** Systems, those that fill the last group included. */
  readonly #padded: number;
  readonly #out: number;
  readonly #last: number;
  readonly #status: number;
  readonly #rounding: number;

  constructor(kernel: Kernel, problem: BatchProblem, plan: BatchPlan, extent: Extent) {
    const { functions } = kernel;
    const { times, functionals, count, method = "auto", rtol = 1e-6, atol = 1e-8 } = problem;
    this.#extent = extent;
    this.#count = count;
    this.#functionals = functionals.length;
    this.#times = times.length;
    const padded = Math.ceil(extent.size / BATCH_LANES) * BATCH_LANES;
    this.#padded = padded;
    const entries = putEntries(kernel, plan, extent, padded);
    const grid = gridOf(times);
    this.batch =
      functions.createBatch(
        entries,
        plan.entries,
        8 * padded,
        kernel.putDoubles(times, WHAT),
        times.length,
        grid.interval,
        grid.intervals,
        functionals.length,
        METHODS[method],
        rtol,
        atol,
        problem.step ?? 0,
        problem.maxSteps ?? 1_000_000,
      ) >>> 0;
    demand(kernel, this.batch !== 0);
    const { starts, first, second, factors } = plan.products;
    const sums = functions.setBatchProducts(
      this.batch,
      starts.length - 1,
      kernel.putIntegers(starts, WHAT),
      kernel.putIntegers(first, WHAT),
      kernel.putIntegers(second, WHAT),
      kernel.putDoubles(factors, WHAT),
    );
    demand(kernel, sums !== 0);
    const values = functionals.length * times.length * padded;
    const coordinates = plan.blocks.reduce((sum, { n }) => sum + n, 0);
    this.#out = kernel.allocate(8 * values + 8, WHAT);
    this.#last = extent.keepLast ? kernel.allocate(8 * coordinates * padded + 8, WHAT) : 0;
    this.#status = kernel.allocate(4 * padded, WHAT);
    this.#rounding = kernel.allocate(8 * padded, WHAT);
    const [functional, time, system] =
      extent.order === "times"
        ? [8 * times.length * padded, 8 * padded, 8]
        : [8 * times.length * padded, 8, 8 * times.length];
    functions.setBatchTarget(this.batch, this.#out, functional, time, system, this.#last, this.#status, this.#rounding);
    putBlocks(kernel, this.batch, plan);
  }

  run(kernel: Kernel, { method = "auto" }: BatchProblem, plan: BatchPlan): void {
    const { functions } = kernel;
    const sizes = plan.blocks.map(
      ({ n }) => functions.batchScratch(METHODS[method], n, this.#functionals, this.#times) >>> 0,
    );
    const scratch = kernel.allocate(Math.max(64, ...sizes), WHAT);
    functions.runBatch(this.batch, scratch, this.#extent.size);
  }

  /** Copies what was found to where it belongs. */
  read(
    { doubles, integers }: Kernel,
    { values, last, status, rounding }: Pick<BatchResult, "values" | "last" | "status" | "rounding">,
  ): void {
    const { from, size, order, keepLast } = this.#extent;
    const [count, padded, times] = [this.#count, this.#padded, this.#times];
    const at = this.#out / 8;
    if (order === "times") {
      copyRows(doubles, at, padded, values, count, this.#functionals * times, from, size);
    } else {
      for (let f = 0; f < this.#functionals; f++) {
        const start = at + f * padded * times;
        values.set(doubles.subarray(start, start + size * times), (f * count + from) * times);
      }
    }
    status.set(integers.subarray(this.#status / 4, this.#status / 4 + size), from);
    rounding.set(doubles.subarray(this.#rounding / 8, this.#rounding / 8 + size), from);
    if (keepLast) this.#readLast(doubles, last);
  }

  #readLast(doubles: Float64Array, last: Float64Array): void {
    const { from, size } = this.#extent;
    copyRows(doubles, this.#last / 8, this.#padded, last, this.#count, last.length / this.#count, from, size);
  }
}

function copyRows(
  source: Float64Array,
  at: number,
  stride: number,
  to: Float64Array,
  count: number,
  rows: number,
  from: number,
  size: number,
): void {
  if (stride === count && size === count) {
    to.set(source.subarray(at, at + rows * count));
    return;
  }
  for (let row = 0; row < rows; row++) {
    const start = at + row * stride;
    to.set(source.subarray(start, start + size), row * count + from);
  }
}

/** Real and imaginary rows of all entries, of the systems of a slab. */
function putEntries(kernel: Kernel, plan: BatchPlan, { from, size }: Extent, padded: number): number {
  const pointer = kernel.allocate(16 * plan.entries * padded + 8, WHAT);
  const { doubles } = kernel;
  let at = pointer / 8;
  for (const { rows, count, re, im } of plan.batches) {
    for (let e = 0; e < rows.length; e++) {
      const start = e * count + from;
      doubles.set(re.subarray(start, start + size), at);
      doubles.set(im.subarray(start, start + size), at + padded);
      at += 2 * padded;
    }
  }
  return pointer;
}

function putBlocks(kernel: Kernel, batch: number, plan: BatchPlan): void {
  const { functions } = kernel;
  const sums = ({ starts, sources, factors }: Sums) =>
    [kernel.putIntegers(starts, WHAT), kernel.putIntegers(sources, WHAT), kernel.putDoubles(factors, WHAT)] as const;
  let first = 0;
  for (const block of plan.blocks) {
    const pointer =
      functions.addBatchBlock(
        batch,
        block.n,
        block.populations,
        kernel.putIntegers(block.rowPointers, WHAT),
        kernel.putIntegers(block.columns, WHAT),
        first,
      ) >>> 0;
    demand(kernel, pointer !== 0);
    first += block.coordinates.length;
    functions.setBatchElements(pointer, ...sums(block.elements));
    functions.setBatchInitial(pointer, ...sums(block.initial));
    const coefficients = functions.setBatchFunctionals(
      batch,
      pointer,
      kernel.putIntegers(block.functionalStarts, WHAT),
      kernel.putIntegers(block.functionalColumns, WHAT),
      ...sums(block.functionalValues),
    );
    demand(kernel, coefficients !== 0);
  }
}

/** Memory that the kernel asked for in vain is asked for again, to say so. */
function demand(kernel: Kernel, had: boolean): void {
  if (!had) kernel.require(2 ** 32, WHAT);
}

/** How far output times are apart, where equally but for rounding (else 0), and how many intervals differ. */
function gridOf(times: Float64Array): { interval: number; intervals: number } {
  const last = times.length - 1;
  if (last < 1) return { interval: 0, intervals: 0 };
  const [from, to] = [times[0]!, times[last]!];
  const interval = (to - from) / last;
  const allowed = INTERVAL_ROUNDING * Math.max(Math.abs(from), Math.abs(to));
  if (times.every((time, k) => Math.abs(time - (from + k * interval)) <= allowed)) return { interval, intervals: 1 };
  let intervals = 0;
  for (let k = 1, before = 0; k <= last; k++) {
    const now = times[k]! - times[k - 1]!;
    if (now !== before) intervals++;
    before = now;
  }
  return { interval: 0, intervals };
}
