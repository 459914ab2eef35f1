/**
 * What the map and its workers say to each other. A worker does one request at a time; one that is no longer wanted is ended with its worker, if
 * it takes long.
 * @module
 */
import type { Model } from "lindblad/slim/model";

export type MapRequest =
  | { readonly type: "names"; readonly job: number; readonly model: Model }
  | {
      readonly type: "points";
      readonly job: number;
      readonly model: Model;
      readonly count: number;
      /** Values of parameters, one a point. */
      readonly parameters: Readonly<Record<string, Float64Array>>;
      readonly scalar: string;
    };

/** What can be mapped: series, of which one value is taken, and numbers of the run as a whole. */
export interface Names {
  readonly series: readonly string[];
  readonly scalars: readonly string[];
}

/** Values, NaN where a point failed, and why each of those did. */
export interface PointValues {
  readonly values: Float64Array;
  readonly reasons: readonly Reason[];
}

/** Why points have no value. */
export interface Reason {
  /** Of the first of them. */
  readonly message: string;
  readonly count: number;
}

export type MapAnswer =
  | ({ readonly type: "names"; readonly job: number } & Names)
  | ({ readonly type: "points"; readonly job: number } & PointValues)
  | { readonly type: "failed"; readonly job: number; readonly message: string };
