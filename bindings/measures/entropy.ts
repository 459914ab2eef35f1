/**
 * Entropies, and what is made of them: mutual information, relative entropy, coherence. In nats.
 * @module
 */
import { InvalidArgumentError } from "../errors.ts";
import { eigenHermitian, eigenvaluesHermitian } from "../kernel/dense.ts";
import { checkParts } from "../operators/checks.ts";
import type { Operator } from "../operators/operator.ts";
import { ptrace } from "../operators/tensor.ts";
import { entropy, entropyOf, readPair, readState, type State, zeroOf } from "./spectrum.ts";

/**
 * Von Neumann entropy S = -Tr[rho ln rho], in nats: from 0 (pure) to ln d. QuTiP's `entropy_vn`.
 * @throws {@link InvalidArgumentError}, {@link NotDensityMatrixError}
 * @example
 * entropyVn(maximallyMixedDm([2, 2])); // 2 ln 2
 */
export function entropyVn(state: State): number {
  return entropy(readState(state, "entropyVn: state"));
}

/**
 * Mutual information I(A:B) = S_A + S_B - S_AB of two groups of parts, in nats: from 0 (no correlation) to 2 min(ln dA, ln dB).
 * QuTiP's `entropy_mutual`.
 * @param partsA indices of the parts of A
 * @param partsB those of B; default all others. What is in neither is traced out
 * @throws {@link InvalidArgumentError} (a part in both, or none in B), {@link NotDensityMatrixError}
 * @example
 * mutualInformation(bellState("00"), 0); // 2 ln 2
 */
export function mutualInformation(
  state: State,
  partsA: number | readonly number[],
  partsB?: number | readonly number[],
): number {
  const rho = readState(state, "mutualInformation: state");
  const count = rho.dims.length;
  const A = checkParts(partsA, count, "mutualInformation: partsA");
  const others = rho.dims.map((_, k) => k).filter((k) => !A.includes(k));
  const B = checkParts(partsB ?? others, count, "mutualInformation: partsB");
  const both = B.find((part) => A.includes(part));
  if (both !== undefined) {
    throw new InvalidArgumentError("mutualInformation: partsB", both, "parts that are not in partsA");
  }
  const of = (parts: number[]) => entropy(ptrace(rho, parts));
  return Math.max(0, of(A) + of(B) - of([...A, ...B]));
}

/**
 * Relative entropy S(rho ‖ sigma) = Tr[rho (ln rho - ln sigma)] >= 0, in nats; +Infinity where rho has weight on what sigma leaves empty.
 * QuTiP's `entropy_relative`.
 * @throws {@link InvalidArgumentError}, {@link NotDensityMatrixError}, {@link DimensionMismatchError}
 */
export function relativeEntropy(rho: State, sigma: State): number {
  const [a, b] = readPair(rho, sigma, "relativeEntropy");
  const { values, vectors } = eigenHermitian(b);
  const zero = zeroOf(a.size);
  const matrix = a.toDense();
  let sum = -entropyOf(eigenvaluesHermitian(a));
  values.forEach((q, k) => {
    const weight = mean(matrix, vectors[k]!);
    if (q > zero) sum -= weight * Math.log(q);
    else if (weight > zero) sum = Number.POSITIVE_INFINITY;
  });
  return Math.max(0, sum);
}

/** <v|A|v> of a Hermitian matrix. */
function mean(A: Float64Array, v: Float64Array): number {
  const d = v.length / 2;
  let sum = 0;
  for (let i = 0; i < d; i++) {
    for (let j = 0; j < d; j++) {
      const [a, b, c, e] = [v[2 * i]!, v[2 * i + 1]!, v[2 * j]!, v[2 * j + 1]!];
      sum += A[2 * (i * d + j)]! * (a * c + b * e) - A[2 * (i * d + j) + 1]! * (a * e - b * c);
    }
  }
  return sum;
}

/**
 * Coherence in the basis in which the state is written, sum_{i≠j} |rho_ij| (Baumgratz, Cramer, Plenio, Phys. Rev. Lett. 113 (2014)
 * 140401): from 0 to d - 1.
 * @throws {@link InvalidArgumentError}, {@link NotDensityMatrixError}
 */
export function coherenceL1(state: State): number {
  return coherenceL1Of(readState(state, "coherenceL1: state"));
}

/** Of a state that has been read. */
export function coherenceL1Of(rho: Operator): number {
  let sum = 0;
  rho.forEachNonzero((row, column, re, im) => {
    if (row !== column) sum += Math.hypot(re, im);
  });
  return sum;
}

/**
 * Relative entropy of coherence in the basis in which the state is written, S(diagonal of rho) - S(rho), in nats (the same source):
 * from 0 to ln d.
 * @throws {@link InvalidArgumentError}, {@link NotDensityMatrixError}
 */
export function coherenceRelativeEntropy(state: State): number {
  const rho = readState(state, "coherenceRelativeEntropy: state");
  return coherenceRelativeEntropyOf(rho, entropy(rho));
}

/** Of a state that has been read, and its entropy. */
export function coherenceRelativeEntropyOf(rho: Operator, S: number): number {
  return Math.max(0, entropyOf(diagonalOf(rho)) - S);
}

function diagonalOf(rho: Operator): Float64Array {
  return Float64Array.from({ length: rho.size }, (_, k) => rho.get(k, k).re);
}
