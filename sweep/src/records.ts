/**
 * Where the results of a sweep are recorded: in memory here, in a file in `store.ts`. Both record a point once, however often it comes.
 * @module
 */
import type { Points, PointsResult } from "lindblad/model";
import type { Chunk, ChunkResult, Problem } from "./chunk.ts";
import { DuplicateMismatchError, SweepError } from "./errors.ts";
import { Ranges } from "./ranges.ts";

/** Name of the error of a point whose computation ended the worker, every time that it was tried. */
export const CRASHED = "crashed";

/** What is recorded of a sweep. */
export interface Records {
  /** Indices of the points that are. */
  readonly recorded: Ranges;
  /** How many of them failed, by the name of the error. */
  readonly failures: ReadonlyMap<string, number>;
  /** Points a chunk, once that is decided. */
  readonly chunkSize: number | undefined;
  setChunkSize(size: number): Promise<void>;
  /**
   * Records what is new in a chunk: all of it, or nothing.
   * @returns how many points were new
   * @throws DuplicateMismatchError where a point that is recorded comes again with other results
   */
  record(chunk: Chunk, result: ChunkResult): Promise<number>;
  /** Forgets the points that crashed, so that they are computed again. */
  forgetCrashed(): Promise<void>;
  /** A scalar of points `from` to before `to`, all of them recorded; NaN where one failed. */
  scalar(name: string, from: number, to: number): Promise<Float64Array>;
  close(): Promise<void>;
}

/** The results of a sweep in memory, column by column, in the order of the points. */
export interface Rows {
  /** Of the points: 0, 1, 2, … unless some are missing. */
  readonly indices: Float64Array;
  /** Values of the parameters at them. */
  readonly points: Points;
  /** Scalars by name, one number a point; NaN where it failed. */
  readonly scalars: Readonly<Record<string, Float64Array>>;
  /** Series by name; the numbers of a point stand together, one an output time. */
  readonly series: Readonly<Record<string, Float64Array>>;
  /** Output times of every point, as series have their values; none without series. */
  readonly times: Float64Array;
  /** Why a point failed; undefined where it did not. */
  readonly errors: PointsResult["errors"];
  /** Time that each point took. */
  readonly seconds: Float64Array;
}

/** Most bytes that rows take in memory. */
const MAX_BYTES = 2 ** 31;

/** Records in memory. */
export class MemoryRecords implements Records {
  readonly recorded = new Ranges();
  readonly failures = new Map<string, number>();
  readonly #most: number;
  readonly #problem: Problem;
  readonly #parameters: Record<string, Float64Array>;
  readonly #scalars: Record<string, Float64Array>;
  readonly #series: Record<string, Float64Array> = {};
  readonly #seconds: Float64Array;
  readonly #errors: Rows["errors"][number][] = [];
  #times = new Float64Array(0);
  #chunkSize: number | undefined;

  /** @param most how many points there will be, at most @throws SweepError where they do not fit */
  constructor(problem: Problem, names: readonly string[], most: number) {
    const { scalars } = problem.outputs;
    this.#most = most;
    this.#problem = problem;
    this.#checkSize(8 * (names.length + scalars.length + 1));
    const columns = (all: readonly string[]) => Object.fromEntries(all.map((name) => [name, new Float64Array(most)]));
    this.#parameters = columns(names);
    this.#scalars = columns(scalars);
    this.#seconds = new Float64Array(most);
  }

  get chunkSize(): number | undefined {
    return this.#chunkSize;
  }

  async setChunkSize(size: number): Promise<void> {
    this.#chunkSize = size;
  }

  async record({ indices, points }: Chunk, { result }: ChunkResult): Promise<number> {
    const length = result.count === 0 ? 0 : result.times.length / result.count;
    if (length > 0 && this.#times.length === 0) this.#makeSeries(length);
    let added = 0;
    for (let k = 0; k < result.count; k++) {
      const index = indices[k]!;
      const isNew = !this.recorded.has(index);
      const tolerance = toleranceOf(this.#problem);
      for (const [name, values] of Object.entries(this.#scalars)) {
        const value = result.scalars[name]![k]!;
        if (isNew) values[index] = value;
        else if (!tolerance(values[index]!, value) && this.#errors[index]?.name !== CRASHED) {
          throw new DuplicateMismatchError(index, name, values[index], value);
        }
      }
      if (!isNew) continue;
      for (const [name, values] of Object.entries(this.#parameters)) values[index] = points.parameters[name]![k]!;
      if (result.errors[k] === undefined) this.#putSeries(index, k, length, result);
      this.#seconds[index] = result.seconds[k]!;
      this.#errors[index] = result.errors[k];
      countFailure(this.failures, result.errors[k]);
      this.recorded.add(index, index + 1);
      added++;
    }
    return added;
  }

  /** There are none of an earlier run. */
  async forgetCrashed(): Promise<void> {}

  async scalar(name: string, from: number, to: number): Promise<Float64Array> {
    return this.#scalars[name]!.slice(from, to);
  }

  async close(): Promise<void> {}

  /** What is recorded. */
  rows(): Rows {
    const indices = Float64Array.from([...this.recorded].flatMap(([from, to]) => integers(from, to)));
    const cut = (columns: Record<string, Float64Array>) =>
      Object.fromEntries(Object.entries(columns).map(([name, values]) => [name, this.#pick(values, indices)]));
    return {
      indices,
      points: { count: indices.length, parameters: cut(this.#parameters) },
      scalars: cut(this.#scalars),
      series: cut(this.#series),
      times: this.#pick(this.#times, indices),
      errors: Array.from(indices, (index) => this.#errors[index]),
      seconds: this.#pick(this.#seconds, indices),
    };
  }

  #pick(values: Float64Array, indices: Float64Array): Float64Array {
    const length = values.length / Math.max(this.#most, 1);
    const picked = new Float64Array(indices.length * length);
    indices.forEach((index, k) => {
      picked.set(values.subarray(index * length, (index + 1) * length), k * length);
    });
    return picked;
  }

  #putSeries(index: number, k: number, length: number, result: PointsResult): void {
    const put = (to: Float64Array, from: Float64Array) =>
      to.set(from.subarray(k * length, (k + 1) * length), index * length);
    for (const [name, values] of Object.entries(this.#series)) put(values, result.series[name]!);
    if (this.#times.length > 0) put(this.#times, result.times);
  }

  #makeSeries(length: number): void {
    const { series = [] } = this.#problem.outputs;
    if (series.length === 0) return;
    this.#checkSize(8 * length * (series.length + 1));
    const empty = () => new Float64Array(this.#most * length).fill(Number.NaN);
    for (const name of series) this.#series[name] = empty();
    this.#times = empty();
  }

  #checkSize(bytesPerPoint: number): void {
    const bytes = this.#most * bytesPerPoint;
    if (bytes <= MAX_BYTES) return;
    throw new SweepError(
      `${this.#most} points take ${bytes} bytes in memory, expected at most ${MAX_BYTES}: give the sweep a store`,
    );
  }
}

const integers = (from: number, to: number) => Array.from({ length: to - from }, (_, k) => from + k);

/** Counts the failure of a point, if it is one. */
export function countFailure(
  failures: Map<string, number>,
  error: { readonly name: string } | undefined,
  by = 1,
): void {
  if (error !== undefined) failures.set(error.name, (failures.get(error.name) ?? 0) + by);
}

/**
 * Whether two results of the same point may both be right: they differ by no more than ten times what the solver was asked for. Bits may differ:
 * builds of the kernel round differently, and points that are computed together share their steps.
 */
export function toleranceOf({ model }: Problem): (a: number, b: number) => boolean {
  const { rtol = 1e-6, atol = 1e-8 } = model.solver;
  return (a, b) =>
    Object.is(a, b) || a === b || Math.abs(a - b) <= 10 * (atol + rtol * Math.max(Math.abs(a), Math.abs(b)));
}
