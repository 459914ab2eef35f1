/**
 * How well eigenvectors satisfy their equations.
 * @module
 */
import type { Complex } from "../operators/complex.ts";
import { norm } from "../operators/vectors.ts";
import { type RealRows, rowsTimes } from "../plan/rows.ts";

/** ‖A x - lambda x‖ / ‖x‖, x re and im interleaved. */
export function residualOf(A: RealRows, { re, im }: Complex, x: Float64Array): number {
  const n = x.length / 2;
  const part = (which: 0 | 1) => Float64Array.from({ length: n }, (_, k) => x[2 * k + which]!);
  const [p, q] = [part(0), part(1)];
  const [Ap, Aq] = [new Float64Array(n), new Float64Array(n)];
  rowsTimes(A, p, Ap);
  rowsTimes(A, q, Aq);
  for (let k = 0; k < n; k++) {
    Ap[k]! -= re * p[k]! - im * q[k]!;
    Aq[k]! -= re * q[k]! + im * p[k]!;
  }
  return Math.hypot(norm(Ap), norm(Aq)) / norm(x);
}
