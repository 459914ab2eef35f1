/**
 * An orthonormal basis of the Hermitian operators: for i <= j, in this order, |i><i|; S_ij = (|i><j| + |j><i|)/sqrt(2) and
 * A_ij = i(|i><j| - |j><i|)/sqrt(2). Coordinates in it are rho_ii, sqrt(2) Re rho_ij, sqrt(2) Im rho_ij.
 * @module
 */
import { Operator } from "../operators/operator.ts";

export function hermitianBasis(dims: readonly number[]): Operator[] {
  const d = dims.reduce((a, b) => a * b, 1);
  const h = Math.SQRT1_2;
  const basis: Operator[] = [];
  for (let i = 0; i < d; i++) {
    basis.push(Operator.fromTriplets(dims, [[i, i, 1, 0]]));
    for (let j = i + 1; j < d; j++) {
      basis.push(
        Operator.fromTriplets(dims, [
          [i, j, h, 0],
          [j, i, h, 0],
        ]),
        Operator.fromTriplets(dims, [
          [i, j, 0, h],
          [j, i, 0, -h],
        ]),
      );
    }
  }
  return basis;
}
