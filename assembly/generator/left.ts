/** An operator that multiplies from the left: dense, or in compressed sparse rows. */
import { addUpper, multiply } from "../complex/gemm";
import { addUpperReal, multiplyReal } from "../complex/gemm-real";
import { planeBytes, rowStride } from "../complex/layout";
import { multiplyRow } from "../complex/sparse";
import { LEFT_CSR, LEFT_DENSE, LEFT_DENSE_IMAGINARY } from "../constants";


@unmanaged
export class LeftOperator {
  /** One of the LEFT constants. */
  kind: i32;
  /** Dense: the planar matrix, or its real part alone, or its imaginary part as if it were real. CSR: d + 1 row pointers (i32). */
  matrix: usize;
  /** CSR: column indices (i32). */
  columns: usize;
  /** CSR: values, re and im interleaved. */
  values: usize;
}

/** Y = A·X, or Y += A·X when `accumulate`. */
export function applyLeft(d: i32, a: LeftOperator, x: usize, y: usize, scratch: usize, accumulate: bool): void {
  if (a.kind == LEFT_CSR) {
    for (let row = 0; row < d; row++) applyLeftRow(d, row, a, x, y, accumulate);
  } else if (a.kind == LEFT_DENSE) {
    multiply(d, a.matrix, x, y, scratch, accumulate);
  } else {
    multiplyReal(d, a.matrix, x, y, scratch, accumulate, a.kind == LEFT_DENSE_IMAGINARY);
  }
}

/** Y += the upper half (tile.ts) of A·X, which must be Hermitian, for a dense A. */
export function addUpperLeft(d: i32, a: LeftOperator, x: usize, y: usize, scratch: usize): void {
  assert(a.kind != LEFT_CSR, "addUpperLeft: operator is not dense");
  if (a.kind == LEFT_DENSE) addUpper(d, a.matrix, x, y, scratch);
  else addUpperReal(d, a.matrix, x, y, scratch, a.kind == LEFT_DENSE_IMAGINARY);
}

/** One row of the above, for an operator in CSR. */
export function applyLeftRow(d: i32, row: i32, a: LeftOperator, x: usize, y: usize, accumulate: bool): void {
  assert(a.kind == LEFT_CSR, "applyLeftRow: operator is not CSR");
  const target = y + <usize>row * ((<usize>rowStride(d)) << 3);
  assert(target < y + planeBytes(d), "applyLeftRow: row out of range");
  multiplyRow(d, row, a.matrix, a.columns, a.values, x, target, accumulate);
}
