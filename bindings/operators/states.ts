/**
 * States by their usual names.
 * @module
 */
import { DimensionMismatchError, InvalidArgumentError } from "../errors.ts";
import { checkLevels } from "./builders.ts";
import { checkDims, checkIndex, product } from "./checks.ts";
import { checkKet, Ket } from "./ket.ts";
import { type HermitianOperator, Operator } from "./operator.ts";

/**
 * A basis vector; |0> is the first of each part, and of a spin or qubit the one of +sigma_z. QuTiP's `basis`.
 * @param dims number of levels, or of each part
 * @param index which vector (default the first): a number for one part, a list with one number a part for several
 * @throws {@link InvalidArgumentError}, {@link DimensionMismatchError}
 * @example
 * basis([2, 3], [1, 2]).toArray().indexOf(1); // 10: |1> ⊗ |2>, amplitude 1·3 + 2 of 6, re and im interleaved
 */
export function basis(dims: number | readonly number[], index?: number | readonly number[]): Ket {
  const parts = checkDims(dims, typeof dims === "number" ? "basis: levels" : "basis: dims");
  const indices = index === undefined ? parts.map(() => 0) : Array.isArray(index) ? index : [index as number];
  if (indices.length !== parts.length) {
    throw new DimensionMismatchError("basis: index", `${parts.length} numbers for dims [${parts}]`, `[${indices}]`);
  }
  const position = indices.reduce((sum, digit, k) => {
    checkIndex(digit, parts[k]!, indices.length > 1 ? `basis: index[${k}]` : "basis: index");
    return sum * parts[k]! + digit;
  }, 0);
  const data = new Float64Array(2 * product(parts));
  data[2 * position] = 1;
  return new Ket(parts, data);
}

/** The Fock state |n> of a mode truncated to `levels` states; the same as {@link basis}. QuTiP's `fock`. @throws {@link InvalidArgumentError} */
export function fock(levels: number, n = 0): Ket {
  return basis(levels, n);
}

/** |psi><psi|. The norm is kept: only a unit vector gives a density matrix. QuTiP's `ket2dm`. @throws {@link InvalidArgumentError} */
export function ket2dm(psi: Ket): HermitianOperator {
  checkKet(psi, "ket2dm");
  const amplitudes = psi.toArray();
  const occupied = Array.from({ length: psi.size }, (_, k) => k).filter(
    (k) => amplitudes[2 * k] !== 0 || amplitudes[2 * k + 1] !== 0,
  );
  const count = occupied.length;
  const columns = new Int32Array(count * count);
  const values = new Float64Array(2 * count * count);
  const rowPointers = new Int32Array(psi.size + 1);
  let k = 0;
  for (const i of occupied) {
    for (const j of occupied) {
      const [x, y, u, v] = [amplitudes[2 * i]!, amplitudes[2 * i + 1]!, amplitudes[2 * j]!, amplitudes[2 * j + 1]!];
      columns[k] = j;
      values[2 * k] = x * u + y * v;
      values[2 * k + 1] = y * u - x * v;
      rowPointers[i + 1] = ++k;
    }
  }
  // Rows without elements end where the row before ends.
  for (let i = 0; i < psi.size; i++) rowPointers[i + 1] = Math.max(rowPointers[i]!, rowPointers[i + 1]!);
  return Operator.csr(psi.dims, { rowPointers, columns, values }).asHermitian();
}

/** The thermal state of a mode with mean occupation `nbar` (of the untruncated mode): p_n ∝ (nbar / (1 + nbar))^n,
 * normalised on the `levels` states kept, as QuTiP's `thermal_dm` does. @throws {@link InvalidArgumentError} */
export function thermalDm(levels: number, nbar: number): HermitianOperator {
  checkLevels(levels, "thermalDm: levels");
  if (!Number.isFinite(nbar) || nbar < 0) {
    throw new InvalidArgumentError("thermalDm: nbar", nbar, "a finite number >= 0");
  }
  const weights = Array.from({ length: levels }, (_, n) => (nbar / (1 + nbar)) ** n);
  const sum = weights.reduce((a, b) => a + b, 0);
  return Operator.fromTriplets(
    levels,
    weights.map((p, n) => [n, n, p / sum, 0] as const),
  ).asHermitian();
}

/** The maximally mixed state 1/d on the space of dimensions `dims`. QuTiP's `maximally_mixed_dm`. @throws {@link InvalidArgumentError} */
export function maximallyMixedDm(dims: number | readonly number[]): HermitianOperator {
  const size = product(checkDims(dims, "maximallyMixedDm: dims"));
  return Operator.fromTriplets(
    dims,
    Array.from({ length: size }, (_, k) => [k, k, 1 / size, 0] as const),
  ).asHermitian();
}
