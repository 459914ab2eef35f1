/**
 * One model at many values of its parameters: what sweeps consist of.
 * @module
 */
import { InvalidArgumentError, LindbladError } from "../errors.ts";
import { type BatchModel, batchModel } from "./batch-build.ts";
import { type BatchRun, type BatchWanted, isDefect, modelsAt, partsOf, runBatch } from "./batch-run.ts";
import { type BuiltModel, buildModel } from "./build.ts";
import { unknownName } from "./names.ts";
import { type ModelResult, resultNames, runBuilt } from "./run.ts";
import type { Model } from "./schema.ts";

/** Values of parameters at points, one array a parameter. */
export interface Points {
  /** How many points. */
  readonly count: number;
  /** By the names of parameters that the model has; each as long as there are points. */
  readonly parameters: Readonly<Record<string, ArrayLike<number>>>;
}

/**
 * What is wanted of every point, by name: `series` are those of {@link ModelResult}; `scalars` those of {@link ModelResult}, or a series with
 * one of {@link ENDINGS}, as `n_end`.
 */
export interface PointOutputs {
  /** Names of scalars. */
  readonly scalars: readonly string[];
  /** Names of series. */
  readonly series?: readonly string[] | undefined;
}

/** Options of {@link runPoints}. */
export interface PointsOptions {
  /** Aborting it ends the computation with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** Called now and then with how many points are done. */
  readonly onProgress?: ((done: number) => void) | undefined;
}

/** What became of the points, column by column; where one failed, its numbers are NaN. */
export interface PointsResult {
  /** How many points. */
  readonly count: number;
  /** One number a point. */
  readonly scalars: Readonly<Record<string, Float64Array>>;
  /** The numbers of a point stand together: as many as there are output times. */
  readonly series: Readonly<Record<string, Float64Array>>;
  /** Output times of every point, as series have their values; none where no series are wanted. */
  readonly times: Float64Array;
  /** Why a point failed; undefined where it did not. */
  readonly errors: readonly (PointError | undefined)[];
  /** Seconds that computing a point took: points that were computed together share the time. */
  readonly seconds: Float64Array;
  /** How many points were computed together with others. */
  readonly batched: number;
}

/** Why a point failed. */
export interface PointError {
  /** Name of the error, as `ModelError`. */
  readonly name: string;
  /** What was wrong, in words. */
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
 * Points that are computed together, at most: their rows stay near the processor, and are not a power of two apart, which caches do not like. Of
 * many output times fewer, down to those that are worth it.
 */
const TOGETHER = 240;
const FEWEST = 8;
const MOST_VALUES = 2 ** 18;

function togetherOf({ times, compare }: Model, wanted: BatchWanted): number {
  const all = Array.isArray(times) ? times.length : times.count;
  const most = Math.floor(MOST_VALUES / (wanted.endsOnly && Object.keys(compare).length === 0 ? 2 : all));
  return most < FEWEST ? 1 : Math.min(most, TOGETHER);
}

/**
 * Runs a model at points: parameters replaced by theirs, everything else as it stands. A point that fails says why in `errors`, and stops
 * nothing. Systems of up to 8 levels are computed many at once, where the model's solver is one of `"auto"`, `"expm"`, `"rk4"`, `"tsit5"`;
 * what that cannot do is computed point by point.
 *
 * A point may lack an output that others have, as the free energy of a bath has no value at beta = 0: that is its error then.
 *
 * @throws {@link InvalidArgumentError} for parameters or outputs that the model does not have, before anything is computed; the signal's reason
 * @example
 * const { scalars } = runPoints(model, { count: 3, parameters: { g: [0.1, 0.2, 0.3] } }, { scalars: ["delta_U_chi_end"] });
 * scalars.delta_U_chi_end.length; // 3
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
  let done = 0;
  const progress = (count: number) => {
    done += count;
    if (count > 0) onProgress?.(done);
  };
  // Outputs have the names that the first point, or else the model as it stands, has them by; a point that lacks one of them fails.
  let areKnown: boolean | undefined;
  const check = (built: BuiltModel): void => {
    if (areKnown) return;
    if (!haveOutputs(built, outputs) && !haveOutputs(builtOf(model), outputs)) checkOutputs(built, outputs);
    areKnown = true;
  };
  const checkedAt = (k: number): boolean => {
    if (areKnown === undefined) {
      const built = builtOf(modelAt(model, points, k));
      if (built) check(built);
      areKnown = built !== undefined;
    }
    return areKnown;
  };
  const most = togetherOf(model, wantedOf(outputs));
  for (let first = 0; first < points.count; first += most) {
    signal?.throwIfAborted();
    const alone = runTogether(model, pointsFrom(points, first, most), first, results, checkedAt);
    progress(Math.min(most, points.count - first) - alone.length);
    for (const k of alone) {
      signal?.throwIfAborted();
      runAlone(modelAt(model, points, k), k, results, check);
      progress(1);
    }
  }
  return results.all();
}

/** Computes some points, from number `first` on, together; returns those that have to be computed alone. */
function runTogether(
  model: Model,
  some: Points,
  first: number,
  results: Results,
  checkedAt: (k: number) => boolean,
): number[] {
  const started = performance.now();
  const all = Array.from({ length: some.count }, (_, k) => first + k);
  const batch = some.count > 1 ? batchModel(model, some) : undefined;
  const lanes = all.filter((k) => batch?.failed[k - first] === 0);
  if (batch === undefined || lanes.length < 2) return all;
  if (!checkedAt(lanes[0]!)) return all;
  const wanted = wantedOf(results.outputs);
  const good = modelsAt(
    batch,
    lanes.map((k) => k - first),
  );
  const computed = new Set<number>();
  for (const part of partsOf(model, good, wanted)) {
    const run = runPart(model, modelsAt(good, part), wanted);
    if (run === undefined) continue;
    const points = part.map((lane, system) => [lanes[lane]!, system] as const).filter(([, n]) => !run.failed[n]);
    results.putAll(points, run, batch.tlist);
    for (const [k] of points) computed.add(k);
  }
  results.share([...computed], performance.now() - started);
  return all.filter((k) => !computed.has(k));
}

/** Undefined where points cannot be computed together, or something goes wrong with one of them: each says for itself what. */
function runPart(model: Model, batch: BatchModel, wanted: BatchWanted): BatchRun | undefined {
  try {
    return runBatch(model, batch, wanted);
  } catch (error) {
    if (error instanceof LindbladError) return undefined;
    throw error;
  }
}

function runAlone(model: Model, k: number, results: Results, check: (built: BuiltModel) => void): void {
  const started = performance.now();
  let isChecked = false;
  try {
    const built = buildModel(model);
    check(built);
    isChecked = true;
    checkOutputs(built, results.outputs);
    results.put(k, runBuilt(built));
  } catch (error) {
    // What the caller asked for is wrong at every point.
    if (!(error instanceof LindbladError) || (error instanceof OutputsError && !isChecked)) throw error;
    results.fail(k, error);
  }
  results.seconds[k] = (performance.now() - started) / 1000;
}

/** The model, unless something about it is wrong. */
function builtOf(model: Model): BuiltModel | undefined {
  try {
    return buildModel(model);
  } catch (error) {
    if (error instanceof LindbladError) return undefined;
    throw error;
  }
}

function haveOutputs(built: BuiltModel | undefined, outputs: PointOutputs): boolean {
  if (built === undefined) return false;
  try {
    checkOutputs(built, outputs);
    return true;
  } catch (error) {
    if (error instanceof OutputsError) return false;
    throw error;
  }
}

function pointsFrom({ count, parameters }: Points, first: number, most: number): Points {
  const part = (values: ArrayLike<number>) => Array.prototype.slice.call(values, first, first + most) as number[];
  return {
    count: Math.min(most, count - first),
    parameters: Object.fromEntries(Object.entries(parameters).map(([name, values]) => [name, part(values)])),
  };
}

/** Names a wrong output. */
class OutputsError extends InvalidArgumentError {}

/** The model at point number `k`: its parameters replaced by those of the point. */
export function modelAt(model: Model, { parameters }: Points, k: number): Model {
  const values = Object.entries(parameters).map(([name, all]) => [name, all[k]!] as const);
  return { ...model, parameters: { ...model.parameters, ...Object.fromEntries(values) } };
}

/** Checks points against a model. @throws {@link InvalidArgumentError} for a parameter that the model does not have, or values that are not one a point */
export function checkPoints(model: Model, { count, parameters }: Points): void {
  if (!Number.isInteger(count) || count < 0) throw new InvalidArgumentError("points: count", count, "an integer >= 0");
  const known = Object.keys(model.parameters);
  for (const [name, values] of Object.entries(parameters)) {
    const where = `points: parameters.${name}`;
    if (!known.includes(name)) throw new InvalidArgumentError(where, name, `a parameter: ${unknownName(name, known)}`);
    if (values.length !== count) throw new InvalidArgumentError(where, values.length, `${count} values, one a point`);
  }
}

/** Checks outputs against a model. @throws {@link InvalidArgumentError} for an output that the model does not have */
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
  const { of, ending } = endingOf(name);
  return ENDINGS[ending]!(series[of]!);
}

function endingOf(name: string): { of: string; ending: string } {
  const at = name.lastIndexOf("_");
  return { of: name.slice(0, at), ending: name.slice(at + 1) };
}

/** Ending of the scalars that compare a series with its exact values. */
const DIFFERENCE = "maxDifference";

function wantedOf({ scalars, series = [] }: PointOutputs): BatchWanted {
  const endings = scalars.filter((name) => !isDefect(name)).map(endingOf);
  return {
    series: new Set([...series, ...endings.map(({ of }) => of)]),
    defects: new Set(scalars.filter(isDefect)),
    endsOnly: series.length === 0 && scalars.every((name) => /_(start|end)$/.test(name) && !isDefect(name)),
  };
}

/** Columns that points fill as they are done. */
class Results {
  readonly seconds: Float64Array;
  readonly #scalars: Record<string, Float64Array>;
  readonly #series: Record<string, Float64Array> = {};
  readonly #errors: (PointError | undefined)[];
  #times: Float64Array | undefined;
  #batched = 0;

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
    for (const name of series) this.#full(name, length).set(result.series[name]!, k * length);
    this.#putTimes(k, result.times);
  }

  /** Of points that were computed together: their numbers here, and there. */
  putAll(points: readonly (readonly [k: number, system: number])[], run: BatchRun, times: Float64Array): void {
    const { length } = run.times;
    const { scalars, series = [] } = this.outputs;
    const own = new Float64Array(length);
    for (const name of scalars) {
      const out = this.#scalars[name]!;
      const { of, ending } = endingOf(name);
      const single = isDefect(name) ? run.defect(name) : ending === DIFFERENCE ? run.difference(of) : undefined;
      const values = single ?? run.series(of);
      for (const [k, system] of points) {
        if (!single) for (let t = 0; t < length; t++) own[t] = values[t * run.count + system]!;
        out[k] = single ? single[system]! : ENDINGS[ending]!(own);
      }
    }
    for (const name of series) {
      const values = run.series(name);
      const out = this.#full(name, length);
      for (const [k, system] of points)
        for (let t = 0; t < length; t++) out[k * length + t] = values[t * run.count + system]!;
    }
    for (const [k] of points) this.#putTimes(k, times);
  }

  /** Notes the time that points took together. */
  share(points: readonly number[], milliseconds: number): void {
    for (const k of points) this.seconds[k] = milliseconds / 1000 / points.length;
    this.#batched += points.length;
  }

  #full(name: string, length: number): Float64Array {
    this.#series[name] ??= new Float64Array(this.count * length).fill(Number.NaN);
    return this.#series[name];
  }

  #putTimes(k: number, times: Float64Array): void {
    // They may be far more numbers than the scalars.
    if ((this.outputs.series ?? []).length === 0) return;
    this.#times ??= new Float64Array(this.count * times.length).fill(Number.NaN);
    this.#times.set(times, k * times.length);
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
    return { count, scalars: this.#scalars, series, times, errors: this.#errors, seconds, batched: this.#batched };
  }
}
