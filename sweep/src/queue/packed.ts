/**
 * Results of chunks as plain data, and made whole again.
 * @module
 */
import { selfTest } from "lindblad";
import type { PointError, PointsResult } from "lindblad/model";

/** A chunk's result as plain data: errors by the point's number, where there are any. */
export interface PackedPoints extends Omit<PointsResult, "errors"> {
  readonly errors: readonly (readonly [point: number, error: PointError])[];
  /** Whether `times` are those of every point that did not fail, said once. */
  readonly isShared: boolean;
  /** Of the kernel. */
  readonly build: string;
}

export function packPoints(result: PointsResult, build: string): PackedPoints {
  const errors = result.errors.flatMap((error, k) => (error ? [[k, error] as const] : []));
  const shared = sharedTimes(result);
  return { ...result, errors, times: shared ?? result.times, isShared: shared !== undefined, build };
}

/** The other way. */
export function unpackPoints({ errors: few, isShared, build: _, ...result }: PackedPoints): PointsResult {
  const errors = new Array<PointError | undefined>(result.count).fill(undefined);
  for (const [k, error] of few) errors[k] = error;
  return { ...result, errors, times: isShared ? repeated(result.times, errors) : result.times };
}

/** The output times of all points that did not fail; undefined where they differ. */
function sharedTimes({ count, times, errors }: PointsResult): Float64Array | undefined {
  const [length, first] = [times.length / count, errors.indexOf(undefined)];
  if (first < 0) return undefined;
  const own = times.slice(first * length, (first + 1) * length);
  const all = repeated(own, errors);
  for (let k = 0; k < times.length; k++) if (!Object.is(all[k], times[k])) return undefined;
  return own;
}

/** Times of every point; of one that failed there are none. */
function repeated(times: Float64Array, errors: PointsResult["errors"]): Float64Array {
  const all = new Float64Array(times.length * errors.length).fill(Number.NaN);
  errors.forEach((error, k) => {
    if (error === undefined) all.set(times, k * times.length);
  });
  return all;
}

let build: string | undefined;

/** Of this thread's kernel. */
export function kernelBuild(): string {
  build ??= selfTest().build;
  return build;
}
