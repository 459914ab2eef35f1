/**
 * Operators of many systems at once: one pattern of nonzeros, and values lane by lane.
 * @module
 */

/** One operator of each of `count` systems, zero off the pattern. */
export interface OperatorBatch {
  readonly dims: readonly number[];
  readonly size: number;
  /** Systems. */
  readonly count: number;
  /** Where elements may be nonzero, row by row, columns increasing in each. */
  readonly rows: Int32Array;
  readonly columns: Int32Array;
  /** Element e of system k is number `e * count + k`. */
  readonly re: Float64Array;
  readonly im: Float64Array;
}
