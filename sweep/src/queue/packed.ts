/**
 * Results of chunks as plain data, and made whole again.
 * @module
 */
import { selfTest } from "lindblad";
import type { PointError, PointsResult } from "lindblad/model";

/** A chunk's result as plain data: errors by the point's number, where there are any. */
export interface PackedPoints extends Omit<PointsResult, "errors"> {
  readonly errors: readonly (readonly [point: number, error: PointError])[];
  /** Of the kernel. */
  readonly build: string;
}

export function packPoints({ errors, ...result }: PointsResult, build: string): PackedPoints {
  return { ...result, errors: errors.flatMap((error, k) => (error ? [[k, error] as const] : [])), build };
}

/** The other way. */
export function unpackPoints({ errors, build: _, ...result }: PackedPoints): PointsResult {
  const all = new Array<PointError | undefined>(result.count).fill(undefined);
  for (const [k, error] of errors) all[k] = error;
  return { ...result, errors: all };
}

let build: string | undefined;

/** Of this thread's kernel. */
export function kernelBuild(): string {
  build ??= selfTest().build;
  return build;
}
