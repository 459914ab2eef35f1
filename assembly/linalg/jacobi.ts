/**
 * Singular values of a real matrix by one-sided Jacobi rotations (Hestenes, J. SIAM 6 (1958) 51; Golub and Van Loan, Matrix Computations,
 * section 8.6.3): rows rotate in pairs until all are orthogonal. Nothing is squared, so that a singular value at rounding can be told from a
 * small one; eigenvalues of A A^T cannot do that.
 */
import { horizontalSum, madd, nmadd } from "../complex/simd";

/** Six to ten are usual. */
const MAX_SWEEPS: i32 = 60;
/** Square of a row beside the largest element, 1, below which it is nothing: its products might underflow. */
const NEGLIGIBLE: f64 = 1e-60;

/**
 * Rotates the rows [A | W] until the rows of A are orthogonal. With W = 1 at first, A becomes W A: the lengths of its rows are the singular
 * values, the rows of W the left singular vectors, in no order.
 * @param m rows
 * @param n columns of A, even; its largest element is of order one
 * @param length of a whole row, even
 * @returns sweeps, or 0 when they did not suffice
 */
export function orthogonaliseRows(m: i32, n: i32, length: i32, rows: usize): i32 {
  assert((n & 1) == 0 && (length & 1) == 0, "orthogonaliseRows: an odd number of columns");
  const stride = (<usize>length) << 3;
  // What the rounding of a dot product can be, at most.
  const tolerance = <f64>max(n, 8) * f64.EPSILON;
  for (let sweep = 1; sweep <= MAX_SWEEPS; sweep++) {
    let rotated = false;
    for (let i = 0; i < m - 1; i++) {
      const p = rows + <usize>i * stride;
      for (let j = i + 1; j < m; j++) {
        if (orthogonalise(p, rows + <usize>j * stride, n, length, tolerance)) rotated = true;
      }
    }
    if (!rotated) return sweep;
  }
  return 0;
}

/** Whether the two rows had to be rotated. */
function orthogonalise(p: usize, q: usize, n: i32, length: i32, tolerance: f64): bool {
  let vpp = f64x2.splat(0);
  let vqq = vpp;
  let vpq = vpp;
  const end = (<usize>n) << 3;
  for (let k: usize = 0; k < end; k += 16) {
    const x = v128.load(p + k);
    const y = v128.load(q + k);
    vpp = madd(x, x, vpp);
    vqq = madd(y, y, vqq);
    vpq = madd(x, y, vpq);
  }
  const pp = horizontalSum(vpp);
  const qq = horizontalSum(vqq);
  const pq = horizontalSum(vpq);
  if (pp < NEGLIGIBLE || qq < NEGLIGIBLE || Math.abs(pq) <= tolerance * Math.sqrt(pp) * Math.sqrt(qq)) return false;
  // The smaller of the two angles that make them orthogonal.
  const cot = (qq - pp) / (2 * pq);
  const tan = (cot < 0 ? -1 : 1) / (Math.abs(cot) + Math.sqrt(1 + cot * cot));
  const cos = 1 / Math.sqrt(1 + tan * tan);
  rotate(p, q, length, cos, cos * tan);
  return true;
}

/** p, q = c·p - s·q, s·p + c·q */
function rotate(p: usize, q: usize, length: i32, c: f64, s: f64): void {
  const vc = f64x2.splat(c);
  const vs = f64x2.splat(s);
  const end = (<usize>length) << 3;
  for (let k: usize = 0; k < end; k += 16) {
    const x = v128.load(p + k);
    const y = v128.load(q + k);
    v128.store(p + k, nmadd(vs, y, f64x2.mul(vc, x)));
    v128.store(q + k, madd(vs, x, f64x2.mul(vc, y)));
  }
}
