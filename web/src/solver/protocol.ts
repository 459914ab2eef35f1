/**
 * What the page and its solving worker say to each other. The worker does one job at a time.
 *
 *     page    run | details ─▶ worker
 *                    ◀─ progress*, then done | failed
 *
 * There is no message to cancel: a worker is deaf while its kernel runs. The page ends it and starts another.
 * @module
 */
import type { Comparison, Model, ModelResult } from "lindblad/slim/model";

/** Density matrices, interleaved re and im, row by row. */
export interface States {
  /** Rows of a matrix. */
  readonly size: number;
  /** One at every time; or 1: that at the last time. */
  readonly count: number;
  readonly data: Float64Array;
}

/** What a run gives to be shown. */
export interface RunView
  extends Pick<
    ModelResult,
    "kind" | "name" | "parameters" | "times" | "series" | "observables" | "scalars" | "channels" | "baths" | "warnings"
  > {
  readonly comparisons: readonly Omit<Comparison, "computed">[];
  /** Dimensions of the parts, the slow one first. */
  readonly dims: readonly number[];
  readonly states: States;
  /** Of a bipartite run: what its energies are measured by. */
  readonly energy?: EnergyScale;
  readonly stats: { readonly method: string; readonly steps: number; readonly milliseconds: number };
}

export interface EnergyScale {
  /** How far the levels of H are apart, as a root of mean squares. */
  readonly spread: number;
  /** A change that is less may be what tolerances and rounding do. */
  readonly resolution: number;
}

/** What is found about a system besides: slower than a small run. */
export interface Details {
  /** The conditions and what they mean, in words. */
  readonly verdict: readonly string[];
  readonly storage: StorageView | undefined;
  readonly milliseconds: number;
}

/** The energy that the correlation can hold. */
export interface StorageView {
  readonly min: number;
  readonly max: number;
  readonly gap: number;
  readonly dimension: number;
  readonly verdict: string;
  /** Energy that is stored at the start; undefined when the initial state is not one of those whose parts stand still. */
  readonly start: number | undefined;
}

/** An error, as it crosses between threads. */
export interface Problem {
  readonly name: string;
  readonly message: string;
  /** JSON path in the model, where one is to blame. */
  readonly path?: string | undefined;
}

export type Request =
  | { readonly type: "run"; readonly job: number; readonly model: Model }
  | { readonly type: "details"; readonly job: number; readonly model: Model };

/** `isDead`: the worker has no kernel, and will never do a job. */
export type Answer =
  | { readonly type: "progress"; readonly job: number; readonly fraction: number }
  | { readonly type: "done"; readonly job: number; readonly value: RunView | Details }
  | { readonly type: "failed"; readonly job: number; readonly problem: Problem; readonly isDead?: boolean };
