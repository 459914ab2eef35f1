/**
 * Operators by their usual names. |0> is the first basis vector; sigma_z = |0><0| - |1><1|, so sigma_minus = |1><0|
 * lowers the energy of +omega sigma_z, while destroy(2) = |0><1|.
 * @module
 */
import { checkCount, checkDims, product } from "./checks.ts";
import { type HermitianOperator, Operator } from "./operator.ts";

/** The identity on the space of dimensions `dims` (one number or several), sparse. QuTiP's `qeye`. @throws {@link InvalidArgumentError} */
export function qeye(dims: number | readonly number[]): HermitianOperator {
  const size = product(checkDims(dims, "qeye: dims"));
  return Operator.fromTriplets(
    dims,
    Array.from({ length: size }, (_, k) => [k, k, 1, 0] as const),
  ).asHermitian();
}

/** Pauli matrix sigma_x = |0><1| + |1><0|. */
export function sigmax(): HermitianOperator {
  return Operator.fromTriplets(2, [
    [0, 1, 1, 0],
    [1, 0, 1, 0],
  ]).asHermitian();
}

/** Pauli matrix sigma_y = -i|0><1| + i|1><0|. */
export function sigmay(): HermitianOperator {
  return Operator.fromTriplets(2, [
    [0, 1, 0, -1],
    [1, 0, 0, 1],
  ]).asHermitian();
}

/** Pauli matrix sigma_z = |0><0| - |1><1|. */
export function sigmaz(): HermitianOperator {
  return Operator.fromTriplets(2, [
    [0, 0, 1, 0],
    [1, 1, -1, 0],
  ]).asHermitian();
}

/** sigma_plus = |0><1|, the adjoint of {@link sigmam}. QuTiP's `sigmap`. */
export function sigmap(): Operator {
  return Operator.fromTriplets(2, [[0, 1, 1, 0]]);
}

/** sigma_minus = |1><0|, which lowers: |0> is the state of sigma_z = +1. QuTiP's `sigmam`. */
export function sigmam(): Operator {
  return Operator.fromTriplets(2, [[1, 0, 1, 0]]);
}

/** The annihilation operator a of a mode truncated to `levels` Fock states, sparse: a|n> = sqrt(n)|n-1>. QuTiP's `destroy`.
 * @throws {@link InvalidArgumentError} */
export function destroy(levels: number): Operator {
  checkLevels(levels, "destroy: levels");
  return Operator.fromTriplets(
    levels,
    Array.from({ length: levels - 1 }, (_, n) => [n, n + 1, Math.sqrt(n + 1), 0] as const),
  );
}

/** The creation operator a† of a mode truncated to `levels` Fock states, sparse. QuTiP's `create`. @throws {@link InvalidArgumentError} */
export function create(levels: number): Operator {
  return destroy(levels).dag();
}

/** The number operator a†a of a mode truncated to `levels` Fock states, sparse. QuTiP's `num`. @throws {@link InvalidArgumentError} */
export function num(levels: number): HermitianOperator {
  checkLevels(levels, "num: levels");
  return Operator.fromTriplets(
    levels,
    Array.from({ length: levels }, (_, n) => [n, n, n, 0] as const),
  ).asHermitian();
}

/** @throws {@link InvalidArgumentError} unless `levels` is a positive integer. */
export function checkLevels(levels: number, where: string): void {
  checkCount(levels, where);
  checkDims(levels, where);
}
