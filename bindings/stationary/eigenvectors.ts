/**
 * Eigenvalues of a real matrix with right and left eigenvectors, from its Schur form.
 * @module
 */
import { schurForm } from "../kernel/dense.ts";
import type { Complex } from "../operators/complex.ts";

/** An eigenvalue, and unit vectors r, l (re and im interleaved) with A r = lambda r, lᵀ A = lambda lᵀ. */
export interface Eigenpair {
  readonly value: Complex;
  readonly right: Float64Array;
  readonly left: Float64Array;
}

/**
 * @param A n x n, row-major
 * @param choose which of the eigenvalues are wanted, by number; default all
 * @throws {@link TooLargeError}, {@link ConvergenceError}
 */
export function eigenpairs(
  n: number,
  A: Float64Array,
  choose: (values: readonly Complex[]) => readonly number[] = (values) => [...values.keys()],
): Eigenpair[] {
  const { T, U } = schurForm({
    size: n,
    forEachNonzero(visit) {
      A.forEach((x, k) => {
        if (x !== 0) visit(Math.floor(k / n), k % n, x, 0);
      });
    },
  });
  let scale = 0;
  for (let k = 0; k < T.length; k++) scale = Math.max(scale, Math.abs(T[k]!));
  const least = Math.max(scale * Number.EPSILON, Number.MIN_VALUE);
  const values = Array.from({ length: n }, (_, k) => ({ re: T[2 * (n + 1) * k]!, im: T[2 * (n + 1) * k + 1]! }));
  return choose(values).map((k) => {
    const value = values[k]!;
    return {
      value,
      right: normalised(times(n, U, solveUpper(n, T, k, value, least), false)),
      left: normalised(times(n, U, solveLower(n, T, k, value, least), true)),
    };
  });
}

/** y with T y = T_kk y, y_k = 1; what is too small to divide by is replaced, as LAPACK's trevc does. */
function solveUpper(n: number, T: Float64Array, k: number, value: Complex, least: number): Float64Array {
  const y = new Float64Array(2 * n);
  y[2 * k] = 1;
  for (let i = k - 1; i >= 0; i--) {
    let re = 0;
    let im = 0;
    for (let j = i + 1; j <= k; j++) {
      const at = 2 * (n * i + j);
      re -= T[at]! * y[2 * j]! - T[at + 1]! * y[2 * j + 1]!;
      im -= T[at]! * y[2 * j + 1]! + T[at + 1]! * y[2 * j]!;
    }
    divideInto(y, i, re, im, T[2 * (n + 1) * i]! - value.re, T[2 * (n + 1) * i + 1]! - value.im, least);
  }
  return y;
}

/** z with zᵀ T = T_kk zᵀ, z_k = 1 */
function solveLower(n: number, T: Float64Array, k: number, value: Complex, least: number): Float64Array {
  const z = new Float64Array(2 * n);
  z[2 * k] = 1;
  for (let j = k + 1; j < n; j++) {
    let re = 0;
    let im = 0;
    for (let i = k; i < j; i++) {
      const at = 2 * (n * i + j);
      re -= T[at]! * z[2 * i]! - T[at + 1]! * z[2 * i + 1]!;
      im -= T[at]! * z[2 * i + 1]! + T[at + 1]! * z[2 * i]!;
    }
    divideInto(z, j, re, im, T[2 * (n + 1) * j]! - value.re, T[2 * (n + 1) * j + 1]! - value.im, least);
  }
  return z;
}

function divideInto(y: Float64Array, k: number, re: number, im: number, p: number, q: number, least: number): void {
  const size = Math.hypot(p, q);
  const [a, b] = size < least ? [least, 0] : [p, q];
  const square = a * a + b * b;
  y[2 * k] = (re * a + im * b) / square;
  y[2 * k + 1] = (im * a - re * b) / square;
  // Numbers that would overflow: only directions matter.
  if (Math.hypot(y[2 * k]!, y[2 * k + 1]!) > 1e150) for (let j = 0; j < y.length; j++) y[j]! *= 1e-150;
}

/** U y, or conj(U) y for left vectors: lᵀ = zᵀ U†. */
function times(n: number, U: Float64Array, y: Float64Array, conjugate: boolean): Float64Array {
  const out = new Float64Array(2 * n);
  const sign = conjugate ? -1 : 1;
  for (let i = 0; i < n; i++) {
    let re = 0;
    let im = 0;
    for (let j = 0; j < n; j++) {
      const a = U[2 * (n * i + j)]!;
      const b = sign * U[2 * (n * i + j) + 1]!;
      re += a * y[2 * j]! - b * y[2 * j + 1]!;
      im += a * y[2 * j + 1]! + b * y[2 * j]!;
    }
    out[2 * i] = re;
    out[2 * i + 1] = im;
  }
  return out;
}

/** Of unit length. */
export function normalised(x: Float64Array): Float64Array {
  let sum = 0;
  for (const value of x) sum += value * value;
  const factor = 1 / Math.sqrt(sum);
  return x.map((value) => value * factor);
}
