/** An operator that multiplies from the left: dense, or in compressed sparse rows. */
import { multiply } from "../complex/gemm";
import { planeBytes, rowStride } from "../complex/layout";
import { multiplyRow } from "../complex/sparse";
import { LEFT_CSR, LEFT_DENSE } from "../constants";


@unmanaged
export class LeftOperator {
  /** LEFT_DENSE or LEFT_CSR. */
  kind: i32;
  /** Dense: the planar matrix. CSR: d + 1 row pointers (i32). */
  matrix: usize;
  /** CSR: column indices (i32). */
  columns: usize;
  /** CSR: values, re and im interleaved. */
  values: usize;
}

/** Y = A·X, or Y += A·X when `accumulate`. */
export function applyLeft(d: i32, a: LeftOperator, x: usize, y: usize, scratch: usize, accumulate: bool): void {
  if (a.kind == LEFT_DENSE) {
    multiply(d, a.matrix, x, y, scratch, accumulate);
    return;
  }
  for (let row = 0; row < d; row++) applyLeftRow(d, row, a, x, y, accumulate);
}

/** One row of the above, for an operator in CSR. */
export function applyLeftRow(d: i32, row: i32, a: LeftOperator, x: usize, y: usize, accumulate: bool): void {
  assert(a.kind == LEFT_CSR, "applyLeftRow: operator is not CSR");
  const target = y + <usize>row * ((<usize>rowStride(d)) << 3);
  assert(target < y + planeBytes(d), "applyLeftRow: row out of range");
  multiplyRow(d, row, a.matrix, a.columns, a.values, x, target, accumulate);
}
