/**
 * States as lists of real numbers: populations and Bloch vectors.
 * @module
 */
import { DimensionMismatchError, InvalidArgumentError } from "../errors.ts";
import { checkCount, checkDims, checkParts, checkSameDims, product, readNumbers } from "../operators/checks.ts";
import { traceOfProduct } from "../operators/expectation.ts";
import { type HermitianOperator, Operator } from "../operators/operator.ts";
import { ptrace } from "../operators/tensor.ts";
import { readState, type State } from "./spectrum.ts";

/**
 * The diagonal of a state: the probabilities of the basis states, of a mode those of 0, 1, 2, … quanta (its number distribution).
 * @param parts of these alone, all others traced out; default all
 * @throws {@link InvalidArgumentError}, {@link NotDensityMatrixError}
 * @example
 * populations(coherent(30, 2)); // [exp(-4), exp(-4)·4, exp(-4)·8, …]
 */
export function populations(state: State, parts?: number | readonly number[]): Float64Array {
  const whole = readState(state, "populations: state");
  const rho = parts === undefined ? whole : ptrace(whole, checkParts(parts, whole.dims.length, "populations: parts"));
  return Float64Array.from({ length: rho.size }, (_, k) => rho.get(k, k).re);
}

const MOST_LEVELS = 256;

/**
 * The d² - 1 generalised Gell-Mann matrices of d levels: Hermitian, without trace, Tr[λ_i λ_j] = 2 δ_ij; the Pauli matrices x, y, z for d = 2,
 * Gell-Mann's λ_1 … λ_8 for 3. In order for k = 1 … d - 1: |j><k| + |k><j| and -i|j><k| + i|k><j| for each j < k, then
 * sqrt(2/(k(k + 1))) (sum_{j<k} |j><j| - k|k><k|) (Bertlmann, Krammer, J. Phys. A 41 (2008) 235303, eqs. (3) to (5)).
 * @throws {@link InvalidArgumentError}
 */
export function gellMannMatrices(levels: number): HermitianOperator[] {
  checkCount(levels, "gellMannMatrices: levels");
  // Before millions of matrices are made.
  if (levels > MOST_LEVELS)
    throw new InvalidArgumentError("gellMannMatrices: levels", levels, `at most ${MOST_LEVELS}`);
  const matrices: HermitianOperator[] = [];
  const add = (...elements: [number, number, number, number][]) =>
    matrices.push(Operator.fromTriplets(levels, elements).asHermitian());
  for (let k = 1; k < levels; k++) {
    for (let j = 0; j < k; j++) {
      add([j, k, 1, 0], [k, j, 1, 0]);
      add([j, k, 0, -1], [k, j, 0, 1]);
    }
    const weight = Math.sqrt(2 / (k * (k + 1)));
    add(
      ...Array.from({ length: k + 1 }, (_, j): [number, number, number, number] => [
        j,
        j,
        j < k ? weight : -k * weight,
        0,
      ]),
    );
  }
  return matrices;
}

/**
 * Bloch vector b_k = Tr[rho λ_k] in the {@link gellMannMatrices}, rho = 1/d + ½ sum_k b_k λ_k (Bertlmann, Krammer, J. Phys. A 41 (2008) 235303): of a qubit the means of sigma_x,
 * sigma_y and sigma_z. Its length is sqrt(2 (Tr rho² - 1/d)): from 0 (maximally mixed) to sqrt(2 (d - 1)/d) (pure), 1 for a qubit.
 * @returns d² - 1 numbers
 * @throws {@link InvalidArgumentError}, {@link NotDensityMatrixError}
 * @example
 * blochVector(basis(2, 0)); // [0, 0, 1]
 */
export function blochVector(state: State): Float64Array {
  const rho = readState(state, "blochVector: state");
  const flat = Operator.dense(rho.size, rho.toDense());
  return Float64Array.from(gellMannMatrices(rho.size), (matrix) => traceOfProduct(matrix, flat).re);
}

/**
 * The state of a Bloch vector, the inverse of {@link blochVector}.
 * @param vector d² - 1 numbers
 * @param dims of the parts; default one part of d levels
 * @throws {@link InvalidArgumentError}, {@link DimensionMismatchError} (no such d, or other dims), {@link NotDensityMatrixError}: beyond two levels not every
 * short enough vector is one of a state
 * @example
 * blochState([0, 0, -1]).get(1, 1); // 1: |1><1|
 */
export function blochState(vector: ArrayLike<number>, dims?: number | readonly number[]): HermitianOperator {
  const b = readNumbers(vector, "blochState: vector", "an array of numbers");
  const d = Math.round(Math.sqrt(b.length + 1));
  if (d * d - 1 !== b.length) {
    throw new DimensionMismatchError("blochState: vector", "d² - 1 numbers for some d", `${b.length}`);
  }
  const parts = checkDims(dims ?? d, "blochState: dims");
  if (product(parts) !== d) checkSameDims([d], parts, "blochState: dims");
  const data = new Float64Array(2 * d * d);
  for (let k = 0; k < d; k++) data[2 * (k * d + k)] = 1 / d;
  gellMannMatrices(d).forEach((matrix, k) => {
    matrix.forEachNonzero((row, column, re, im) => {
      data[2 * (row * d + column)]! += 0.5 * b[k]! * re;
      data[2 * (row * d + column) + 1]! += 0.5 * b[k]! * im;
    });
  });
  return readState(Operator.dense(parts, data), "blochState: the state of the vector");
}
