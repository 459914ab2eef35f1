/**
 * Entropies, and what is made of them: information shared by parts, relative entropy, coherence. In nats.
 * @module
 */
import { InvalidArgumentError } from "../errors.ts";
import { eigenHermitian, eigenvaluesHermitian } from "../kernel/dense.ts";
import { checkParts } from "../operators/checks.ts";
import type { Operator } from "../operators/operator.ts";
import {
  entropy,
  entropyOf,
  entropyOfParts,
  otherParts,
  readKetOrState,
  readPair,
  readState,
  type State,
  zeroIn,
} from "./spectrum.ts";

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
  const { SA, SB, SAB } = groupEntropies(state, partsA, partsB, "mutualInformation");
  return Math.max(0, SA + SB - SAB);
}

/**
 * Conditional entropy S(A|B) = S_AB - S_B, in nats: from -ln dA to ln dA, negative only for entangled states (Cerf, Adami, Phys. Rev. Lett.
 * 79 (1997) 5194). QuTiP's `entropy_conditional(rho, B)`.
 * @param partsA indices of the parts of A
 * @param partsB those of B, which is known; default all others. What is in neither is traced out
 * @throws as {@link mutualInformation}
 * @example
 * conditionalEntropy(bellState("00"), 0); // -ln 2
 */
export function conditionalEntropy(
  state: State,
  partsA: number | readonly number[],
  partsB?: number | readonly number[],
): number {
  const { SB, SAB } = groupEntropies(state, partsA, partsB, "conditionalEntropy");
  return SAB - SB;
}

/**
 * Coherent information I(A⟩B) = S_B - S_AB = -S(A|B), in nats: from -ln dA to ln dA; above 0, so many ebits over ln 2 can be distilled one way,
 * from A to B (Schumacher, Nielsen, Phys. Rev. A 54 (1996) 2629; Devetak, Winter, Proc. R. Soc. A 461 (2005) 207).
 * @param partsA indices of the parts of A
 * @param partsB those of B; default all others. What is in neither is traced out
 * @throws as {@link mutualInformation}
 */
export function coherentInformation(
  state: State,
  partsA: number | readonly number[],
  partsB?: number | readonly number[],
): number {
  const { SB, SAB } = groupEntropies(state, partsA, partsB, "coherentInformation");
  return SB - SAB;
}

/** S of A, of B and of both. */
function groupEntropies(
  state: State,
  partsA: number | readonly number[],
  partsB: number | readonly number[] | undefined,
  where: string,
): { SA: number; SB: number; SAB: number } {
  const rho = readKetOrState(state, `${where}: state`);
  const count = rho.dims.length;
  const A = checkParts(partsA, count, `${where}: partsA`);
  const B = checkParts(partsB ?? otherParts(count, A), count, `${where}: partsB`);
  const both = B.find((part) => A.includes(part));
  if (both !== undefined) {
    throw new InvalidArgumentError(`${where}: partsB`, both, "parts that are not in partsA");
  }
  return { SA: entropyOfParts(rho, A), SB: entropyOfParts(rho, B), SAB: entropyOfParts(rho, [...A, ...B]) };
}

/**
 * Total correlation (multi-information) of all parts, sum_k S_k - S = S(rho ‖ rho_1 ⊗ rho_2 ⊗ …), in nats: 0 for product states; the mutual
 * information of two parts (Watanabe, IBM J. Res. Dev. 4 (1960) 66; Modi et al., Phys. Rev. Lett. 104 (2010) 080501, eq. (1)).
 * @throws {@link InvalidArgumentError}, {@link NotDensityMatrixError}
 * @example
 * totalCorrelation(ghzState(3)); // 3 ln 2
 */
export function totalCorrelation(state: State): number {
  const rho = readKetOrState(state, "totalCorrelation: state");
  const parts = rho.dims.map((_, k) => k);
  const separate = parts.reduce((sum, k) => sum + entropyOfParts(rho, [k]), 0);
  return Math.max(0, separate - entropyOfParts(rho, parts));
}

/**
 * Rényi entropy S_α = ln Tr[rho^α]/(1 - α), in nats (Rényi, Proc. 4th Berkeley Symp. 1 (1961) 547): from 0 (pure) to ln d, and never increasing with α. Its limits are the ln of the rank
 * (α = 0), {@link entropyVn} (1) and the min-entropy -ln of the largest eigenvalue (Infinity). -ln of the purity is S_2.
 * @param alpha order, >= 0, or Infinity
 * @throws {@link InvalidArgumentError}, {@link NotDensityMatrixError}
 */
export function renyiEntropy(state: State, alpha: number): number {
  checkOrder(alpha, "renyiEntropy: alpha");
  const p = populated(readState(state, "renyiEntropy: state"));
  if (alpha === 1) return Math.max(0, entropyOf(p));
  const largest = p.reduce((max, x) => Math.max(max, x), 0);
  if (alpha === Number.POSITIVE_INFINITY) return Math.max(0, -Math.log(largest));
  // Near 1 both logarithm and denominator vanish; far above it every power may underflow.
  const logarithm =
    alpha < 2
      ? Math.log1p(excess(p, alpha))
      : alpha * Math.log(largest) + Math.log(p.reduce((sum, x) => sum + (x / largest) ** alpha, 0));
  return Math.max(0, logarithm / (1 - alpha));
}

/**
 * Tsallis entropy S_q = (1 - Tr[rho^q])/(q - 1) (Tsallis, J. Stat. Phys. 52 (1988) 479, eq. (1)): from 0 (pure) to (1 - d^(1-q))/(q - 1). Its
 * limits are the rank less 1 (q = 0), {@link entropyVn} (1), {@link linearEntropy} (2) and 0 (Infinity).
 * @param q order, >= 0, or Infinity
 * @throws {@link InvalidArgumentError}, {@link NotDensityMatrixError}
 */
export function tsallisEntropy(state: State, q: number): number {
  checkOrder(q, "tsallisEntropy: q");
  const p = populated(readState(state, "tsallisEntropy: state"));
  if (q === Number.POSITIVE_INFINITY) return 0;
  return Math.max(0, q === 1 ? entropyOf(p) : excess(p, q) / (1 - q));
}

/** Tr[rho^α] - 1, for a trace of 1: small differences keep their digits. */
function excess(p: readonly number[], alpha: number): number {
  return p.reduce((sum, x) => sum + x * Math.expm1((alpha - 1) * Math.log(x)), 0);
}

/** Eigenvalues that are not zero: small powers of rounding would not be small. */
function populated(rho: Operator): number[] {
  const zero = zeroIn(rho);
  return Array.from(eigenvaluesHermitian(rho)).filter((p) => p > zero);
}

function checkOrder(order: number, where: string): void {
  if (typeof order !== "number" || !(order >= 0)) throw new InvalidArgumentError(where, order, "a number >= 0");
}

/**
 * Quantum Jensen-Shannon divergence S((rho + sigma)/2) - (S(rho) + S(sigma))/2, in nats: from 0 (equal) to ln 2 (orthogonal); its root is a
 * distance (Majtey, Lamberti, Prato, Phys. Rev. A 72 (2005) 052310, eq. (16)).
 * @throws {@link InvalidArgumentError}, {@link NotDensityMatrixError}, {@link DimensionMismatchError}
 */
export function jensenShannonDivergence(rho: State, sigma: State): number {
  const [a, b] = readPair(rho, sigma, "jensenShannonDivergence");
  return Math.max(0, entropy(a.add(b).scale(0.5)) - 0.5 * (entropy(a) + entropy(b)));
}

/**
 * Relative entropy S(rho ‖ sigma) = Tr[rho (ln rho - ln sigma)] >= 0, in nats; +Infinity where rho has weight on what sigma leaves empty: on
 * eigenvalues at rounding, of a diagonal sigma (a thermal state, however cold) on those that are 0. QuTiP's `entropy_relative`.
 * @throws {@link InvalidArgumentError}, {@link NotDensityMatrixError}, {@link DimensionMismatchError}
 */
export function relativeEntropy(rho: State, sigma: State): number {
  const [a, b] = readPair(rho, sigma, "relativeEntropy");
  const { values, vectors } = eigenHermitian(b);
  const [zero, weightless] = [zeroIn(b), Math.max(zeroIn(a), zeroIn(b))];
  const matrix = a.toDense();
  let sum = -entropyOf(eigenvaluesHermitian(a));
  values.forEach((q, k) => {
    const weight = mean(matrix, vectors[k]!);
    if (q > zero) sum -= weight * Math.log(q);
    else if (weight > weightless) sum = Number.POSITIVE_INFINITY;
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
 * Relative entropy of coherence in the basis in which the state is written, S(diagonal of rho) - S(rho), in nats (Baumgratz, Cramer,
 * Plenio, Phys. Rev. Lett. 113 (2014) 140401): from 0 to ln d.
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
