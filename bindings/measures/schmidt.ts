/**
 * Pure states of two groups of parts: Schmidt decomposition and entanglement entropy.
 * @module
 */
import { eigenHermitian } from "../kernel/dense.ts";
import { product } from "../operators/checks.ts";
import { Ket } from "../operators/ket.ts";
import { indexInParts } from "../operators/sites.ts";
import { checkCut, doubled, entropyOfParts, otherParts, readKet, singularValues, zeroOf } from "./spectrum.ts";

/** |psi> = sum_k s_k |a_k> ⊗ |b_k>, the parts of A taken before those of B, each group in its own order. */
export interface SchmidtDecomposition {
  /** s_k > 0, decreasing, sum s_k² = 1; their number is the Schmidt rank. */
  readonly coefficients: Float64Array;
  /** Orthonormal kets of the parts of A; each is known to rounding over s_k. */
  readonly vectorsA: readonly Ket[];
  /** Those of B. */
  readonly vectorsB: readonly Ket[];
}

/**
 * Schmidt decomposition of a ket into two groups of parts (Nielsen, Chuang, Quantum Computation and Quantum Information, theorem 2.7).
 * Coefficients at rounding are left out.
 * @param parts indices of the parts of A; B is all others, at least one
 * @throws {@link InvalidArgumentError}, {@link NotNormalisedError}
 * @example
 * schmidtDecomposition(ghzState(3), [0, 2]).coefficients; // [sqrt(1/2), sqrt(1/2)]
 */
export function schmidtDecomposition(psi: Ket, parts: number | readonly number[]): SchmidtDecomposition {
  const { ket, A, B } = readCut(psi, parts, "schmidtDecomposition");
  const [dimsA, dimsB] = [A, B].map((group) => group.map((part) => ket.dims[part]!)) as [number[], number[]];
  const { rows, columns, at } = amplitudesOf(ket, A, B);
  const { values, vectors } = eigenHermitian(doubled(rows, columns, at));
  const zero = zeroOf(rows + columns);
  const kept = Array.from({ length: Math.min(rows, columns) }, (_, k) => values.length - 1 - k).filter(
    (k) => values[k]! > zero,
  );
  return {
    coefficients: Float64Array.from(kept, (k) => values[k]!),
    vectorsA: kept.map((k) => new Ket(dimsA, vectors[k]!.slice(0, 2 * rows)).unit()),
    // M = sum s u v†: the second factor is v*.
    vectorsB: kept.map((k) =>
      new Ket(
        dimsB,
        vectors[k]!.slice(2 * rows).map((x, n) => (n % 2 === 0 ? x : -x)),
      ).unit(),
    ),
  };
}

/**
 * Entanglement entropy of a ket, the von Neumann entropy of either group of parts, in nats: from 0 (product) to min(ln dA, ln dB) (Bennett et al.,
 * Phys. Rev. A 53 (1996) 2046). The smaller group is diagonalised, the density matrix of all parts is never formed.
 * @param parts indices of the parts of A; B is all others, at least one
 * @throws {@link InvalidArgumentError}, {@link NotNormalisedError}
 * @example
 * entanglementEntropy(ghzState(12), [0, 1, 2]); // ln 2
 */
export function entanglementEntropy(psi: Ket, parts: number | readonly number[]): number {
  const { ket, A } = readCut(psi, parts, "entanglementEntropy");
  return entropyOfParts(ket, A);
}

/** Amplitudes as a matrix: rows number the states of the parts of A, columns those of B. */
function amplitudesOf(ket: Ket, A: readonly number[], B: readonly number[]) {
  const [indexA, indexB] = [indexInParts(ket.dims, A), indexInParts(ket.dims, B)];
  const [rows, columns] = [A, B].map((group) => product(group.map((part) => ket.dims[part]!))) as [number, number];
  const amplitudes = ket.toArray();
  const M = new Float64Array(amplitudes.length);
  for (let k = 0; k < ket.size; k++) {
    M.set(amplitudes.subarray(2 * k, 2 * k + 2), 2 * (indexA[k]! * columns + indexB[k]!));
  }
  const at = (i: number, j: number) => [M[2 * (i * columns + j)]!, M[2 * (i * columns + j) + 1]!] as const;
  return { rows, columns, at };
}

/** Sum of s_j s_k over all pairs of Schmidt coefficients of a ket: its negativity. */
export function schmidtPairs(ket: Ket, A: readonly number[]): number {
  const { rows, columns, at } = amplitudesOf(ket, A, otherParts(ket.dims.length, A));
  let [sum, before] = [0, 0];
  for (const s of singularValues(rows, columns, at)) {
    sum += s * before;
    before += s;
  }
  return sum;
}

function readCut(psi: Ket, parts: number | readonly number[], where: string): { ket: Ket; A: number[]; B: number[] } {
  const ket = readKet(psi, `${where}: psi`);
  return { ket, ...checkCut(ket.dims.length, parts, `${where}: parts`) };
}
