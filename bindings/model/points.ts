/**
 * One model at many values of its parameters: what sweeps consist of.
 * @module
 */
import { InvalidArgumentError, LindbladError } from "../errors.ts";
import { type BuiltModel, buildModel } from "./build.ts";
import { unknownName } from "./names.ts";
import { type ModelResult, resultNames, runBuilt } from "./run.ts";
import type { Model } from "./schema.ts";

/** Values of parameters at points, one array a parameter. */
export interface Points {
  readonly count: number;
  /** By the names of parameters that the model has; each as long as there are points. */
  readonly parameters: Readonly<Record<string, ArrayLike<number>>>;
}

/**
 * What is wanted of every point, by name: `series` are those of {@link ModelResult}; `scalars` those of {@link ModelResult}, or a series with
 * one of {@link ENDINGS}, as `n_end`.
 */
export interface PointOutputs {
  readonly scalars: readonly string[];
  readonly series?: readonly string[] | undefined;
}

/** Options of {@link runPoints}. */
export interface PointsOptions {
  readonly signal?: AbortSignal | undefined;
  /** Called now and then with how many points are done. */
  readonly onProgress?: ((done: number) => void) | undefined;
}

/** What became of the points, column by column; where one failed, its numbers are NaN. */
export interface PointsResult {
  readonly count: number;
  /** One number a point. */
  readonly scalars: Readonly<Record<string, Float64Array>>;
  /** The numbers of a point stand together: as many as there are output times. */
  readonly series: Readonly<Record<string, Float64Array>>;
  /** Output times of every point, as series have their values. */
  readonly times: Float64Array;
  /** Why a point failed; undefined where it did not. */
  readonly errors: readonly (PointError | undefined)[];
  /** Of computing a point: points that were computed together share the time. */
  readonly seconds: Float64Array;
}

/** Why a point failed. */
export interface PointError {
  /** Name of the error, as `ModelError`. */
  readonly name: string;
  readonly message: string;
}

/** What may be made of a series: its first and last value, the smallest, the largest, the largest absolute value, the mean over the output times. */
export const ENDINGS: Readonly<Record<string, (values: Float64Array) => number>> = {
  start: (values) => values[0]!,
  end: (values) => values.at(-1)!,
  min: (values) => values.reduce((a, b) => Math.min(a, b)),
  max: (values) => values.reduce((a, b) => Math.max(a, b)),
  maxAbs: (values) => values.reduce((a, b) => Math.max(a, Math.abs(b)), 0),
  mean: (values) => values.reduce((a, b) => a + b, 0) / values.length,
};

/**
 * Runs a model at points: parameters replaced by theirs, everything else as it stands. A point that fails says why in `errors`, and stops
 * nothing.
 *
 * @throws {@link InvalidArgumentError} for parameters or outputs that the model does not have, before anything is computed; the signal's reason
 * @example
 * const { scalars } = runPoints(model, { count: 3, parameters: { g: [0.1, 0.2, 0.3] } }, { scalars: ["delta_U_chi_end"] });
 */
export function runPoints(
  model: Model,
  points: Points,
  outputs: PointOutputs,
  options: PointsOptions = {},
): PointsResult {
  checkPoints(model, points);
  const { signal, onProgress } = options;
  const results = new Results(points.count, outputs);
  for (let k = 0; k < points.count; k++) {
    signal?.throwIfAborted();
    const started = performance.now();
    try {
      const built = buildModel(modelAt(model, points, k));
      checkOutputs(built, outputs);
      results.put(k, runBuilt(built));
    } catch (error) {
      // What the caller asked for is wrong at every point.
      if (!(error instanceof LindbladError) || error instanceof OutputsError) throw error;
      results.fail(k, error);
    }
    results.seconds[k] = (performance.now() - started) / 1000;
    onProgress?.(k + 1);
  }
  return results.all();
}

/** Names a wrong output. */
class OutputsError extends InvalidArgumentError {}

/** The model at one of the points. */
export function modelAt(model: Model, { parameters }: Points, k: number): Model {
  const values = Object.entries(parameters).map(([name, all]) => [name, all[k]!] as const);
  return { ...model, parameters: { ...model.parameters, ...Object.fromEntries(values) } };
}

/** @throws {@link InvalidArgumentError} for a parameter that the model does not have, or values that are not one a point */
export function checkPoints(model: Model, { count, parameters }: Points): void {
  if (!Number.isInteger(count) || count < 0) throw new InvalidArgumentError("points: count", count, "an integer >= 0");
  const known = Object.keys(model.parameters);
  for (const [name, values] of Object.entries(parameters)) {
    const where = `points: parameters.${name}`;
    if (!known.includes(name)) throw new InvalidArgumentError(where, name, `a parameter: ${unknownName(name, known)}`);
    if (values.length !== count) throw new InvalidArgumentError(where, values.length, `${count} values, one a point`);
  }
}

/** @throws {@link InvalidArgumentError} for an output that the model does not have */
export function checkOutputs(built: BuiltModel, { scalars, series = [] }: PointOutputs): void {
  const names = resultNames(built);
  for (const name of series) {
    if (!names.series.includes(name)) {
      throw new OutputsError("outputs: series", name, `a series of the model: ${unknownName(name, names.series)}`);
    }
  }
  const all = [...names.scalars, ...names.series.flatMap((of) => Object.keys(ENDINGS).map((end) => `${of}_${end}`))];
  for (const name of scalars) {
    if (!all.includes(name)) {
      const words = `a scalar of the model, or a series with ${Object.keys(ENDINGS).join(", ")}, as U_chi_end: ${unknownName(name, all)}`;
      throw new OutputsError("outputs: scalars", name, words);
    }
  }
}

/** A scalar of a result. */
function scalarOf({ scalars, series }: ModelResult, name: string): number {
  const known = scalars[name];
  if (known !== undefined) return known;
  const at = name.lastIndexOf("_");
  return ENDINGS[name.slice(at + 1)]!(series[name.slice(0, at)]!);
}

/** Columns that points fill as they are done. */
class Results {
  readonly seconds: Float64Array;
  readonly #scalars: Record<string, Float64Array>;
  readonly #series: Record<string, Float64Array> = {};
  readonly #errors: (PointError | undefined)[];
  #times: Float64Array | undefined;

  constructor(
    readonly count: number,
    readonly outputs: PointOutputs,
  ) {
    this.seconds = new Float64Array(count);
    this.#errors = new Array<PointError | undefined>(count).fill(undefined);
    const empty = () => new Float64Array(count).fill(Number.NaN);
    this.#scalars = Object.fromEntries(outputs.scalars.map((name) => [name, empty()]));
  }

  put(k: number, result: ModelResult): void {
    for (const name of this.outputs.scalars) this.#scalars[name]![k] = scalarOf(result, name);
    const { series = [] } = this.outputs;
    const { length } = result.times;
    const full = (value: number) => new Float64Array(this.count * length).fill(value);
    for (const name of series) {
      this.#series[name] ??= full(Number.NaN);
      this.#series[name].set(result.series[name]!, k * length);
    }
    this.#times ??= full(Number.NaN);
    this.#times.set(result.times, k * length);
  }

  fail(k: number, { name, message }: Error): void {
    this.#errors[k] = { name, message };
  }

  all(): PointsResult {
    const { count, seconds } = this;
    const times = this.#times ?? new Float64Array(0);
    const series = Object.fromEntries(
      (this.outputs.series ?? []).map((name) => [name, this.#series[name] ?? new Float64Array(0)]),
    );
    return { count, scalars: this.#scalars, series, times, errors: this.#errors, seconds };
  }
}
