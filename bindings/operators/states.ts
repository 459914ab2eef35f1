/**
 * States by their usual names.
 * @module
 */
import { InvalidArgumentError } from "../errors.ts";
import { checkLevels } from "./builders.ts";
import { checkDims, product } from "./checks.ts";
import { Ket } from "./ket.ts";
import { type HermitianOperator, Operator } from "./operator.ts";

/** The basis vector |index> of a space with `levels` levels; |0> is the first. @throws {@link InvalidArgumentError} */
export function basis(levels: number, index = 0): Ket {
  checkLevels(levels, "basis: levels");
  if (!Number.isInteger(index) || index < 0 || index >= levels) {
    throw new InvalidArgumentError("basis: index", index, `an integer from 0 to ${levels - 1}`);
  }
  const data = new Float64Array(2 * levels);
  data[2 * index] = 1;
  return new Ket(levels, data);
}

/** The Fock state |n> of a mode truncated to `levels` states; the same as {@link basis}. */
export function fock(levels: number, n = 0): Ket {
  return basis(levels, n);
}

/** |psi><psi|. The norm is kept: only a unit vector gives a density matrix. */
export function ket2dm(psi: Ket): HermitianOperator {
  if (!(psi instanceof Ket)) throw new InvalidArgumentError("ket2dm", psi, "a Ket");
  const amplitudes = psi.toArray();
  const occupied = Array.from({ length: psi.size }, (_, k) => k).filter(
    (k) => amplitudes[2 * k] !== 0 || amplitudes[2 * k + 1] !== 0,
  );
  const triplets: [number, number, number, number][] = [];
  for (const i of occupied) {
    for (const j of occupied) {
      const [x, y, u, v] = [amplitudes[2 * i]!, amplitudes[2 * i + 1]!, amplitudes[2 * j]!, amplitudes[2 * j + 1]!];
      triplets.push([i, j, x * u + y * v, y * u - x * v]);
    }
  }
  return Operator.fromTriplets(psi.dims, triplets).asHermitian();
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

/** The maximally mixed state 1/d on the space of dimensions `dims`. */
export function maximallyMixedDm(dims: number | readonly number[]): HermitianOperator {
  const size = product(checkDims(dims, "maximallyMixedDm: dims"));
  return Operator.fromTriplets(
    dims,
    Array.from({ length: size }, (_, k) => [k, k, 1 / size, 0] as const),
  ).asHermitian();
}
