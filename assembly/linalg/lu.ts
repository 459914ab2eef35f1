/**
 * Real LU factorisation with partial pivoting (Golub and Van Loan, Matrix Computations, section 3.4), row by row. Matrices are n x n, n a
 * multiple of eight, rows `realStride(n)` doubles apart (linalg/expm.ts).
 */
import { horizontalSum, madd, nmadd } from "../complex/simd";
import { realStride } from "./expm";

/** Factors A = P L U in place; `pivots` holds n i32. Returns false when a pivot vanishes. */
export function factorise(n: i32, a: usize, pivots: usize): bool {
  const stride = (<usize>realStride(n)) << 3;
  for (let k = 0; k < n; k++) {
    const column = (<usize>k) << 3;
    let pivot = k;
    let largest: f64 = 0;
    for (let i = k; i < n; i++) {
      const size = Math.abs(load<f64>(a + <usize>i * stride + column));
      if (size > largest) {
        largest = size;
        pivot = i;
      }
    }
    store<i32>(pivots + ((<usize>k) << 2), pivot);
    // Also when nothing is a number.
    if (!(largest > 0)) return false;
    const row = a + <usize>k * stride;
    if (pivot != k) swapRows(n, row, a + <usize>pivot * stride);
    const inverse = 1 / load<f64>(row + column);
    for (let i = k + 1; i < n; i++) {
      const target = a + <usize>i * stride;
      const factor = load<f64>(target + column) * inverse;
      store<f64>(target + column, factor);
      if (factor != 0) subtractRow(n, k + 1, target, row, factor);
    }
  }
  return true;
}

function swapRows(n: i32, p: usize, q: usize): void {
  const stop = p + ((<usize>n) << 3);
  for (; p != stop; p += 16, q += 16) {
    const v = v128.load(p);
    v128.store(p, v128.load(q));
    v128.store(q, v);
  }
}

/** target -= factor·row, from column `first` on. */
function subtractRow(n: i32, first: i32, target: usize, row: usize, factor: f64): void {
  const stop = target + ((<usize>n) << 3);
  let t = target + ((<usize>first) << 3);
  let r = row + ((<usize>first) << 3);
  if ((first & 1) != 0) {
    store<f64>(t, load<f64>(t) - factor * load<f64>(r));
    t += 8;
    r += 8;
  }
  const v = f64x2.splat(factor);
  for (; t < stop; t += 16, r += 16) v128.store(t, nmadd(v, v128.load(r), v128.load(t)));
}

/** x = A⁻¹ x from the factors. */
export function solveFactorised(n: i32, lu: usize, pivots: usize, x: usize): void {
  const stride = (<usize>realStride(n)) << 3;
  for (let k = 0; k < n; k++) {
    const at = x + ((<usize>k) << 3);
    const other = x + ((<usize>load<i32>(pivots + ((<usize>k) << 2))) << 3);
    const value = load<f64>(at);
    store<f64>(at, load<f64>(other));
    store<f64>(other, value);
  }
  for (let i = 1; i < n; i++) {
    const at = x + ((<usize>i) << 3);
    store<f64>(at, load<f64>(at) - dotRange(lu + <usize>i * stride, x, 0, i));
  }
  for (let i = n - 1; i >= 0; i--) {
    const row = lu + <usize>i * stride;
    const at = x + ((<usize>i) << 3);
    store<f64>(at, (load<f64>(at) - dotRange(row, x, i + 1, n)) / load<f64>(row + ((<usize>i) << 3)));
  }
}

/** sum_j row_j x_j, first <= j < stop. */
function dotRange(row: usize, x: usize, first: i32, stop: i32): f64 {
  let sum: f64 = 0;
  let j = first;
  if (((stop - first) & 1) != 0) {
    sum = load<f64>(row + ((<usize>j) << 3)) * load<f64>(x + ((<usize>j) << 3));
    j++;
  }
  let v = f64x2.splat(0);
  for (; j < stop; j += 2) v = madd(v128.load(row + ((<usize>j) << 3)), v128.load(x + ((<usize>j) << 3)), v);
  return sum + horizontalSum(v);
}
